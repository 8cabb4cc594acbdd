from . import page
from . import comment
from . import expected
from . import merge
from . import properties
from . import report
from . import room
from . import share
