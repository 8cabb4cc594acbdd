"""What the desk plans to do on a ticket is the desk's, as its notes are.

Odoo shows activities to every employee who may read the record, and lets him mark them
as done: a requester who works at the school would read the desk's to-do list about him.
"""

from functools import partial

from odoo import api, models
from odoo.fields import Domain


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.model
    def _get_kept_domain(self):
        """Return which activities on tickets are kept from the present user.

        His own never are, others' are where he may not work on the ticket.
        """
        Ticket = self.env["helpdesk.ticket"]
        if Ticket._is_desk_wide_reader():
            return Domain.FALSE
        return (
            Domain("res_model", "=", "helpdesk.ticket")
            & Domain("user_id", "!=", self.env.uid)
            & Domain("res_id", "not in", Ticket._get_workable_query())
        )

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access):
            domain = Domain(domain) & ~self._get_kept_domain()
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        # sudo: mail.activity - only which of them are kept from the user
        kept = self & self.sudo().with_context(active_test=False).search(
            Domain("id", "in", self.ids) & self._get_kept_domain()
        )
        if not kept:
            return result
        refused = kept | result[0] if result else kept
        return refused, partial(
            self.env["ir.rule"]._make_access_error, operation, refused
        )
