from . import mail_message
from . import mail_mail
from . import mail_thread_follow_up
