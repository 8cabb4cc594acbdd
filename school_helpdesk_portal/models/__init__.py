from . import asset_asset
from . import helpdesk_ticket
from . import helpdesk_ticket_affected
from . import helpdesk_ticket_report
from . import mail_push_device
