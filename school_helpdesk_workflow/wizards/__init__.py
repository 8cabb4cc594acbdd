from . import helpdesk_holiday_import
from . import helpdesk_rule_simulation
from . import helpdesk_rule_simulation_line
from . import helpdesk_setup_page
