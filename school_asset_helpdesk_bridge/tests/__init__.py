from . import test_asset_access
from . import test_asset_status
from . import test_damage_case
from . import test_demo
from . import test_qr_scan
from . import test_qr_sheet
from . import test_school_data
from . import test_ticket_asset
