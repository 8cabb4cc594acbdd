from . import helpdesk_settings
from . import helpdesk_ticket_duplicate_wizard
from . import helpdesk_ticket_merge
from . import helpdesk_ticket_answer
from . import helpdesk_ticket_status_wizard
from . import res_config_settings
