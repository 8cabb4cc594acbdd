"""Records that tickets use, such as categories and contacts.

Deleting such a record would empty a field of its tickets, or a query of the database
would fail with a technical message. So the deletion is refused, and the user is told to
archive the record instead. The company of such a record can only be that of its
tickets.
"""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_list

#: How many records a message names at most.
NAMES = 5


class HelpdeskUsedMixin(models.AbstractModel):
    _name = "helpdesk.used.mixin"
    _description = "Record That Tickets Use"

    @api.model
    def _get_ticket_fields(self):
        """Return the stored fields of tickets that refer to this model."""
        return [
            field
            for field in self.env["helpdesk.ticket"]._fields.values()
            if field.type in ("many2one", "many2many")
            and field.comodel_name == self._name
            and field.store
        ]

    def _get_used_domain(self):
        """Return the domain of the tickets that use these records.

        Addons whose tickets refer to the records in another way extend this method.
        """
        return Domain.OR(
            Domain(field.name, "in", self.ids) for field in self._get_ticket_fields()
        )

    def _get_deleted_with(self):
        """Return these records and those that the database deletes with them."""
        return self

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used_by_tickets(self):
        """Refuse to delete a record that tickets use.

        :raise UserError: tickets use one of the records
        """
        # sudo: helpdesk.ticket - also tickets that the user cannot read would lose it
        Ticket = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        records_sudo = self.sudo().with_context(active_test=False)._get_deleted_with()
        if not Ticket.search_count(records_sudo._get_used_domain(), limit=1):
            return
        used_sudo = records_sudo.filtered(
            lambda record: Ticket.search_count(record._get_used_domain(), limit=1)
        )
        count = Ticket.search_count(used_sudo._get_used_domain())
        names = used_sudo[:NAMES].mapped("display_name")
        if len(used_sudo) > NAMES:
            names.append("...")
        raise UserError(
            self.env._(
                "You cannot delete %(names)s: tickets use it (%(count)s). Archive it "
                "instead: the tickets keep it, and nobody can choose it any more.",
                count=count,
                names=format_list(self.env, names),
            )
        )

    def _get_company_fields(self):
        """Return the field to check if tickets accept only records of their company."""
        if "company_id" in self._fields and any(
            field.check_company for field in self._get_ticket_fields()
        ):
            return ("company_id",)
        return ()

    @api.constrains(lambda self: self._get_company_fields())
    def _check_company_of_tickets(self):
        """Keep the company of the tickets that use these records."""
        # sudo: helpdesk.ticket - the user may not read the other company's tickets
        Ticket = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        for record in self.filtered("company_id"):
            elsewhere = record._get_used_domain() & Domain(
                "company_id", "!=", record.company_id.id
            )
            if Ticket.search_count(elsewhere, limit=1):
                raise UserError(
                    self.env._(
                        "Tickets of another company use %(record)s. Leave its company "
                        "empty, or create a new one for %(company)s.",
                        record=record.display_name,
                        company=record.company_id.display_name,
                    )
                )
