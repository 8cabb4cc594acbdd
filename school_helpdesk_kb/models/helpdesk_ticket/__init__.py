from . import suggestions
from . import draft
