from . import test_date_time_end
