from . import article
from . import suggest
