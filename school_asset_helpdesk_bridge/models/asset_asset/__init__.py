from . import holds
from . import qr
from . import scan
from . import symptoms
from . import tickets
from . import used
