"""How much the desk takes in from one person, by mail and by the portal."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

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
        help="How large a file sent in the portal may be.",
    )

    _helpdesk_intake_positive = models.Constraint(
        "CHECK (helpdesk_mail_ceiling >= 0 AND helpdesk_portal_ceiling >= 0 "
        "AND helpdesk_upload_max_files >= 0 AND helpdesk_upload_max_megabytes > 0)",
        "The limits of what the desk takes in cannot be negative.",
    )
