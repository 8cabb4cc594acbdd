from . import test_access_matrix
from . import test_boards
from . import test_figures
from . import test_measures
from . import test_performance
from . import test_reports
from . import test_truth
