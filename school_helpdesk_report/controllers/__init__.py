from . import figures
from . import period_report
from . import wall
