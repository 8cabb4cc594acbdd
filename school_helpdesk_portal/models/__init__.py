from . import asset_asset
from . import asset_asset_article
from . import helpdesk_article
from . import helpdesk_article_asset_model
from . import helpdesk_ticket
from . import helpdesk_ticket_affected
from . import helpdesk_ticket_report
from . import mail_push_device
