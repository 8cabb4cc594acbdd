from . import scan
from . import articles
from . import device
from . import own_devices
from . import report
from . import room
