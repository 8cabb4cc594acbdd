"""The requester's list and page of tickets."""

from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk


class SchoolCustomerPortalHelpdesk(CustomerPortalHelpdesk):
    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        values["closed_stages"] = (
            ticket.browse().stage_id
            if ticket.closed
            else ticket._get_portal_closing_stages()
        )
        # the ticket comes as root's, the reader is who asked for the page
        files = ticket.attachment_ids
        values["ticket_files"] = files - files.with_env(request.env)._get_desk_only()
        return values
