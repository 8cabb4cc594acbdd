"""The front door: the home page of a person, and the first page for visitors.

Both pages have the same address, which a website can use as its home page. The portal's
own home page shows the same to signed-in people.
"""

from datetime import timedelta

from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.school_asset_helpdesk_bridge.models.helpdesk_ticket_asset_link import (
    WORKING_CATEGORIES,
)
from odoo.addons.school_helpdesk_base.controllers.main import reads_only

from ..models.website import FRONT_DOOR

#: How many tickets and devices the page shows.
SHOWN_TICKETS = 5
SHOWN_DEVICES = 4
#: How many open tickets are read, to show those that wait for the user first.
READ_TICKETS = 40
SHOWN_ARTICLES = 6
#: How long browsers may use the logo before they ask for it again.
LOGO_AGE = timedelta(days=30)


class FrontDoor(CustomerPortal):
    @route(readonly=reads_only)
    def home(self, **_kwargs):
        return self._render_home()

    @route(FRONT_DOOR, type="http", auth="public", website=True, readonly=True)
    def front_door(self, **_kwargs):
        if request.env.user._is_public():
            return self._render_welcome()
        return self._render_home()

    @route(
        f"{FRONT_DOOR}/logo/<int:version>",
        type="http",
        auth="public",
        readonly=True,
        save_session=False,
        sitemap=False,
    )
    def logo(self, version, **_kwargs):
        """Return the school's logo, without starting a session.

        :param version: changes with the logo, so that browsers can keep it
        """
        source = request.env["website"].get_current_website()._helpdesk_get_logo()
        if not source:
            raise request.not_found()
        stream = request.env["ir.binary"]._get_image_stream_from(
            *source, width=400, height=80
        )
        return stream.get_response(max_age=int(LOGO_AGE.total_seconds()))

    def _render_home(self):
        values = self._prepare_portal_layout_values() | self._prepare_home_values()
        return request.render("school_helpdesk_portal.home", values)

    def _render_welcome(self):
        Article = request.env["helpdesk.article"]
        articles = Article.search(
            Article._get_live_domain(),
            order="helpful_count DESC, view_count DESC, id",
            limit=SHOWN_ARTICLES,
        )
        return request.render("school_helpdesk_portal.welcome", {"articles": articles})

    def _prepare_home_values(self):
        partner = request.env.user.partner_id
        tickets = self._get_open_tickets(partner)
        assets_sudo = request.env["asset.asset"]._portal_get_own_assets(partner)
        shown_sudo = assets_sudo[:SHOWN_DEVICES]
        return {
            "page_name": "home",
            "tickets": tickets[:SHOWN_TICKETS],
            "has_more_tickets": len(tickets) > SHOWN_TICKETS,
            "devices": [asset._portal_prepare_device() for asset in shown_sudo],
            "has_more_devices": len(assets_sudo) > SHOWN_DEVICES,
        }

    def _get_open_tickets(self, partner):
        """Return a requester's newest open tickets, first those that wait for them."""
        Ticket = request.env["helpdesk.ticket"]
        if not Ticket.has_access("read"):
            return Ticket
        found = Ticket.search_fetch(
            Ticket._get_requested_domain(partner)
            & Domain("status_category", "in", WORKING_CATEGORIES),
            [
                "number",
                "name",
                "stage_id",
                "status_category",
                "unattended",
                "last_stage_update",
            ],
            # in descending order, "waiting" comes before "open"
            order="status_category desc, last_stage_update desc, id desc",
            limit=READ_TICKETS,
        )
        return found.sorted(lambda ticket: ticket._portal_status()[1] != "you")
