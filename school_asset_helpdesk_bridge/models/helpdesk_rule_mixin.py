"""Criteria of rules about the device of a ticket and the group of its requester."""

import re

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.sql import escape_psql


class HelpdeskRuleMixin(models.AbstractModel):
    _inherit = "helpdesk.rule.mixin"

    location_ids = fields.Many2many(
        comodel_name="asset.location",
        string="Locations",
        ondelete="restrict",
        help="Where the main device is. The rule is also for the locations in these: "
        "for the rooms of a building.",
    )
    asset_category_ids = fields.Many2many(
        comodel_name="asset.category",
        string="Device Categories",
        ondelete="restrict",
        help="The rule is also for the categories below these.",
    )
    asset_model = fields.Char(
        string="Device Model",
        help="Brand and model of the main device, or a part of them. Separate several "
        "ones by commas.",
    )
    requester_group = fields.Char(
        string="Requester's Group",
        help="The department, class or organisation of the requester. Separate several "
        "ones by commas.",
    )

    def _get_criteria(self):
        criteria = super()._get_criteria()
        if self.location_ids:
            criteria.append(self._get_tree_domain("asset_location", self.location_ids))
        if self.asset_category_ids:
            criteria.append(
                self._get_tree_domain("asset_category", self.asset_category_ids)
            )
        if models_ := self._split_words(self.asset_model):
            criteria.append(
                Domain.OR(Domain("asset_model", "ilike", m) for m in models_)
            )
        if groups := self._split_words(self.requester_group):
            criteria.append(
                Domain.OR(
                    # unlike "ilike", this operator does not escape the text itself
                    Domain("requester_group", "=ilike", escape_psql(group))
                    for group in groups
                )
            )
        return criteria

    def _split_words(self, text):
        return [word for word in map(str.strip, re.split("[,\n]", text or "")) if word]

    def _get_criteria_parts(self):
        parts = super()._get_criteria_parts()
        parts[-1:-1] = [
            ", ".join(records.mapped("display_name"))
            for records in (self.asset_category_ids, self.location_ids)
            if records
        ]
        parts += filter(None, (self.asset_model, self.requester_group))
        return parts

    @api.model
    def _get_archivable_criteria(self):
        names = [
            name
            for name in ("asset_category_ids", "location_ids")
            # the school's own asset addon may not archive them
            if "active" in self.env[self._fields[name].comodel_name]._fields
        ]
        return super()._get_archivable_criteria() + names
