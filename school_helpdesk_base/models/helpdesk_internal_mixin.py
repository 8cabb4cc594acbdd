"""Hides records that belong to tickets, such as activities, from requesters.

Odoo shows such records to all users who may read the ticket, or to all employees. A
requester can be an employee: these records must be hidden like internal notes.
"""

from functools import partial

from odoo import api, models
from odoo.fields import Domain


class HelpdeskInternalMixin(models.AbstractModel):
    _name = "helpdesk.internal.mixin"
    _description = "Internal Records of the Help Desk"

    @api.model
    def _get_hidden_domain(self):
        """Return the domain of records that are hidden from the current user."""
        if self.env.su:
            return Domain.FALSE
        Ticket = self.env["helpdesk.ticket"]
        # "all tickets" are those of the user's companies
        if Ticket._can_access_all_tickets() and self._works_in_all_companies():
            return Domain.FALSE
        return self._get_domain_except_tickets(Ticket._get_writable_query())

    @api.model
    def _works_in_all_companies(self):
        all_ids = self.env["res.company"]._get_helpdesk_all_ids()
        return all_ids <= set(self.env.companies.ids)

    @api.model
    def _get_domain_except_tickets(self, tickets):
        """Return the domain of the records on all tickets that are not in ``tickets``.

        Each model must override this method. It can leave out the current user's own
        records.

        :param Query tickets: the tickets that the current user may write
        """
        raise NotImplementedError()

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access):
            domain = Domain(domain) & ~self._get_hidden_domain()
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if not self.ids:
            return result
        # sudo: of the records - only to find those that are hidden from the user
        hidden = self & self.sudo().with_context(active_test=False).search(
            Domain("id", "in", self.ids) & self._get_hidden_domain()
        )
        if not hidden:
            return result
        forbidden = hidden | result[0] if result else hidden
        return forbidden, partial(
            self.env["ir.rule"]._make_access_error, operation, forbidden
        )
