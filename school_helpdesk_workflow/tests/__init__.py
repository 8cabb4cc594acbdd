from . import test_access
from . import test_access_matrix
from . import test_deadline
from . import test_clock
from . import test_merge
from . import test_performance
