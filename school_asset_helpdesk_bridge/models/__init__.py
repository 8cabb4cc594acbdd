from . import asset_asset_qr
from . import asset_asset_scan
from . import helpdesk_ticket_asset_link
from . import asset_asset
from . import asset_damage_case
from . import helpdesk_ticket
from . import helpdesk_ticket_damage_case
from . import ir_http
