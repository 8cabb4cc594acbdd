from . import affected
from . import app
from . import guest
from . import portal_ticket_list
from . import portal_ticket_page
from . import push
from . import report
from . import scan
