from . import job
from . import letter
from . import mail
from . import inbox
from . import failed
from . import digest
