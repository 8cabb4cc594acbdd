from . import test_app
from . import test_own_assets
from . import test_push
from . import test_push_delivery
from . import test_scan
from . import test_scan_article
from . import test_ticket_list
from . import test_ticket_page
