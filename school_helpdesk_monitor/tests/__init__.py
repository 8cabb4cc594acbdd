from . import test_access_matrix
from . import test_json_log
from . import test_monitor
