"""The page of a ticket that is shared with affected people."""

from werkzeug.exceptions import NotFound

from odoo.http import Controller, request, route

from odoo.addons.school_helpdesk_base.controllers.main import parse_id


class AffectedController(Controller):
    @route(
        "/my/affected/<string:ticket_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        sitemap=False,
        readonly=True,
    )
    def affected_ticket(self, ticket_id, **_kwargs):
        """Show the page of a shared ticket to an affected person.

        :raise NotFound: the ticket does not exist, is not shared, or the user is not
            affected
        """
        ticket_sudo = request.env["helpdesk.ticket"]._find_shared(
            parse_id(ticket_id), request.env.user.partner_id
        )
        if not ticket_sudo:
            raise NotFound()
        status, tone = ticket_sudo._share_status()
        values = {
            "page_name": "affected",
            "title": ticket_sudo._share_title(),
            "number": ticket_sudo.number,
            "status": status,
            "tone": tone,
            "next_step": ticket_sudo._share_next_step(),
            "timeline": ticket_sudo._share_timeline(),
        }
        return request.render("school_helpdesk_portal.affected_page", values)
