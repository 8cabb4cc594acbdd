"""The status that a stage stands for, independent of its name."""

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import SQL

#: The statuses of a stage; ``helpdesk.ticket.status_category`` has the same values.
STATUS_CATEGORIES = [
    ("open", "Open"),
    ("waiting", "Waiting"),
    ("resolved", "Resolved"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
#: Statuses in which work on a ticket has ended; OCA calls such a stage closed.
ENDED_CATEGORIES = ("resolved", "closed", "cancelled")
#: For whom or what a waiting ticket waits. A reply of the requester ends only the first
#: kind of wait.
WAITING_FOR = [
    ("requester", "Requester"),
    ("vendor", "Vendor"),
    ("part", "Spare part"),
    ("approval", "Approval"),
    ("other", "Something else"),
]


class HelpdeskTicketStage(models.Model):
    _name = "helpdesk.ticket.stage"
    _inherit = [
        "helpdesk.ticket.stage",
        "helpdesk.used.mixin",
        "helpdesk.literal.search.mixin",
    ]

    status_category = fields.Selection(
        selection=STATUS_CATEGORIES,
        required=True,
        compute="_compute_status_category",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        help="Buttons, SLA clocks and reports use this status, never the name or the "
        "sequence of the stage. Waiting pauses the SLA clocks. The requester can "
        "still reopen a Resolved ticket. For the SLA, Cancelled counts neither as "
        "met nor as missed.",
    )

    notify_requesters = fields.Boolean(
        string="Tell the requester",
        help="The requester is told when a ticket enters this stage. Set this only for "
        "stages with the status Open: the other statuses are told anyway.",
    )

    # visitors may read stages, but not teams
    team_ids = fields.Many2many(groups="base.group_user,base.group_portal")

    _closed_follows_category = models.Constraint(
        "CHECK (COALESCE(closed, FALSE) = "
        "(status_category IN ('resolved', 'closed', 'cancelled')))",
        "A stage must be closed if, and only if, its status is Resolved, Closed or "
        "Cancelled.",
    )

    @api.depends("closed")
    def _compute_status_category(self):
        for stage in self:
            ended = stage.status_category in ENDED_CATEGORIES
            if stage.closed and not ended:
                stage.status_category = "closed"
            elif not stage.closed and (ended or not stage.status_category):
                stage.status_category = "open"

    @api.onchange("status_category")
    def _onchange_status_category(self):
        self.closed = self.status_category in ENDED_CATEGORIES

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._add_closed(vals) for vals in vals_list])

    def write(self, vals):
        before = {stage: stage.status_category for stage in self}
        result = super().write(self._add_closed(vals))
        changed = self.filtered(lambda stage: stage.status_category != before[stage])
        changed._wait_for_moves()
        for stage in changed:
            # sudo: helpdesk.ticket - the status applies to all tickets in the stage
            tickets = self.env["helpdesk.ticket"].sudo()
            tickets.with_context(active_test=False).search(
                [("stage_id", "=", stage.id)]
            )._apply_stage_status(before[stage])
        return result

    # ------------------------------------------------------------------
    # A stage gets another status while somebody moves a ticket into it
    # ------------------------------------------------------------------

    def _lock_status(self):
        """Keep the status of these stages until this transaction ends.

        Call this when tickets are moved or created. If another transaction has just
        changed the status of a stage, this one fails and is retried. The weaker lock
        that PostgreSQL takes for a foreign key would not conflict with that change.
        """
        if self.ids:
            self.env.execute_query(
                SQL(
                    "SELECT id FROM helpdesk_ticket_stage WHERE id IN %s"
                    " ORDER BY id FOR SHARE",
                    tuple(self.ids),
                )
            )

    def _wait_for_moves(self):
        """Make sure that this transaction sees every ticket in these stages.

        Call this after changing the status of the stages. Writing them waits for all
        transactions that called ``_lock_status``. The tickets that those transactions
        moved are not in the snapshot of this one, so another cursor looks for them.

        :raise ConcurrencyError: a ticket is new in a stage; Odoo retries the request
        :raise SerializationFailure: likewise, for a ticket that was moved
        """
        # during an installation, no user moves tickets, and tables may be locked
        if not self or not self.env.registry.ready:
            return
        self.flush_recordset()
        with self.env.registry.cursor() as cr:
            cr.execute("SET LOCAL lock_timeout = '10s'")
            cr.execute(
                SQL(
                    "SELECT id FROM helpdesk_ticket WHERE stage_id IN %s ORDER BY id",
                    tuple(self.ids),
                )
            )
            ids = tuple(id_ for [id_] in cr.fetchall())
        if not ids:
            return
        # locking a ticket fails if it has changed since the snapshot
        seen = self.env.execute_query(
            SQL(
                "SELECT id FROM helpdesk_ticket WHERE id IN %s ORDER BY id"
                " FOR NO KEY UPDATE",
                ids,
            )
        )
        if len(seen) < len(ids):
            raise ConcurrencyError("a ticket was created in the stage")

    def _get_ticket_domain(self):
        """Return the domain of the tickets whose company and team have this stage."""
        self.ensure_one()
        domain = Domain.TRUE
        if self.company_id:
            domain &= Domain("company_id", "=", self.company_id.id)
        if self.team_ids:
            domain &= Domain("team_id", "in", self.team_ids.ids)
        return domain

    @api.model
    def _add_closed(self, vals):
        """Return ``vals``; if they contain a status, with the matching ``closed``."""
        if not vals.get("status_category"):
            return vals
        return dict(vals, closed=vals["status_category"] in ENDED_CATEGORIES)
