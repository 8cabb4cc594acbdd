"""How long a resolved ticket stays within the requester's reach."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_reopen_days = fields.Integer(
        string="Days to reopen a ticket",
        default=5,
        required=True,
        help="Working days after its resolution in which the requester's reply, or his "
        '"not solved", reopens a ticket. After them a reply starts a new one.',
    )
    helpdesk_auto_close_days = fields.Integer(
        string="Days until a resolved ticket closes",
        default=5,
        required=True,
        help="Working days after its resolution in which a ticket nobody came back to "
        "closes by itself. 0: never.",
    )

    _helpdesk_days_positive = models.Constraint(
        "CHECK (helpdesk_reopen_days >= 0 AND helpdesk_auto_close_days >= 0)",
        "The days to reopen and to close a ticket cannot be negative.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "helpdesk_auto_close_days" in vals:
            # only what is resolved can be due, not every ticket ever closed
            # sudo: helpdesk.ticket - a setting holds for tickets its writer cannot see
            Ticket = self.env["helpdesk.ticket"].sudo()
            self.env.add_to_compute(
                Ticket._fields["auto_close_date"],
                Ticket.with_context(active_test=False).search(
                    [
                        ("company_id", "in", self.ids),
                        ("status_category", "=", "resolved"),
                    ]
                ),
            )
        return result
