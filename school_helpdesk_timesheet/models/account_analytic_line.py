"""Compute and search the end time of timesheet lines on Odoo 19.

The 18.0 addon fails at both. Odoo 19 passes datetimes and sets of values to search
methods; Odoo 18 passed strings. The factor of a unit of measure is inverted: the factor
of a day was 0.125 (days per hour) and is 8 (hours per day) now.

An index on the ticket finds the lines of one ticket among all timesheet lines.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class AccountAnalyticLine(models.Model):
    _name = "account.analytic.line"
    _inherit = ["account.analytic.line", "helpdesk.names.mixin"]

    ticket_id = fields.Many2one(index="btree_not_null")

    @api.model
    def _get_time_uoms(self):
        """Return the units of measure for working time: hour, then day."""
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
            datetimes = tuple(end for end in value if end)
            domain = self._domain_date_time_end(SQL("IN"), datetimes)
            if False in value:
                domain |= ~self._domain_date_time_end()
            return domain
        if operator in ("<", "<=", ">", ">="):
            return self._domain_date_time_end(SQL(operator), value)
        return NotImplemented

    @api.model
    def _domain_date_time_end(self, operator=None, operand=None):
        """Return the domain of the lines whose end time fulfils a condition.

        The end time is rounded down to the second. Without an operator, the domain
        finds all lines that have an end time.

        :param SQL operator: a comparison
        :param operand: a datetime or, for ``IN``, a tuple of datetimes
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
            # NULL if the line is still running or its unit is not a unit of time.
            end = SQL("CASE WHEN %s <> 0 THEN %s END", amount, end)
            if operator is None:
                return SQL("(%s) IS NOT NULL", end)
            # FALSE instead of NULL, so that the domain can be negated.
            return SQL("COALESCE((%s) %s %s, FALSE)", end, operator, operand)

        if operand == ():
            return Domain.FALSE
        return Domain.custom(to_sql=to_sql)
