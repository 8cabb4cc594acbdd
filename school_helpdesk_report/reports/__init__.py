from . import helpdesk_ticket_report_mixin
from . import helpdesk_backlog_report
from . import helpdesk_clock_report
from . import helpdesk_device_cost_report
from . import helpdesk_device_report
from . import helpdesk_hours_report
from . import helpdesk_status_report
