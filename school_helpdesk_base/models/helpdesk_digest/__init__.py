from . import helpdesk_ticket_team
from . import res_users
