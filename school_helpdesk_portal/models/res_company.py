"""Whether people with the same problem may follow it without being asked each time."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_share_with_affected = fields.Boolean(
        string="Affected people follow",
        help="New tickets are shared with whoever says that it is his problem too: "
        "status, next step and the desk's comments, without names.",
    )
