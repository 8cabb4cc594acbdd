"""The list and the page of a requester's tickets in the portal."""

from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk

from ..tools.search_text import escape_wildcards, get_spellings
from .main import parse_id, parse_token, reads_only


class SchoolCustomerPortalHelpdesk(CustomerPortalHelpdesk):
    @http.route(readonly=reads_only)
    def portal_my_tickets(self, page=1, sortby=None, groupby=None, **kw):
        """Show the list of tickets, and ignore unknown parameters in the URL."""
        if sortby not in self._ticket_get_searchbar_sortings():
            sortby = None
        if groupby not in self._ticket_get_searchbar_groupby():
            groupby = None
        if kw.get("search_in") not in self._ticket_get_searchbar_inputs():
            kw["search_in"] = None
        if kw.get("search"):
            kw["search"] = kw["search"].replace("\x00", "")
        for name in ("date_begin", "date_end"):
            try:
                fields.Datetime.to_datetime(kw.get(name))
            except ValueError:
                kw[name] = None
        return super().portal_my_tickets(
            page=max(parse_id(page), 1), sortby=sortby, groupby=groupby, **kw
        )

    @http.route()
    def portal_my_ticket(self, ticket_id, access_token=None, **kw):
        # parse_id: PostgreSQL raises an error for ids that do not fit the column
        return super().portal_my_ticket(
            parse_id(ticket_id), parse_token(access_token), **kw
        )

    def _ticket_get_search_domain(self, search_in, search):
        """Search for the typed text, in each spelling and without wildcards."""
        return Domain.OR(
            super(SchoolCustomerPortalHelpdesk, self)._ticket_get_search_domain(
                search_in, escape_wildcards(spelling)
            )
            for spelling in get_spellings(search)
        )

    def _document_check_access(self, model_name, document_id, access_token=None):
        """Return a ticket in the reader's environment, with sudo.

        Odoo returns it in the environment of OdooBot, so that the page would show times
        in OdooBot's time zone.
        """
        document_sudo = super()._document_check_access(
            model_name, document_id, access_token=access_token
        )
        if model_name == "helpdesk.ticket":
            # sudo: helpdesk.ticket - access was checked by Odoo's method above
            document_sudo = document_sudo.with_user(request.env.user).sudo()
        return document_sudo

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        values["closed_stages"] = (
            ticket.browse().stage_id
            if ticket.closed
            else ticket._get_portal_closing_stages()
        )
        # the ticket is in sudo: remove the files that the current user may not see
        files = ticket.attachment_ids
        values["ticket_files"] = files - files.with_env(request.env)._get_desk_only()
        return values
