from . import wall
from . import period_report
