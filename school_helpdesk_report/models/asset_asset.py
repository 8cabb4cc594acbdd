"""What the repairs of a device cost, stored so that lists and boards can add it up."""

from odoo import api, fields, models


class AssetAsset(models.Model):
    _inherit = "asset.asset"

    helpdesk_damage_case_ids = fields.One2many(
        comodel_name="asset.damage.case",
        inverse_name="asset_id",
        string="Damage Cases",
        readonly=True,
    )
    helpdesk_repair_cost = fields.Float(
        string="Repair Cost",
        compute="_compute_helpdesk_repair_cost",
        store=True,
        copy=False,
        help="The actual costs of damage cases, and the repair costs of inspections "
        "that have no damage case.",
    )

    @api.depends(
        "helpdesk_damage_case_ids.actual_cost",
        "helpdesk_damage_case_ids.status",
        # the case may be deleted, and may be of another device
        "inspection_ids.damage_case_id.asset_id",
        "inspection_ids.repair_cost",
    )
    def _compute_helpdesk_repair_cost(self):
        costs = dict.fromkeys(self.ids, 0)
        for model, cost, condition in (
            ("asset.damage.case", "actual_cost", ("status", "!=", "rejected")),
            ("asset.inspection", "repair_cost", ("damage_case_id", "=", False)),
        ):
            for asset, total in self.env[model]._read_group(
                [("asset_id", "in", self.ids), condition],
                ["asset_id"],
                [f"{cost}:sum"],
            ):
                costs[asset.id] += total
        for asset in self:
            # a form that is being changed shows the cost of its stored device
            asset.helpdesk_repair_cost = costs.get(asset._origin.id, 0)
