from . import helpdesk_ticket_stage
from . import helpdesk_ticket_team
from . import helpdesk_ticket
from . import helpdesk_ticket_lifecycle
from . import helpdesk_ticket_reply
from . import res_company
from . import res_config_settings
