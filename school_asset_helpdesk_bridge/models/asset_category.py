"""Refuses to delete the last category of devices of a symptom.

A search for a category takes the typed words literally. Rules about devices know which
categories are below theirs.
"""

from odoo import api, models
from odoo.exceptions import ValidationError


class AssetCategory(models.Model):
    _name = "asset.category"
    _inherit = [
        "asset.category",
        "asset.tree.of.rules.mixin",
        "helpdesk.literal.search.mixin",
    ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_last_of_symptom(self):
        # sudo: helpdesk.symptom - managers of devices may not read symptoms
        Symptom = self.env["helpdesk.symptom"].sudo().with_context(active_test=False)
        for symptom in Symptom.search([("asset_category_ids", "in", self.ids)]):
            if symptom.asset_category_ids <= self:
                raise ValidationError(
                    self.env._(
                        "“%(symptom)s” is a symptom of these devices only. Delete it, "
                        "or choose other devices for it, before you delete their "
                        "category.",
                        symptom=symptom.name,
                    )
                )
