from . import demo
from . import figures
from . import measures
from . import sync
