"""Tells the desk once when an SLA clock is at risk, and once when it is missed.

``told`` says what was told in this round of the ticket, and ``tell_date`` when the next
thing is to tell. What was over before the clock began, or before the ticket was
reopened, is not told. A clock that gets more time can become at risk again.
"""

from odoo import api, fields, models
from odoo.fields import Domain

#: What is told, in its order; nothing comes first.
STEPS = (False, "at_risk", "missed")


def _get_passed(warn_date, deadline, now):
    """Return the last of ``STEPS`` whose moment is over.

    :param warn_date, deadline: naive UTC, or the same as text, or nothing
    """
    to_datetime = fields.Datetime.to_datetime
    if deadline and to_datetime(deadline) < now:
        return "missed"
    return "at_risk" if warn_date and to_datetime(warn_date) < now else False


class HelpdeskTicketSla(models.Model):
    _name = "helpdesk.ticket.sla"
    _inherit = ["helpdesk.ticket.sla"]

    told = fields.Selection(
        selection=[("at_risk", "At risk"), ("missed", "Missed")], readonly=True
    )
    told_round = fields.Integer(readonly=True)
    tell_date = fields.Datetime(
        compute="_compute_tell_date",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="When the desk is told next about this clock.",
    )

    @api.depends("told", "is_running", "warn_date", "deadline")
    def _compute_tell_date(self):
        for clock in self:
            dates = {False: clock.warn_date, "at_risk": clock.deadline}
            clock.tell_date = clock.is_running and dates.get(clock.told, False)

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        # together, so that all are read with one query
        tickets = self.env["helpdesk.ticket"].browse(
            vals.get("ticket_id") for vals in vals_list
        )
        told = [
            {
                "told_round": ticket.reopen_count,
                # a new policy, or an import, does not tell what was over before
                "told": _get_passed(vals.get("warn_date"), vals.get("deadline"), now),
            }
            for vals, ticket in zip(vals_list, tickets, strict=True)
        ]
        return super().create(
            [vals | more for vals, more in zip(vals_list, told, strict=True)]
        )

    def write(self, vals):
        result = super().write(vals)
        if not {"deadline", "is_running", "state", "warn_date"}.isdisjoint(vals):
            self._follow_clock()
            self.ticket_id._mark_for_escalation()
        return result

    def unlink(self):
        tickets = self.ticket_id
        result = super().unlink()
        tickets._mark_for_escalation()
        return result

    def _follow_clock(self):
        """Forget what was told if it has become wrong."""
        now = fields.Datetime.now()
        for clock in self:
            past = clock._get_passed(now)
            number = clock.ticket_id.reopen_count
            if clock.told_round != number:
                clock.write({"told": past, "told_round": number})
            elif STEPS.index(past) < STEPS.index(clock.told):
                clock.told = past

    def _get_passed(self, now):
        self.ensure_one()
        return _get_passed(self.warn_date, self.deadline, now)

    # ------------------------------------------------------------------
    # Scheduled
    # ------------------------------------------------------------------

    @api.model
    def _cron_tell(self):
        """Tell about the clocks whose moment has come."""
        self._sweep(
            Domain("tell_date", "<", fields.Datetime.now()),
            lambda clocks: clocks._tell_due(),
            order="tell_date, id",
        )

    def _tell_due(self):
        """Notify about clocks that are at risk or missed, once."""
        tickets = self.ticket_id._lock_for_escalation()
        # stores that they are missed, and forgets what a late change has made wrong
        tickets._sync_clocks()
        now = fields.Datetime.now()
        for clock in self.exists():
            if clock.ticket_id not in tickets:
                continue
            if not clock.tell_date or clock.tell_date >= now:
                continue
            # after a late run, "at risk" would be wrong for a clock that is missed
            clock.told = clock._get_passed(now)
            if clock.ticket_id.active:
                clock.ticket_id._notify(clock.told)
