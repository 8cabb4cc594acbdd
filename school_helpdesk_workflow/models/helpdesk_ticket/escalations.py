"""Keeps the moments at which escalation rules fire for tickets.

A change of a ticket only marks it: ``escalations_version`` becomes 0. The scheduled
action computes the moments of marked tickets, from the facts and from nothing else,
just before it looks which moments have come. So a change costs almost nothing, and a
wrong rule cannot prevent it. A change of the rules raises the version of the setup,
which marks all tickets at once.
"""

import logging
from collections import defaultdict

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.ticket import DESK_ONLY
from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.working_time import (
    get_ends,
)
from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
)

_logger = logging.getLogger(__name__)

#: The version of ended tickets, for which there is nothing to compute.
ENDED_VERSION = 2**31 - 1


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    escalations_version = fields.Integer(
        default=0,
        required=True,
        readonly=True,
        copy=False,
        groups=DESK_ONLY,
        help="The version of the rules for which the moments of this ticket were "
        "computed; 0 after a change of the ticket.",
    )
    escalation_ids = fields.One2many(
        comodel_name="helpdesk.ticket.escalation",
        inverse_name="ticket_id",
        string="Escalations",
        domain=[("state", "in", ("done", "replaced"))],
        groups=DESK_ONLY,
    )
    escalated_date = fields.Datetime(
        string="Escalated on",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=DESK_ONLY,
        help="When an escalation rule last fired for this ticket.",
    )
    unassigned_since = fields.Datetime(
        readonly=True,
        copy=False,
        groups=DESK_ONLY,
        help="Since when the ticket has no assignee.",
    )

    _escalations_idx = models.Index(
        f"(escalations_version) WHERE escalations_version < {ENDED_VERSION}"
    )

    # ------------------------------------------------------------------
    # When moments change
    # ------------------------------------------------------------------

    @api.model
    def _on_status_changed(self, old_statuses, by_setup=False):
        result = super()._on_status_changed(old_statuses, by_setup=by_setup)
        self.browse(ticket.id for ticket in old_statuses)._mark_for_escalation()
        now = fields.Datetime.now()
        # sudo: helpdesk.ticket - the user may have handed the ticket over
        new_sudo = self.sudo().browse(
            ticket.id for ticket, status in old_statuses.items() if status is None
        )
        self._write_facts(
            {
                ticket: {"unassigned_since": now}
                for ticket in new_sudo
                if not ticket.user_id and not ticket.unassigned_since
            }
        )
        return result

    @api.model
    def _on_waiting_for_changed(self, old_values):
        result = super()._on_waiting_for_changed(old_values)
        self.browse(ticket.id for ticket in old_values)._mark_for_escalation()
        return result

    @api.model
    def _on_team_changed(self, old_teams):
        result = super()._on_team_changed(old_teams)
        self.browse(ticket.id for ticket in old_teams)._mark_for_escalation()
        return result

    @api.model
    def _on_assignee_changed(self, old_assignees):
        result = super()._on_assignee_changed(old_assignees)
        now = fields.Datetime.now()
        # sudo: helpdesk.ticket - the user may have handed the ticket over
        tickets_sudo = self.sudo().browse(ticket.id for ticket in old_assignees)
        self._write_facts(
            {
                ticket: {
                    "escalations_version": 0,
                    "unassigned_since": not ticket.user_id and now,
                }
                for ticket in tickets_sudo
            }
        )
        return result

    @api.model
    def _on_criteria_changed(self, tickets):
        result = super()._on_criteria_changed(tickets)
        tickets._mark_for_escalation()
        return result

    @api.model
    def _on_active_changed(self, tickets):
        result = super()._on_active_changed(tickets)
        tickets._mark_for_escalation()
        return result

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if message.message_type in self._get_movement_types():
            self._mark_for_escalation()
        return result

    @api.model
    def _get_criteria_fields(self):
        names = super()._get_criteria_fields()
        return names | self.env["helpdesk.escalation.rule"]._get_used_fields()

    def _mark_for_escalation(self):
        """Let the scheduled action compute the moments of these tickets."""
        self._write_facts({ticket: {"escalations_version": 0} for ticket in self})

    # ------------------------------------------------------------------
    # Facts for the rules
    # ------------------------------------------------------------------

    @api.model
    def _get_movement_types(self):
        """Return the types of messages that people write."""
        return ("comment", "email")

    def _get_last_movements(self):
        """Return when somebody last did something on tickets.

        This is a message or a note of a person, another stage or another assignee. What
        Odoo writes itself, such as the notes of escalations, does not count.

        :return: dictionary of ticket to moment (naive UTC)
        """
        now = fields.Datetime.now()
        # sudo: mail.message - only the dates
        messages = self.env["mail.message"].sudo()
        messages = messages._read_group(
            Domain("model", "=", self._name)
            & Domain("res_id", "in", self.ids)
            & Domain("message_type", "in", self._get_movement_types()),
            ["res_id"],
            ["date:max"],
        )
        dates = dict(messages)
        result = {}
        for ticket in self:
            moments = [
                dates.get(ticket.id),
                ticket.last_stage_update,
                ticket.assigned_date,
                ticket.unassigned_since,
            ]
            # the date of a mail comes from the sender's computer and may be wrong
            moments = [min(moment, now) for moment in moments if moment]
            result[ticket] = max(moments, default=ticket.create_date)
        return result

    def _get_desk_lang(self):
        """Return the language in which a note to the desk is written."""
        self.ensure_one()
        return (
            self.team_id.user_id.lang
            or self.company_id.partner_id.lang
            or self.env.lang
        )

    # ------------------------------------------------------------------
    # Computing moments
    # ------------------------------------------------------------------

    def _plan_escalations(self):
        """Create, change and delete the planned escalations, to fit the facts.

        A rule that has fired is due again only if its moment has moved into the future,
        for example because a policy gives more time.
        """
        # sudo: helpdesk.ticket, helpdesk.ticket.escalation - moments follow from facts
        tickets = self.sudo()
        Line = self.env["helpdesk.ticket.escalation"].sudo()
        wanted = tickets._compute_escalations()
        known = Line.search(
            Domain("ticket_id", "in", tickets.ids) & Domain("state", "!=", "replaced")
        ).grouped(lambda line: (line.ticket_id, line.rule_id))
        surplus = Line.browse()
        replaced = Line.browse()
        to_create = []
        now = fields.Datetime.now()
        for key, lines in known.items():
            planned = lines.filtered(lambda line: line.state == "planned")
            values = wanted.pop(key, None)
            past = values and (lines - planned).filtered(
                lambda line, values=values: line.round == values["round"]
            )
            if past and values["due_date"] > now:
                replaced += past
            elif past:
                values = None
            if not values:
                surplus += planned
            elif planned:
                planned._change_plan(values)
            else:
                wanted[key] = values
        for (ticket, rule), values in wanted.items():
            to_create.append({"ticket_id": ticket.id, "rule_id": rule.id, **values})
        surplus.unlink()
        if replaced:
            replaced.state = "replaced"
            replaced.flush_recordset(["state"])
        Line.create(to_create)
        version = self.env["helpdesk.escalation.rule"]._get_version()
        self._write_facts(
            {
                ticket: {
                    "escalations_version": ENDED_VERSION
                    if ticket.status_category in ENDED_CATEGORIES
                    else version
                }
                for ticket in tickets
            }
        )

    def _compute_escalations(self):
        """Return the values of the escalations that tickets should have.

        It reads each calendar only once, and writes nothing.

        :return: dictionary of a pair of ticket and rule to values
        """
        Rule = self.env["helpdesk.escalation.rule"]
        # sudo: helpdesk.escalation.rule - the rules hold for every user
        rules = Rule.sudo()._get_planned_rules()
        moments = {
            (ticket, rule): moment
            for rule, tickets in rules._matches(self).items()
            for ticket, moment in rule._get_moments(tickets).items()
        }
        groups = defaultdict(dict)
        for (ticket, rule), moment in moments.items():
            calendar = ticket._get_working_calendar()
            groups[calendar][ticket, rule] = (moment.start, moment.wait)
        due_dates = {}
        for calendar, requests in groups.items():
            due_dates.update(get_ends(calendar, requests))
        return {
            key: {
                "round": moment.round,
                "due_date": due_dates[key],
                "hours": moment.hours,
                "count": moment.count,
            }
            for key, moment in moments.items()
            if due_dates[key]
        }

    def _lock_for_escalation(self):
        """Lock these tickets, and return those that nobody else is changing.

        The others are left for the next run of the scheduled action.
        """
        try:
            with self.env.cr.savepoint(flush=False):
                return self.try_lock_for_update()
        except OperationalError:
            # somebody has changed one of them since this transaction began
            _logger.info("%s are left for the next run", self)
            return self.browse()

    @api.model
    def _cron_plan_escalations(self):
        """Compute the moments of the tickets that are marked."""
        Rule = self.env["helpdesk.escalation.rule"]
        if not Rule._get_rule_list():
            # the tickets stay marked until there is a rule
            Line = self.env["helpdesk.ticket.escalation"]
            Line.search([("state", "=", "planned")]).unlink()
            return
        self.with_context(active_test=False)._sweep(
            Domain("escalations_version", "<", Rule._get_version()),
            lambda tickets: tickets._plan_escalations(),
            order="escalations_version, id",
            batch_size=20,
        )
