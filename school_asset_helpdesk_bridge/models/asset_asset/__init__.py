from . import holds
from . import qr
from . import requester
from . import scan
from . import tickets
