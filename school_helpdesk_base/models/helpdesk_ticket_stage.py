"""What a stage means for the ticket in it, whatever the stage is called."""

from odoo import api, fields, models
from odoo.fields import Domain

#: What a stage can mean; ``helpdesk.ticket.status_category`` is the same.
STATUS_CATEGORIES = [
    ("open", "Open"),
    ("waiting", "Waiting"),
    ("resolved", "Resolved"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
#: Categories in which work on a ticket has ended; OCA calls such a stage closed.
ENDED_CATEGORIES = ("resolved", "closed", "cancelled")


class HelpdeskTicketStage(models.Model):
    _inherit = "helpdesk.ticket.stage"

    status_category = fields.Selection(
        selection=STATUS_CATEGORIES,
        required=True,
        compute="_compute_status_category",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        help="What code, clocks and reports ask of a stage, instead of its name or "
        "its place in the order. Waiting pauses the clocks; Resolved may still be "
        "reopened by the requester; Cancelled counts as neither met nor missed.",
    )

    _closed_follows_category = models.Constraint(
        "CHECK (COALESCE(closed, FALSE) = "
        "(status_category IN ('resolved', 'closed', 'cancelled')))",
        "A stage is closed exactly when its status is Resolved, Closed or Cancelled.",
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
        return super().create([self._with_closed(vals) for vals in vals_list])

    def write(self, vals):
        before = {stage: stage.status_category for stage in self}
        result = super().write(self._with_closed(vals))
        for stage, category in before.items():
            if stage.status_category != category:
                # sudo: helpdesk.ticket - a stage's status holds for all its tickets
                tickets = self.env["helpdesk.ticket"].sudo()
                tickets.with_context(active_test=False).search(
                    [("stage_id", "=", stage.id)]
                )._follow_stage_meaning(category)
        return result

    def _get_ticket_domain(self):
        """Return the tickets that can be in this stage, by their company and team."""
        self.ensure_one()
        domain = Domain.TRUE
        if self.company_id:
            domain &= Domain("company_id", "=", self.company_id.id)
        if self.team_ids:
            domain &= Domain("team_id", "in", self.team_ids.ids)
        return domain

    @api.model
    def _with_closed(self, vals):
        """Return ``vals`` with ``closed`` as the status in them says, if one is."""
        if not vals.get("status_category"):
            return vals
        return dict(vals, closed=vals["status_category"] in ENDED_CATEGORIES)
