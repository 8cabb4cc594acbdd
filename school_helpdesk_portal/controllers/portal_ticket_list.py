"""The page "My tickets", which stays fast with any number of tickets.

The page counts nothing and reads nothing for each row: one query fetches the tickets of
the page with their columns, and another one the names of related records. The query
asks for one ticket more than the page shows, to find out whether there is a next page.
"""

from werkzeug.urls import url_encode

from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk
from odoo.addons.school_helpdesk_base.controllers.main import parse_id, parse_text
from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
)

PAGE_SIZE = 25
SEARCH_LENGTH = 80


class PortalTicketList(CustomerPortalHelpdesk):
    @route()
    def portal_my_tickets(self, page=1, filterby=None, search=None, **kw):
        """Show the list; an unknown filter shows the open tickets, without an error."""
        if not request.env["helpdesk.ticket"].has_access("read"):
            return request.redirect("/my")
        values = self._prepare_my_tickets_values(parse_id(page), filterby, search)
        return request.render("school_helpdesk_portal.portal_my_tickets", values)

    def _prepare_my_tickets_values(self, page, filterby, search):
        filters = self._ticket_list_filters()
        if filterby not in filters:
            filterby = "all" if search else "open"
        search = parse_text(search)[:SEARCH_LENGTH]
        domain = filters[filterby]["domain"]
        if search:
            domain &= Domain(self._ticket_get_search_domain("all", search))
        offset = (max(page, 1) - 1) * PAGE_SIZE
        tickets = request.env["helpdesk.ticket"].search_fetch(
            domain,
            self._ticket_list_fields(),
            offset=offset,
            limit=PAGE_SIZE + 1,
            order="last_stage_update desc, id desc",
        )
        search_query = {"search": search} if search else {}
        query = {"filterby": filterby, **search_query}
        for key, tab in filters.items():
            tab["url"] = self._ticket_list_url(1, {"filterby": key, **search_query})
        return {
            "page_name": "ticket",
            "tickets": tickets[:PAGE_SIZE],
            "filters": filters,
            "filterby": filterby,
            "search": search,
            "newer_url": page > 1 and self._ticket_list_url(page - 1, query),
            "older_url": len(tickets) > PAGE_SIZE
            and self._ticket_list_url(page + 1, query),
        }

    def _ticket_list_url(self, page, query):
        path = "/my/tickets" if page <= 1 else f"/my/tickets/page/{page}"
        return f"{path}?{url_encode(query)}"

    def _ticket_list_fields(self):
        """Return the fields that the list shows, to fetch them in one query."""
        return [
            "number",
            "name",
            "partner_id",
            "stage_id",
            "status_category",
            "waiting_for",
            "unattended",
            "last_stage_update",
        ]

    def _ticket_list_filters(self):
        """Return the tabs of the list: a dictionary of key to label and domain."""
        return {
            "open": {
                "label": request.env._("Open"),
                "domain": Domain("status_category", "not in", ENDED_CATEGORIES),
            },
            "waiting": {
                "label": request.env._("Waiting for you"),
                "domain": Domain("waiting_for", "=", "requester"),
            },
            "ended": {
                "label": request.env._("Done"),
                "domain": Domain("status_category", "in", ENDED_CATEGORIES),
            },
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
        }
