from . import helpdesk_monitor
from . import helpdesk_notification
from . import mail_mail
from . import res_config_settings
