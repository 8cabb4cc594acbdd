"""Records on a ticket that are the desk's, as its notes are: kept from its requesters.

Odoo shows what hangs on a record to whoever may read the record, or to every employee;
in a school a requester may read his ticket and be an employee.
"""

from functools import partial

from odoo import api, models
from odoo.fields import Domain


class HelpdeskDeskRecords(models.AbstractModel):
    _name = "helpdesk.desk.records"
    _description = "Records of the help desk"

    @api.model
    def _get_kept_domain(self):
        """Return which of these records are kept from the present user."""
        Ticket = self.env["helpdesk.ticket"]
        if Ticket._is_desk_wide_reader():
            return Domain.FALSE
        return self._get_not_worked_on_domain(Ticket._get_workable_query())

    @api.model
    def _get_not_worked_on_domain(self, workable):
        """Return which of these are on tickets, but others than those; to be extended.

        :param Query workable: the tickets the present user may work on
        """
        raise NotImplementedError()

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access):
            domain = Domain(domain) & ~self._get_kept_domain()
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if not self.ids:
            return result
        # sudo: of the records - only which of them are kept from the user
        kept = self & self.sudo().with_context(active_test=False).search(
            Domain("id", "in", self.ids) & self._get_kept_domain()
        )
        if not kept:
            return result
        refused = kept | result[0] if result else kept
        return refused, partial(
            self.env["ir.rule"]._make_access_error, operation, refused
        )
