from . import attachment
from . import main
from . import myaccount
from . import thread
