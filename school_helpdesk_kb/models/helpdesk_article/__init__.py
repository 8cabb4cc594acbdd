from . import article
from . import history
from . import search
from . import feedback
from . import website
