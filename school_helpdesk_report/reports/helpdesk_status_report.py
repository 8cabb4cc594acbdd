"""Time in each stage: one row for each row of the status log."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    STATUS_CATEGORIES,
    WAITING_FOR,
)


class HelpdeskStatusReport(models.Model):
    _name = "helpdesk.status.report"
    _inherit = ["helpdesk.ticket.report.mixin"]
    _description = "Time in Each Stage"
    _auto = False
    _order = "start desc, id desc"
    _depends = {
        "helpdesk.ticket.status.log": [
            "end",
            "stage_id",
            "start",
            "status_category",
            "ticket_id",
            "user_id",
            "waiting_for",
            "working_hours",
        ],
    }

    status_category = fields.Selection(
        selection=STATUS_CATEGORIES, string="Status", readonly=True
    )
    stage_id = fields.Many2one(comodel_name="helpdesk.ticket.stage", readonly=True)
    waiting_for = fields.Selection(selection=WAITING_FOR, readonly=True)
    start = fields.Datetime(readonly=True)
    end = fields.Datetime(readonly=True)
    moved_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Moved by",
        readonly=True,
        help="Who moved the ticket into this stage.",
    )
    working_hours = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Working hours in this stage. The stage in which a ticket is now is left "
        "out.",
    )
    elapsed_hours = fields.Float(
        string="All Hours",
        readonly=True,
        aggregator="avg",
        help="Hours in this stage, with nights and holidays. The stage in which a "
        "ticket is now is left out.",
    )

    @api.model
    def _get_columns(self):
        return {
            "id": SQL("log.id"),
            "status_category": SQL("log.status_category"),
            "stage_id": SQL("log.stage_id"),
            "waiting_for": SQL("log.waiting_for"),
            "start": SQL("log.start"),
            "end": SQL('log."end"'),
            "moved_by_id": SQL("log.user_id"),
            "working_hours": SQL("log.working_hours"),
            "elapsed_hours": SQL('EXTRACT(EPOCH FROM log."end" - log.start) / 3600'),
        }

    @api.model
    def _get_source(self):
        return SQL(
            "helpdesk_ticket_status_log AS log"
            " JOIN helpdesk_ticket AS ticket ON ticket.id = log.ticket_id"
        )
