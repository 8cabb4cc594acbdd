from . import webhook
from . import payload
from . import call
from . import helpdesk_notification_rule
from . import helpdesk_ticket
from . import helpdesk_ticket_team
