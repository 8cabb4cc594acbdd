from . import helpdesk_ticket_asset_link
from . import helpdesk_ticket_mail
