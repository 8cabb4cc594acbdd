from . import attachment
from . import main
from . import myaccount
