from . import gate
from . import serving
from . import desk_only
