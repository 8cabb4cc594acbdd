from . import helpdesk_notification
from . import helpdesk_notification_rule
from . import helpdesk_ticket
from . import mail_push_device
