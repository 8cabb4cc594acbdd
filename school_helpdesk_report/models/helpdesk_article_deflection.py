"""The share of suggestions that solved a problem without a ticket."""

from odoo import api, fields, models
from odoo.tools import SQL


class HelpdeskArticleDeflection(models.Model):
    _inherit = "helpdesk.article.deflection"

    solved_rate = fields.Float(
        string="Solved (Rate)",
        compute="_compute_solved_rate",
        aggregator="avg",
        help="Problems solved without a ticket, divided by suggested articles.",
    )

    @api.depends("shown_count", "solved_count")
    def _compute_solved_rate(self):
        for day in self:
            day.solved_rate = day.shown_count and day.solved_count / day.shown_count

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec != "solved_rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "SUM(%s)::float / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, "solved_count", query),
            self._field_to_sql(self._table, "shown_count", query),
        )
