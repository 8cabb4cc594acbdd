"""Averages, rates and medians of many tickets, for pivots, graphs and boards.

Each is computed by the database from the figures of all tickets of a group. The average
of an average would be wrong: a rate is the sum of one figure divided by the sum of
another one. Tickets without the figure are left out.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.ticket import DESK_ONLY

#: Measure to the figures whose sums are divided.
RATIOS = {
    "average_response_hours": ("response_hours", "response_count"),
    "first_contact_rate": ("solved_first_contact", "ever_resolved"),
    "happy_rate": ("happy_count", "rated_count"),
    "rating_average": ("rating_sum", "rated_count"),
    "reopened_rate": ("reopened", "ever_resolved"),
    "sla_first_response_rate": ("sla_first_response_met", "sla_first_response_judged"),
    "sla_resolution_rate": ("sla_resolution_met", "sla_resolution_judged"),
}
#: Measure to the figure and the share of tickets that are not slower.
PERCENTILES = {
    "first_response_median": ("first_response_hours", 0.5),
    "first_response_p90": ("first_response_hours", 0.9),
    "resolution_median": ("resolution_hours", 0.5),
    "resolution_p90": ("resolution_hours", 0.9),
}
#: Fields that say of each ticket what a figure says.
LIKE_FIGURES = frozenset(
    {
        "reopen_count",
        "sla_expired",
        "status_log_ids",
        "ticket_sla_ids",
        "total_hours",
        "waiting_hours",
    }
)
MEASURE = {"compute": "_compute_measures", "aggregator": "avg", "groups": DESK_ONLY}


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "helpdesk.colleagues.mixin"]

    average_response_hours = fields.Float(
        string="Average Response (Working Hours)",
        help="Over all answers for which somebody waited.",
        **MEASURE,
    )
    first_contact_rate = fields.Float(
        help="Tickets solved at the first contact, of those ever resolved.", **MEASURE
    )
    happy_rate = fields.Float(help="Happy ratings, of all ratings.", **MEASURE)
    rating_average = fields.Float(
        string="Average Rating (1 to 5)", help="Over all ratings.", **MEASURE
    )
    reopened_rate = fields.Float(
        help="Reopened tickets, of those ever resolved.", **MEASURE
    )
    sla_first_response_rate = fields.Float(
        string="First Response in Time (Rate)",
        help="Of the tickets whose first response is judged.",
        **MEASURE,
    )
    sla_resolution_rate = fields.Float(
        string="Resolution in Time (Rate)",
        help="Of the tickets whose resolution is judged.",
        **MEASURE,
    )
    first_response_median = fields.Float(
        string="First Response, Median (Working Hours)",
        help="Half of the tickets were answered within this time.",
        **MEASURE,
    )
    first_response_p90 = fields.Float(
        string="First Response, 90% (Working Hours)",
        help="Nine of ten tickets were answered within this time.",
        **MEASURE,
    )
    resolution_median = fields.Float(
        string="Resolution, Median (Working Hours)",
        help="Half of the tickets were resolved within this time.",
        **MEASURE,
    )
    resolution_p90 = fields.Float(
        string="Resolution, 90% (Working Hours)",
        help="Nine of ten tickets were resolved within this time.",
        **MEASURE,
    )

    @api.depends(
        *{name for names in RATIOS.values() for name in names},
        *{name for name, _share in PERCENTILES.values()},
    )
    def _compute_measures(self):
        for ticket in self:
            for measure, (dividend, divisor) in RATIOS.items():
                ticket[measure] = ticket[divisor] and ticket[dividend] / ticket[divisor]
            for measure, (name, _share) in PERCENTILES.items():
                ticket[measure] = ticket[name]

    @api.model
    def _compares_agents(self, names):
        """Agents may count tickets by assignee, as in a list, but no figures."""
        figures = {*RATIOS, *PERCENTILES, *LIKE_FIGURES}
        figures |= {
            name
            for name, field in self._fields.items()
            if field.prefetch == "figures" or name.startswith("rating_")
        }
        return not figures.isdisjoint(names)

    def _read_group_select(self, aggregate_spec, query):
        measure, _colon, aggregator = aggregate_spec.partition(":")
        if measure not in RATIOS and measure not in PERCENTILES:
            return super()._read_group_select(aggregate_spec, query)
        if aggregator != "avg":
            raise ValueError(f"Invalid aggregate method for {aggregate_spec!r}.")
        self._check_field_access(self._fields[measure], "read")
        if measure in RATIOS:
            dividend, divisor = (
                self._field_to_sql(self._table, name, query) for name in RATIOS[measure]
            )
            return SQL("SUM(%s)::float / NULLIF(SUM(%s), 0)::float", dividend, divisor)
        name, share = PERCENTILES[measure]
        return SQL(
            "PERCENTILE_CONT(%s) WITHIN GROUP (ORDER BY %s)",
            share,
            self._field_to_sql(self._table, name, query),
        )
