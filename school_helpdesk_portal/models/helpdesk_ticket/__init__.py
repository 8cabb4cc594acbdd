from . import affected
from . import page
from . import expected
from . import merge
from . import properties
from . import room
from . import share
