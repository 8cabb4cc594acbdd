"""OCA's portal routes that change something, with the checks they leave out.

Nothing here runs with more rights than the caller has, before it is known that the
caller may.
"""

from werkzeug.exceptions import BadRequest, NotFound

from odoo import http
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController


def parse_id(value):
    """Return a database id out of a request's parameter, or 0 where it is none."""
    text = str(value or "")
    # longer ones do not fit the column: PostgreSQL would refuse the query
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class SchoolHelpdeskTicketController(HelpdeskTicketController):
    @http.route(methods=["POST"])
    def support_ticket_close(self, ticket_id=None, stage_id=None, **kw):
        """Close the caller's own ticket by one of the stages the portal offers.

        :raise NotFound: the ticket does not exist or is not the caller's
        :raise BadRequest: the stage does not close this team's tickets in the portal
        """
        ticket = request.env["helpdesk.ticket"].browse(parse_id(ticket_id)).exists()
        if not ticket or not ticket.has_access("read"):
            raise NotFound()  # one answer: do not tell which tickets exist
        # sudo: helpdesk.ticket - read access is checked, closing is a requester's right
        ticket_sudo = ticket.sudo()
        if ticket_sudo.closed:
            return request.redirect(ticket_sudo.access_url)
        stages = ticket_sudo._get_portal_closing_stages()
        if parse_id(stage_id) not in stages.ids:
            raise BadRequest()
        return super().support_ticket_close(ticket_id=ticket.id, stage_id=stage_id)
