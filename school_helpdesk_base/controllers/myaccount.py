"""The requester's list and page of tickets."""

from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk


class SchoolCustomerPortalHelpdesk(CustomerPortalHelpdesk):
    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        values["closed_stages"] = (
            ticket.browse().stage_id
            if ticket.closed
            else ticket._get_portal_closing_stages()
        )
        return values
