from . import attachment
from . import digest
from . import main
from . import myaccount
from . import thread
