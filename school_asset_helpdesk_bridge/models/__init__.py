from . import asset_hold_mixin
from . import asset_location
from . import asset_asset
from . import helpdesk_ticket_asset_link
from . import asset_damage_case
from . import helpdesk_symptom
from . import helpdesk_ticket
from . import ir_http
