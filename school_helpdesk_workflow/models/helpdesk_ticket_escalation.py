"""The escalations of tickets: planned moments, and what has happened.

``helpdesk.ticket._plan_escalations`` writes the planned ones. The scheduled action
carries out those whose moment has come, in the order of their moments. A unique index
and row locks make sure that a rule fires once for a ticket and round, however many
workers run.
"""

import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import plaintext2html

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.ticket import DESK_ONLY

from .helpdesk_escalation_rule import CLOCK_TRIGGERS, TRIGGERS

_logger = logging.getLogger(__name__)

#: After this number of errors, an escalation is given up.
MAX_ATTEMPTS = 5


class HelpdeskTicketEscalation(models.Model):
    _name = "helpdesk.ticket.escalation"
    _inherit = [
        "helpdesk.internal.mixin",
        "helpdesk.literal.search.mixin",
        "helpdesk.names.mixin",
        "helpdesk.sweep.mixin",
    ]
    _description = "Escalation of a Ticket"
    _rec_name = "rule_name"
    _order = "due_date desc, id desc"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    # a rule can be deleted: what it did stays
    rule_id = fields.Many2one(
        comodel_name="helpdesk.escalation.rule",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
    )
    rule_name = fields.Char(
        readonly=True,
        help="The name of the rule when it fired.",
    )
    trigger = fields.Selection(selection=TRIGGERS, readonly=True)
    round = fields.Char(
        required=True,
        readonly=True,
        help="A rule fires once for each round. Another round begins when the ticket "
        "is reopened, or when it begins again to be without assignee or without "
        "movement.",
    )
    due_date = fields.Datetime(string="Due", required=True, readonly=True)
    done_date = fields.Datetime(string="Escalated on", readonly=True)
    state = fields.Selection(
        selection=[
            ("planned", "Planned"),
            ("done", "Escalated"),
            ("replaced", "Due again"),
            ("failed", "Failed"),
        ],
        required=True,
        default="planned",
        readonly=True,
        help="Due again: the rule had fired, then the ticket got more time.",
    )
    hours = fields.Float(readonly=True)
    count = fields.Integer(readonly=True)
    attempts = fields.Integer(readonly=True)
    error = fields.Char(readonly=True)
    reason = fields.Char(compute="_compute_reason", groups=DESK_ONLY)

    _once_uniq = models.UniqueIndex(
        "(ticket_id, rule_id, round) WHERE state <> 'replaced'",
        "A rule fires once for each round of a ticket.",
    )
    # the scheduled action looks for the escalations whose moment has come
    _due_idx = models.Index("(due_date, id) WHERE state = 'planned'")

    @api.model
    def _get_domain_except_tickets(self, tickets):
        return Domain("ticket_id", "not in", tickets)

    @api.depends("trigger", "hours", "count")
    @api.depends_context("lang")
    def _compute_reason(self):
        for line in self:
            text = line._get_reason_text()
            line.reason = text[:1].upper() + text[1:]

    def _get_reason_text(self):
        """Return why the rule fires, as a part of a sentence."""
        self.ensure_one()
        percent = self.count if self.trigger in CLOCK_TRIGGERS else 0
        return self.env["helpdesk.escalation.rule"]._get_reason_text(
            self.trigger, percent, self.hours, self.count
        )

    def _change_plan(self, values):
        """Write those of the values that have changed."""
        self.ensure_one()
        if self.attempts and self.round == values["round"]:
            # it waits for its next attempt
            values = {**values, "due_date": self.due_date}
        if changes := {k: v for k, v in values.items() if self[k] != v}:
            self.write(changes)

    # ------------------------------------------------------------------
    # Scheduled
    # ------------------------------------------------------------------

    @api.model
    def _cron_escalate(self):
        """Tell about clocks, and carry out the escalations whose moment has come."""
        self.env["helpdesk.ticket.sla"]._cron_tell()
        self.env["helpdesk.ticket"]._cron_plan_escalations()
        self._sweep(
            Domain("state", "=", "planned")
            & Domain("due_date", "<=", fields.Datetime.now()),
            lambda lines: lines._carry_out(),
            order="due_date, id",
        )

    def _carry_out(self):
        """Carry out escalations that are due, in their order.

        A ticket that somebody is changing now is left for the next run.
        """
        tickets = self.ticket_id._lock_for_escalation()
        version = self.env["helpdesk.escalation.rule"]._get_version()
        # the tickets may have changed since their moments were computed
        tickets.filtered(
            lambda ticket: ticket.escalations_version < version
        )._plan_escalations()
        now = fields.Datetime.now()
        told = {}
        for line in self.exists():
            if line.state != "planned" or line.due_date > now:
                continue
            if line.ticket_id not in tickets:
                continue
            if not line._is_possible():
                line.unlink()
                continue
            try:
                with self.env.cr.savepoint():
                    line._fire()
                    people = line.rule_id._get_notified_users(line.ticket_id)
            except OperationalError:
                # another transaction works on the same records
                _logger.info("Escalation of %s is left for the next run", line)
                self.env.invalidate_all()
            except Exception as error:
                line.invalidate_recordset()
                line.ticket_id.invalidate_recordset()
                line._note_failure(error)
            else:
                told.setdefault(line.ticket_id, set()).update(people.partner_id.ids)
        tickets.browse(ticket.id for ticket in told)._notify(
            "escalated",
            {ticket: {"partner_ids": sorted(ids)} for ticket, ids in told.items()},
        )

    def _is_possible(self):
        """Whether the rule may still fire for the ticket."""
        self.ensure_one()
        rule = self.rule_id
        return (
            bool(rule)
            and rule._is_valid_on(rule._get_today())
            and rule._is_possible(self.ticket_id)
            # what the criteria are about may have changed, too
            and bool(rule._matches(self.ticket_id)[rule])
        )

    def _fire(self):
        """Do what the rule says, and log it on the ticket."""
        self.ensure_one()
        rule = self.rule_id
        ticket = self.ticket_id
        now = fields.Datetime.now()
        self.write(
            {
                "state": "done",
                "done_date": now,
                "rule_name": rule.name,
                "trigger": rule.trigger,
                "error": False,
            }
        )
        desk = ticket.with_context(lang=ticket._get_desk_lang())
        # before the ticket changes
        text = self.with_env(desk.env)._get_log_text()
        ticket.write({"escalated_date": now, **rule._prepare_ticket_values(ticket)})
        desk._message_log(body=text)
        if rule.activity_type_id:
            rule.with_env(desk.env)._plan_activity(desk)
        if rule.server_action_id:
            rule._run_server_action(ticket)

    def _get_log_text(self):
        """Return what the log of the ticket says, in the language of the user."""
        self.ensure_one()
        rule = self.rule_id
        text = self.env._(
            "Escalated by rule “%(rule)s”: %(reason)s",
            rule=rule.name,
            reason=self._get_reason_text(),
        )
        if rule.hand_to and (obstacle := rule._get_obstacle(self.ticket_id)):
            text += "\n" + self.env._("Not handed over: %(reason)s", reason=obstacle)
        return plaintext2html(text)

    def _note_failure(self, error):
        """Keep what went wrong, and try again later, but not for ever."""
        self.ensure_one()
        _logger.error("Escalation of %s failed", self.ticket_id, exc_info=error)
        attempts = self.attempts + 1
        self.write(
            {
                "attempts": attempts,
                "error": str(error)[:500],
                "rule_name": self.rule_id.name,
                "trigger": self.rule_id.trigger,
                "state": "failed" if attempts >= MAX_ATTEMPTS else "planned",
                "due_date": fields.Datetime.add(
                    fields.Datetime.now(), minutes=15 * attempts
                ),
            }
        )
