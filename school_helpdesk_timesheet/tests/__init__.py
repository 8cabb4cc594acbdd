from . import test_dashboard
from . import test_date_time_end
from . import test_helpdesk_ticket
