"""The terms of the school year, by which figures are compared."""

from datetime import date, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import ormcache


class Period(NamedTuple):
    """A term, for code that looks up many days."""

    id: int
    first: date
    last: date
    company_id: int | None

    def contains(self, day, company_id):
        return self.first <= day <= self.last and self.company_id in (None, company_id)

    def get_week(self, day):
        """Return the week of the term, beginning with 1; weeks begin on Monday."""
        monday = self.first - timedelta(days=self.first.weekday())
        return (day - monday).days // 7 + 1


class HelpdeskSchoolTerm(models.Model):
    _name = "helpdesk.school.term"
    _inherit = ["helpdesk.literal.search.mixin"]
    _description = "School Term"
    _order = "date_from desc, id desc"

    name = fields.Char(required=True, translate=True)
    date_from = fields.Date(string="First Day", required=True)
    date_to = fields.Date(string="Last Day", required=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self.env.company,
        help="Empty for a term of all companies.",
    )

    _ends_after_start = models.Constraint(
        "CHECK (date_to >= date_from)", "A term must end after it starts."
    )

    @api.constrains("date_from", "date_to", "company_id")
    def _check_overlap(self):
        for term in self:
            others = (
                Domain("id", "!=", term.id)
                & Domain("date_from", "<=", term.date_to)
                & Domain("date_to", ">=", term.date_from)
            )
            if term.company_id:
                others &= Domain("company_id", "in", [False, term.company_id.id])
            # sudo: helpdesk.school.term - a term without a company concerns all of them
            if other := self.sudo().search(others, limit=1):
                raise ValidationError(
                    self.env._(
                        "%(term)s overlaps with %(other)s.",
                        term=term.name,
                        other=other.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        terms = super().create(vals_list)
        terms._expire_tickets()
        return terms

    def write(self, vals):
        if vals.keys().isdisjoint({"date_from", "date_to", "company_id"}):
            return super().write(vals)
        self._expire_tickets()
        result = super().write(vals)
        self._expire_tickets()
        return result

    def unlink(self):
        self._expire_tickets()
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def action_print_report(self):
        """Show the printed report of the term in the browser."""
        self.ensure_one()
        self.env["helpdesk.period.report"]._check_manager()
        return {
            "type": "ir.actions.act_url",
            "url": f"/helpdesk/report/term/{self.id}",
            "target": "new",
        }

    def _expire_tickets(self):
        """Compute the figures of the tickets from these terms again."""
        # sudo: helpdesk.ticket - figures follow from the terms, for all tickets
        Ticket = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        self.env.registry.clear_cache()
        for term in self:
            Ticket.search(
                Domain("term_id", "=", term.id)
                # the time zones of the schools differ by less than a day
                | Domain("create_date", ">=", term.date_from - timedelta(days=1))
                & Domain("create_date", "<", term.date_to + timedelta(days=2))
            )._expire_figures()

    @api.model
    @ormcache()
    def _get_periods(self):
        """Return all terms, those of one company first; called with sudo."""
        return [
            Period(term.id, term.date_from, term.date_to, term.company_id.id or None)
            for term in self.search([]).sorted(lambda term: not term.company_id)
        ]
