from . import helpdesk_article_deflection
from . import helpdesk_school_term
from . import helpdesk_ticket
from . import helpdesk_ticket_asset_link
from . import helpdesk_ticket_status_log
from . import mail_message
from . import rating_rating
from . import res_company
