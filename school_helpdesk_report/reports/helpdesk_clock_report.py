"""Service levels: one row for each SLA clock of a ticket."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.school_helpdesk_workflow.models.helpdesk_sla import TARGETS


class HelpdeskClockReport(models.Model):
    _name = "helpdesk.clock.report"
    _inherit = ["helpdesk.ticket.report.mixin"]
    _description = "Service Levels"
    _auto = False
    _order = "deadline desc, id desc"
    _depends = {
        "helpdesk.ticket.sla": [
            "consumed_time",
            "deadline",
            "done_date",
            "hours",
            "paused_hours",
            "sla_id",
            "state",
            "target",
            "ticket_id",
        ],
    }

    target = fields.Selection(selection=TARGETS, readonly=True)
    sla_id = fields.Many2one(
        comodel_name="helpdesk.sla", string="Policy", readonly=True
    )
    state = fields.Selection(
        selection=[
            ("accomplished", "Met"),
            ("expired", "Missed"),
            ("in_progress", "Running"),
            ("on_hold", "Paused"),
            ("void", "Void"),
        ],
        readonly=True,
    )
    deadline = fields.Datetime(readonly=True)
    done_date = fields.Datetime(string="Reached On", readonly=True)
    met = fields.Integer(readonly=True, help="1 if the target was met, else 0.")
    missed = fields.Integer(readonly=True, help="1 if the target was missed, else 0.")
    judged = fields.Integer(
        readonly=True, help="1 if the target was met or missed, else 0."
    )
    met_rate = fields.Float(
        string="Met (Rate)",
        compute="_compute_met_rate",
        aggregator="avg",
        help="Met, of those that are judged. Running, paused and void clocks are not.",
    )
    hours = fields.Float(string="Hours Allowed", readonly=True, aggregator="avg")
    consumed_time = fields.Float(string="Hours Used", readonly=True, aggregator="avg")
    paused_hours = fields.Float(string="Hours Paused", readonly=True, aggregator="avg")

    @api.depends("met", "judged")
    def _compute_met_rate(self):
        for clock in self:
            clock.met_rate = clock.judged and clock.met / clock.judged

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec != "met_rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "SUM(%s)::float / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, "met", query),
            self._field_to_sql(self._table, "judged", query),
        )

    @api.model
    def _get_columns(self):
        return {
            "id": SQL("clock.id"),
            "target": SQL("clock.target"),
            "sla_id": SQL("clock.sla_id"),
            "state": SQL("clock.state"),
            "deadline": SQL("clock.deadline"),
            "done_date": SQL("clock.done_date"),
            "met": SQL("(clock.state = 'accomplished')::int"),
            "missed": SQL("(clock.state = 'expired')::int"),
            "judged": SQL("(clock.state IN ('accomplished', 'expired'))::int"),
            "hours": SQL("clock.hours"),
            "consumed_time": SQL("clock.consumed_time"),
            "paused_hours": SQL("clock.paused_hours"),
        }

    @api.model
    def _get_source(self):
        return SQL(
            "helpdesk_ticket_sla AS clock"
            " JOIN helpdesk_ticket AS ticket ON ticket.id = clock.ticket_id"
        )
