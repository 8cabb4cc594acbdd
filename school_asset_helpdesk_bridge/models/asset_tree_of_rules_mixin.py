"""Locations and categories of devices, by which rules choose tickets."""

from odoo import api, models


class AssetTreeOfRulesMixin(models.AbstractModel):
    """Rules keep which locations and categories are below theirs."""

    _name = "asset.tree.of.rules.mixin"
    _description = "Tree That Rules Use"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        result = super().write(vals)
        if "parent_id" in vals:
            self.env.registry.clear_cache()
            self.env["helpdesk.escalation.rule"]._plan_again_later()
        return result
