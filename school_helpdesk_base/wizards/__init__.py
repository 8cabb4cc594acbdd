from . import helpdesk_ticket_status_wizard
