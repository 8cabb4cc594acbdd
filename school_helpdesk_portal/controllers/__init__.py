from . import affected
from . import app
from . import language
from . import portal_devices
from . import portal_ticket_list
from . import portal_ticket_page
from . import report
from . import scan
