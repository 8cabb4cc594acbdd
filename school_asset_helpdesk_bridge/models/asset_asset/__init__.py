from . import holds
from . import qr
from . import requester
from . import scan
from . import symptoms
from . import tickets
from . import used
