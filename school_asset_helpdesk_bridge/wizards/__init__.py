from . import helpdesk_asset_close_wizard
