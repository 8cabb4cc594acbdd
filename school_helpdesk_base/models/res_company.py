"""The desk's settings: reopening and closing, limits for new tickets and files."""

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
    helpdesk_mail_ceiling = fields.Integer(
        string="Tickets by mail per sender",
        default=20,
        required=True,
        help="New tickets one address may open by mail within an hour. Its further "
        "mails are kept on the newest of them. 0: no ceiling.",
    )
    helpdesk_portal_ceiling = fields.Integer(
        string="Tickets by portal per person",
        default=20,
        required=True,
        help="New tickets one person may send in the portal within an hour. "
        "0: no ceiling.",
    )
    helpdesk_upload_max_files = fields.Integer(
        string="Files per ticket",
        default=10,
        required=True,
        help="Files one may send at once in the portal. 0: none at all.",
    )
    helpdesk_upload_max_megabytes = fields.Integer(
        string="Megabytes per file",
        default=25,
        required=True,
        help="How large a file of the desk may be, whichever way somebody sends it. "
        "What comes by mail is limited by the mail server.",
    )

    _helpdesk_days_positive = models.Constraint(
        "CHECK (helpdesk_reopen_days >= 0 AND helpdesk_auto_close_days >= 0)",
        "The days to reopen and to close a ticket cannot be negative.",
    )
    _helpdesk_intake_positive = models.Constraint(
        "CHECK (helpdesk_mail_ceiling >= 0 AND helpdesk_portal_ceiling >= 0 "
        "AND helpdesk_upload_max_files >= 0 AND helpdesk_upload_max_megabytes > 0)",
        "The limits of what the desk takes in cannot be negative.",
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
