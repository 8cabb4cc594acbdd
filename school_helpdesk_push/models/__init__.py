from . import helpdesk_ticket
from . import mail_push_device
