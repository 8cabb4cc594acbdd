from . import test_access_matrix
from . import test_app
from . import test_events
from . import test_push
from . import test_push_delivery
