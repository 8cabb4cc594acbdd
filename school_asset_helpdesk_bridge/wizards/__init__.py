from . import asset_label_print
from . import helpdesk_asset_close_wizard
from . import helpdesk_damage_case_wizard
