from . import helpdesk_ticket_asset_link
