"""The backlog: one row for each ticket and day at whose end the ticket was not ended.

Today counts until now. A day ends at midnight in the time zone of the school.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import WAITING_FOR


class HelpdeskBacklogReport(models.Model):
    _name = "helpdesk.backlog.report"
    _inherit = ["helpdesk.ticket.report.mixin"]
    _description = "Backlog by Day"
    _auto = False
    _order = "date desc, id desc"
    _depends = {
        "helpdesk.ticket.status.log": [
            "end",
            "start",
            "status_category",
            "ticket_id",
            "waiting_for",
        ],
        "helpdesk.ticket.team": ["resource_calendar_id"],
        "resource.calendar": ["tz"],
    }

    date = fields.Date(string="Day", readonly=True)
    status_category = fields.Selection(
        selection=[("open", "Open"), ("waiting", "Waiting")],
        string="Status at the End of the Day",
        readonly=True,
    )
    waiting_for = fields.Selection(selection=WAITING_FOR, readonly=True)
    age_days = fields.Integer(
        string="Age (Days)",
        readonly=True,
        aggregator="avg",
        help="Days since the ticket was created, with weekends and holidays.",
    )
    weight = fields.Float(
        readonly=True,
        help="How much the ticket counts for the workload, by its priority.",
    )

    @api.model
    def _get_columns(self):
        return {
            # at most one row of the log of a ticket covers the end of a day
            "id": SQL("log.id::bigint * 100000 + (day.day::date - DATE '2000-01-01')"),
            "date": SQL("day.day::date"),
            "status_category": SQL("log.status_category"),
            "waiting_for": SQL("log.waiting_for"),
            "age_days": SQL("day.day::date - created.day"),
            "weight": SQL("ticket.weight"),
        }

    @api.model
    def _get_source(self):
        return SQL(
            """
            helpdesk_ticket_status_log AS log
      JOIN helpdesk_ticket AS ticket ON ticket.id = log.ticket_id
 LEFT JOIN helpdesk_ticket_team AS team ON team.id = ticket.team_id
 LEFT JOIN resource_calendar AS calendar ON calendar.id = team.resource_calendar_id
CROSS JOIN LATERAL (
               SELECT COALESCE(NULLIF(calendar.tz, 'UTC'), %(zone)s) AS name
           ) AS zone
CROSS JOIN LATERAL (
               SELECT (ticket.create_date AT TIME ZONE 'UTC' AT TIME ZONE zone.name
                      )::date AS day
           ) AS created
CROSS JOIN LATERAL generate_series(
               (log.start AT TIME ZONE 'UTC' AT TIME ZONE zone.name)::date,
               COALESCE(
                   (log."end" AT TIME ZONE 'UTC' AT TIME ZONE zone.name)::date - 1,
                   (%(now)s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE zone.name)::date
               ),
               interval '1 day'
           ) AS day(day)
            """,
            now=fields.Datetime.now(),
            zone=self.env["helpdesk.ticket"]._get_company_zone_sql(),
        )

    @api.model
    def _get_condition(self):
        return SQL("log.status_category IN ('open', 'waiting')")
