"""The SLA clocks of tickets: which fields they have, and who may read them.

The fields keep OCA's names, so that other addons can read them. Only
``helpdesk.ticket._sync_clocks`` writes them.
"""

from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.ticket import DESK_ONLY

from .helpdesk_sla import TARGETS


class HelpdeskTicketSla(models.Model):
    _name = "helpdesk.ticket.sla"
    _inherit = [
        "helpdesk.ticket.sla",
        "helpdesk.names.mixin",
        "helpdesk.sweep.mixin",
        "helpdesk.literal.search.mixin",
    ]
    _order = "ticket_id, target"

    ticket_id = fields.Many2one(index=True)
    # optional: clocks of ended tickets stay when their policy is deleted
    sla_id = fields.Many2one(
        required=False, ondelete="set null", index="btree_not_null"
    )
    target = fields.Selection(
        selection=TARGETS, required=True, default="resolution", readonly=True
    )
    state = fields.Selection(
        selection_add=[
            ("accomplished", "Met"),
            ("in_progress", "Running"),
            ("expired", "Missed"),
            ("on_hold", "Paused"),
            ("void", "Void"),
        ],
        ondelete={"void": "cascade"},
        compute=None,
        default="void",
        readonly=True,
        help="Void: neither met nor missed, for example after the ticket is cancelled.",
    )
    is_running = fields.Boolean(
        readonly=True,
        help="Whether working time counts now. It also counts after the deadline, "
        "until the target is reached.",
    )
    start = fields.Datetime(readonly=True)
    deadline = fields.Datetime(compute=None, readonly=True)
    warn_date = fields.Datetime(string="At Risk From", readonly=True)
    done_date = fields.Datetime(string="Reached On", readonly=True)
    hours = fields.Float(string="Working Hours", compute=None, readonly=True)
    consumed_time = fields.Float(
        string="Hours Used",
        help="Working hours that counted until the clock was last paused or started.",
    )
    paused_hours = fields.Float(
        string="Hours Paused",
        readonly=True,
        help="Working hours that did not count, until the clock was last paused or "
        "started.",
    )
    expected_stage_id = fields.Many2one(compute=None, readonly=True)
    last_state_date = fields.Datetime(
        compute=None,
        readonly=True,
        help="When the clock was last started, paused or stopped.",
    )
    reason = fields.Char(
        string="Applies To",
        related="sla_id.criteria_text",
        groups=DESK_ONLY,
        help="Why this policy applies: it is the first one in the list of policies "
        "whose criteria the ticket has.",
    )
    time_text = fields.Char(
        string="Time",
        compute="_compute_time_text",
        help="The exact time and what is left.",
    )

    _ticket_target_uniq = models.UniqueIndex(
        "(ticket_id, target)", "A ticket has one clock for each target."
    )
    # the scheduled action looks for the clocks whose deadline is over
    _running_idx = models.Index("(deadline) WHERE state = 'in_progress'")

    def _stage_recompute(self):
        """Do nothing: OCA calls this when a ticket has moved to another stage."""

    def _get_changes(self, values):
        """Return those of the values that the clock does not have yet."""
        self.ensure_one()
        convert = {name: self._fields[name].convert_to_write for name in values}
        return {
            name: value
            for name, value in values.items()
            if convert[name](self[name], self) != value
        }

    @api.depends("state", "deadline")
    def _compute_expired(self):
        """A running clock counts as missed as soon as its deadline is over.

        The scheduled action stores this a little later.
        """
        now = fields.Datetime.now()
        for clock in self:
            clock.expired = clock.state == "expired" or (
                clock.state == "in_progress"
                and bool(clock.deadline)
                and clock.deadline < now
            )

    @api.model
    def _search_expired(self, operator, value):
        if operator != "in":
            return NotImplemented
        missed = Domain("state", "=", "expired") | (
            Domain("state", "=", "in_progress")
            & Domain("deadline", "<", fields.Datetime.now())
        )
        return Domain.OR(missed if wanted else ~missed for wanted in value)

    @api.depends("state", "deadline")
    def _compute_color(self):
        # OCA's method fails for a clock without a deadline
        dated = self.filtered("deadline")
        (self - dated).color = 0
        return super(HelpdeskTicketSla, dated)._compute_color()

    @api.depends("state", "deadline", "done_date", "hours", "consumed_time")
    @api.depends_context("lang", "uid", "company")
    def _compute_time_text(self):
        now = fields.Datetime.now()
        Ticket = self.env["helpdesk.ticket"]
        for clock in self:
            if clock.is_running and clock.deadline:
                clock.time_text = Ticket._format_due(clock.deadline, now)
            elif clock.done_date:
                clock.time_text = Ticket._format_moment(clock.done_date, now)
            elif clock.state == "on_hold":
                minutes = round((clock.hours - clock.consumed_time) * 60)
                clock.time_text = self.env._(
                    "%(hours)s:%(minutes)s working hours left",
                    hours=minutes // 60,
                    minutes=f"{minutes % 60:02}",
                )
            else:
                clock.time_text = False

    # ------------------------------------------------------------------
    # Scheduled
    # ------------------------------------------------------------------

    @api.model
    def _cron_note_missed(self):
        """Store the state Missed of running clocks whose deadline is over."""
        self._sweep(
            Domain("state", "=", "in_progress")
            & Domain("deadline", "<", fields.Datetime.now()),
            lambda clocks: clocks.ticket_id._sync_clocks(),
            order="deadline, id",
        )

    # ------------------------------------------------------------------
    # Access
    # ------------------------------------------------------------------

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        # a search must not return lines that the user may not read
        if not (self.env.su or bypass_access):
            Ticket = self.env["helpdesk.ticket"].with_context(active_test=False)
            domain = Domain(domain) & Domain("ticket_id", "in", Ticket._search([]))
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        # sudo: helpdesk.ticket.sla - super() needs the tickets of the lines before it
        # has decided whether the user may read the lines
        self.sudo().mapped("ticket_id")
        result = super()._check_access(operation)
        if not result or result[0]._name == self._name:
            return result
        # super() returns the refused tickets; the caller expects the refused lines
        refused, _error = result
        lines = self.filtered(lambda line: line.ticket_id in refused)
        return lines, partial(self.env["ir.rule"]._make_access_error, operation, lines)
