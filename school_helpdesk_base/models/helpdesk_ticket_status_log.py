"""The status log: every stage a ticket was in, with its start and end.

Each change adds a row in its own transaction, also when a waiting ticket waits for
somebody else from then on. SLA clocks, waiting time, the requester's timeline and
reports are computed from the log. Rows are ordered by id, not by time, because the time
of a server can be set back.
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
    STATUS_CATEGORIES,
    WAITING_FOR,
)


class HelpdeskTicketStatusLog(models.Model):
    _name = "helpdesk.ticket.status.log"
    _inherit = ["helpdesk.internal.mixin", "helpdesk.literal.search.mixin"]
    _description = "Status Log of a Ticket"
    _rec_name = "status_category"
    _order = "id"
    _log_access = False

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, index=True, ondelete="cascade"
    )
    status_category = fields.Selection(
        selection=STATUS_CATEGORIES, string="Status", required=True
    )
    stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage",
        index="btree_not_null",
        ondelete="set null",
        help="Empty if the stage is not known or was deleted.",
    )
    start = fields.Datetime(required=True)
    end = fields.Datetime(help="Empty while the ticket is in this stage.")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        ondelete="set null",
        help="The user who moved the ticket into this stage.",
    )
    by_setup = fields.Boolean(
        string="By a change of setup",
        help="A manager gave the stage this status while the ticket was in it.",
    )

    waiting_for = fields.Selection(
        selection=WAITING_FOR,
        help="For whom or what the ticket waited; empty if it did not wait.",
    )

    _one_open_row = models.UniqueIndex(
        '(ticket_id) WHERE "end" IS NULL', "A ticket is in one stage at a time."
    )

    def init(self):
        """Tell PostgreSQL that open and waiting rows without an end are few.

        It would expect ten times as many, and then read all tickets for the backlog.
        """
        self.env.cr.execute(
            """
            CREATE STATISTICS IF NOT EXISTS helpdesk_ticket_status_log_open_stat (mcv)
                ON status_category, "end" FROM helpdesk_ticket_status_log
            """
        )

    @api.model
    def _get_domain_except_tickets(self, tickets):
        return Domain("ticket_id", "not in", tickets)

    def _get_facts(self):
        """Return the facts of one ticket, computed from its rows in order.

        :return: ``(facts, waits)``: the values of the ticket's fields, and the finished
            waits as pairs of start and end (naive UTC)
        """
        facts = {
            "closed_date": False,
            "reopen_count": 0,
            "resolved_date": False,
            "waiting_since": False,
        }
        waits = []
        old = "open"
        for row in self:
            new = row.status_category
            if new == old:
                continue
            if new == "waiting":
                facts["waiting_since"] = row.start
            elif old == "waiting":
                waits.append((facts["waiting_since"], row.start))
                facts["waiting_since"] = False
            if new in ("resolved", "closed") and old not in ("resolved", "closed"):
                facts["resolved_date"] = row.start
            if new not in ("closed", "cancelled"):
                facts["closed_date"] = False
            elif old not in ("closed", "cancelled"):
                facts["closed_date"] = row.start
            if old in ENDED_CATEGORIES and new not in ENDED_CATEGORIES:
                facts["resolved_date"] = False
                if old != "cancelled" and not row.by_setup:
                    facts["reopen_count"] += 1
            old = new
        return facts, waits

    @api.model
    def _build_from_history(self):
        """Build the log of tickets that have none, in SQL.

        The stages come from the tracked changes in the tickets' threads. The dates of
        the last wait, resolution and closing come from the tickets. If the stage before
        the first tracked change is not known, the ticket counts as open.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
    WITH ticket AS (
        SELECT ticket.*
          FROM helpdesk_ticket AS ticket
         WHERE NOT EXISTS (
                   SELECT 1 FROM helpdesk_ticket_status_log AS log
                    WHERE log.ticket_id = ticket.id
               )
    ), tracked AS (
        SELECT message.res_id AS ticket_id,
               value.old_value_integer AS old_stage_id,
               value.new_value_integer AS new_stage_id,
               COALESCE(message.date, value.create_date) AS start,
               value.create_uid AS user_id,
               row_number() OVER moves AS place,
               count(*) OVER (PARTITION BY message.res_id) AS places
          FROM mail_tracking_value AS value
          JOIN mail_message AS message ON message.id = value.mail_message_id
          JOIN ticket ON ticket.id = message.res_id
         WHERE message.model = 'helpdesk.ticket'
           AND value.field_id = %(stage_field)s
        WINDOW moves AS (PARTITION BY message.res_id ORDER BY value.id)
    ), step AS (
        -- the stage a ticket was created in
        SELECT ticket.id AS ticket_id,
               0 AS place,
               CASE
                   WHEN tracked.ticket_id IS NOT NULL THEN tracked.old_stage_id
                   WHEN COALESCE(ticket.status_category, 'open') = 'open'
                   THEN ticket.stage_id
               END AS stage_id,
               CASE WHEN tracked.ticket_id IS NULL THEN 'open' END AS status,
               ticket.create_date AS start,
               ticket.create_uid AS user_id
          FROM ticket
     LEFT JOIN tracked ON tracked.ticket_id = ticket.id AND tracked.place = 1
     UNION ALL
        -- each tracked change
        SELECT ticket_id, place, new_stage_id, NULL, start, user_id FROM tracked
     UNION ALL
        -- resolved before it was closed, without a tracked change
        SELECT ticket.id, 1, NULL, 'resolved', ticket.resolved_date, ticket.write_uid
          FROM ticket
         WHERE ticket.status_category = 'closed'
           AND ticket.resolved_date < ticket.closed_date
           AND NOT EXISTS (SELECT 1 FROM tracked WHERE tracked.ticket_id = ticket.id)
     UNION ALL
        -- the current stage, if it is not the last tracked one
        SELECT ticket.id, COALESCE(tracked.places, 1) + 1, ticket.stage_id,
               NULL,
               COALESCE(ticket.last_stage_update, ticket.create_date),
               ticket.write_uid
          FROM ticket
     LEFT JOIN tracked
            ON tracked.ticket_id = ticket.id AND tracked.place = tracked.places
         WHERE CASE
                   WHEN tracked.ticket_id IS NULL
                   THEN COALESCE(ticket.status_category, 'open') <> 'open'
                   ELSE ticket.stage_id IS DISTINCT FROM tracked.new_stage_id
               END
    ), named AS (
        SELECT step.ticket_id, step.place, stage.id AS stage_id, step.start,
               step.user_id,
               CASE
                   WHEN row_number() OVER backwards = 1
                   THEN COALESCE(ticket.status_category, 'open')
                   ELSE COALESCE(step.status, stage.status_category, 'open')
               END AS status
          FROM step
          JOIN ticket ON ticket.id = step.ticket_id
     LEFT JOIN helpdesk_ticket_stage AS stage ON stage.id = step.stage_id
        WINDOW backwards AS (PARTITION BY step.ticket_id ORDER BY step.place DESC)
    ), compared AS (
        SELECT named.*,
               COALESCE(lag(status) OVER moves, 'open') AS former,
               lead(status) OVER moves IS NULL AS is_last
          FROM named
        WINDOW moves AS (PARTITION BY ticket_id ORDER BY place)
    ), ranked AS (
        SELECT compared.*,
               max(place) FILTER (
                   WHERE status IN ('resolved', 'closed')
                     AND former NOT IN ('resolved', 'closed')
               ) OVER tickets AS resolved_place,
               max(place) FILTER (
                   WHERE status IN ('closed', 'cancelled')
                     AND former NOT IN ('closed', 'cancelled')
               ) OVER tickets AS closed_place
          FROM compared
        WINDOW tickets AS (PARTITION BY ticket_id)
    ), dated AS (
        SELECT ranked.ticket_id, ranked.place, ranked.status, ranked.stage_id,
               ranked.user_id,
               CASE
                   WHEN ranked.is_last AND ranked.status = 'waiting'
                        AND ranked.former <> 'waiting'
                   THEN COALESCE(ticket.waiting_since, ranked.start)
                   WHEN ranked.place = ranked.closed_place
                   THEN COALESCE(ticket.closed_date, ranked.start)
                   WHEN ranked.place = ranked.resolved_place
                   THEN COALESCE(ticket.resolved_date, ranked.start)
                   ELSE ranked.start
               END AS start
          FROM ranked
          JOIN ticket ON ticket.id = ranked.ticket_id
    )
    INSERT INTO helpdesk_ticket_status_log
           (ticket_id, status_category, stage_id, start, "end", user_id, waiting_for)
    SELECT ticket_id, status, stage_id, start,
           lead(start) OVER (PARTITION BY ticket_id ORDER BY place), user_id,
           CASE WHEN status = 'waiting' THEN 'requester' END
      FROM dated
  ORDER BY ticket_id, place
                """,
                stage_field=self.env["ir.model.fields"]
                ._get("helpdesk.ticket", "stage_id")
                .id,
            )
        )
        self.invalidate_model()
