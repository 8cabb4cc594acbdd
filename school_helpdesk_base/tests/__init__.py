from . import test_stage
from . import test_lifecycle
from . import test_reply
from . import test_access
from . import test_portal
from . import test_merge
from . import test_related
from . import test_performance
