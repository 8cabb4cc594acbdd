"""The end of a timesheet line, which the 18.0 addon cannot compute or find on 19.0.

A line's ticket has an index: the hours of a ticket are found among all that people have
ever worked.

Odoo 19 passes datetimes and sets of values to search methods where 18 passed strings,
and gives the factor of a unit of measure the other way round: a day was 0.125 of the
reference then and is 8 hours now.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class AccountAnalyticLine(models.Model):
    _inherit = "account.analytic.line"

    ticket_id = fields.Many2one(index="btree_not_null")

    @api.model
    def _get_time_uoms(self):
        """Units of measure in which a line's amount is a time, hour first."""
        return self.env.ref("uom.product_uom_hour") + self.env.ref(
            "uom.product_uom_day"
        )

    @api.depends("date_time", "unit_amount", "product_uom_id")
    def _compute_date_time_end(self):
        hour, day = self._get_time_uoms()
        in_days = self.filtered(
            lambda line: line.product_uom_id == day
            and line.date_time
            and line.unit_amount
        )
        for line in in_days:
            hours = line.unit_amount * day.factor / hour.factor
            line.date_time_end = line.date_time + timedelta(hours=hours)
        return super(AccountAnalyticLine, self - in_days)._compute_date_time_end()

    @api.model
    def _search_date_time_end(self, operator, value):
        if operator == "in":
            moments = tuple(moment for moment in value if moment)
            domain = self._domain_date_time_end(SQL("IN"), moments)
            if False in value:
                domain |= ~self._domain_date_time_end()
            return domain
        if operator in ("<", "<=", ">", ">="):
            return self._domain_date_time_end(SQL(operator), value)
        return NotImplemented

    @api.model
    def _domain_date_time_end(self, operator=None, operand=None):
        """Lines that have an end and whose end, to the second, compares so.

        Without an operator: every line that has an end.
        """
        uoms = self._get_time_uoms()

        def to_sql(model, alias, query):
            start = model._field_to_sql(alias, "date_time", query)
            amount = model._field_to_sql(alias, "unit_amount", query)
            uom = model._field_to_sql(alias, "product_uom_id", query)
            hours_per_unit = SQL(" ").join(
                SQL("WHEN %s THEN %s", unit.id, unit.factor / uoms[0].factor)
                for unit in uoms
            )
            end = SQL(
                "date_trunc('second', %s + %s * (CASE %s %s END) * interval '1 hour')",
                start,
                amount,
                uom,
                hours_per_unit,
            )
            # NULL where the line is still running or its amount is no time.
            end = SQL("CASE WHEN %s <> 0 THEN %s END", amount, end)
            if operator is None:
                return SQL("(%s) IS NOT NULL", end)
            # Never NULL, so that the opposite can be asked for.
            return SQL("COALESCE((%s) %s %s, FALSE)", end, operator, operand)

        if operand == ():
            return Domain.FALSE
        return Domain.custom(to_sql=to_sql)
