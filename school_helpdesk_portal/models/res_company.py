"""The setting that shares new tickets with affected people; the cache of the header."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_share_with_affected = fields.Boolean(
        string="Affected people follow",
        help="New tickets are shared with people who say that it is their problem too. "
        "They see the status, the next step and the help desk's comments, without "
        "names.",
    )

    def cache_invalidation_fields(self):
        # the header of our pages caches which logo it shows
        return super().cache_invalidation_fields() | {"logo"}
