from . import known_email
from . import report_for_others
from . import used
