"""Rules about tickets: for which tickets a rule is.

Assignment and escalation rules have the same criteria. One domain says which tickets
have them: it filters tickets in memory when tickets are created or changed, and it
searches the database when a manager asks which tickets would have matched. So the two
answers cannot differ.
"""

import pytz

from odoo import api, fields, models, tools
from odoo.fields import Domain

from odoo.addons.school_helpdesk_base.tools.search_text import take_literally

from .helpdesk_filter_mixin import INVALID_FILTER

#: Field of a rule to the priority of tickets that it stands for.
PRIORITY_FIELDS = {
    "priority_low": "0",
    "priority_normal": "1",
    "priority_high": "2",
    "priority_urgent": "3",
}


class HelpdeskRuleMixin(models.AbstractModel):
    """Criteria of a rule; a rule without criteria is for every ticket.

    To add a criterion, add its field here, extend ``_get_criteria`` and
    ``_get_criteria_parts``, and place the field in the views of the rules.
    """

    _name = "helpdesk.rule.mixin"
    _inherit = [
        "helpdesk.change.log.mixin",
        "helpdesk.filter.mixin",
        "helpdesk.kept.mixin",
        "helpdesk.literal.search.mixin",
    ]
    _description = "Criteria of a Rule about Tickets"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="Rules are tried in this order.")
    active = fields.Boolean(
        default=True, help="An archived rule is kept, but does nothing."
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self.env.company,
        index=True,
        help="Leave empty for a rule of all companies.",
    )
    date_from = fields.Date(
        string="Valid From", help="The rule does nothing before this day."
    )
    date_to = fields.Date(
        string="Valid Until", help="The rule does nothing after this day."
    )
    # What a rule is about cannot be deleted: without its only criterion, the rule would
    # be for every ticket.
    type_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.type", string="Types", ondelete="restrict"
    )
    category_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.category",
        string="Categories",
        ondelete="restrict",
        help="The rule is also for the categories below these.",
    )
    # One field for each priority, because a rule may be for several ones: Odoo has no
    # field for several values of a selection, and these can be searched and grouped.
    priority_low = fields.Boolean(string="Low")
    priority_normal = fields.Boolean(string="Normal")
    priority_high = fields.Boolean(string="High")
    priority_urgent = fields.Boolean(string="Urgent")
    channel_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.channel", string="Channels", ondelete="restrict"
    )
    team_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.team",
        string="Teams",
        ondelete="restrict",
        help="The rule is for tickets that belong to one of these teams.",
    )
    domain = fields.Char(
        string="Filter",
        default="[]",
        help="For everything that the other criteria cannot say.",
    )
    criteria_text = fields.Char(string="Applies To", compute="_compute_criteria_text")

    _dates_in_order = models.Constraint(
        "CHECK (date_from IS NULL OR date_to IS NULL OR date_from <= date_to)",
        "The last day of a rule is before its first day.",
    )

    # ------------------------------------------------------------------
    # Changes of rules
    # ------------------------------------------------------------------

    def copy_data(self, default=None):
        return [
            # a copy does nothing until the manager has looked at it
            {**vals, "active": False, **(default or {})}
            for vals in super().copy_data(default)
        ]

    # ------------------------------------------------------------------
    # Matching
    # ------------------------------------------------------------------

    def _matches(self, tickets):
        """Return the tickets that have the criteria of each of these rules.

        It needs no query for a ticket, and none for a rule that was asked before.
        Whether a rule is valid today does not matter here: see ``_is_valid_on``.

        :param tickets: any number of tickets, with ``sudo()``, because the user may
            not read what the criteria are about
        :return: dictionary of rule to tickets
        """
        return {
            rule: rule._filter_by_domain(
                tickets.with_context(active_test=False),
                rule._get_kept_domain() if rule.id else rule._get_criteria_domain(),
            ).with_env(tickets.env)
            for rule in self
        }

    def _get_criteria_domain(self):
        """Return the domain of the tickets that have the criteria of this rule."""
        return Domain.AND(self._get_criteria_list())

    def _get_criteria_list(self):
        """Return the domain of each criterion, as a search for tickets needs it."""
        self.ensure_one()
        # sudo: the criteria are the same for every user
        criteria = self.sudo().with_context(active_test=False)._get_criteria()
        # as a search for tickets does: in memory, Odoo knows wildcards
        return [take_literally(criterion) for criterion in criteria]

    def _get_criteria(self):
        """Return the domains that a ticket must fit, one for each criterion."""
        self.ensure_one()
        criteria = [
            Domain(name, "in", records._origin.ids)
            for name, records in (
                ("type_id", self.type_ids),
                ("channel_id", self.channel_ids),
                ("team_id", self.team_ids),
                ("company_id", self.company_id),
            )
            if records
        ]
        if self.category_ids:
            criteria.append(self._get_tree_domain("category_id", self.category_ids))
        if priorities := self._get_priorities():
            criteria.append(Domain("priority", "in", priorities))
        if self.domain:
            try:
                own = self._read_filter(self.domain)
            except INVALID_FILTER:
                own = Domain.FALSE
            criteria.append(own)
        return criteria

    @api.model
    def _get_tree_domain(self, name, records):
        """Return a domain for records of a tree and all those below them.

        The records are looked up now, so that the domain needs no query later.
        """
        below = records.search([("id", "child_of", records._origin.ids)])
        return Domain(name, "in", below.ids)

    def _get_priorities(self):
        self.ensure_one()
        return [key for name, key in PRIORITY_FIELDS.items() if self[name]]

    @tools.ormcache("self.id")
    def _get_kept_domain(self):
        return self._get_criteria_domain()

    @api.model
    @tools.ormcache()
    def _get_rule_list(self):
        """Return the active rules in their order.

        :return: tuple of (id, first day, last day)
        """
        # sudo: the rules hold for every user who creates or changes a ticket
        rules = self.sudo().with_context(active_test=False).search([("active", "=", 1)])
        return tuple((rule.id, rule.date_from, rule.date_to) for rule in rules)

    @api.model
    def _get_valid_rules(self):
        """Return the rules that are active and valid today, in their order."""
        rules = self._get_rule_list()
        if any(first or last for _id, first, last in rules):
            today = self._get_today()
            rules = [
                (rule_id, first, last)
                for rule_id, first, last in rules
                if (not first or first <= today) and (not last or today <= last)
            ]
        return self.browse(rule_id for rule_id, _first, _last in rules)

    def _is_valid_on(self, day):
        """Whether the rule is active, and valid on a day."""
        self.ensure_one()
        return (
            self.active
            and (not self.date_from or self.date_from <= day)
            and (not self.date_to or day <= self.date_to)
        )

    @api.model
    def _get_today(self):
        """Return the day at the desk, also for users in another time zone."""
        # sudo: res.company - the time zone, also for users of the portal
        zone = self.env.company.sudo().helpdesk_time_zone
        now = fields.Datetime.now().replace(tzinfo=pytz.UTC)
        return now.astimezone(pytz.timezone(zone)).date()

    # ------------------------------------------------------------------
    # Texts
    # ------------------------------------------------------------------

    @api.depends(
        "category_ids",
        "channel_ids",
        "domain",
        "team_ids",
        "type_ids",
        *PRIORITY_FIELDS,
    )
    @api.depends_context("lang")
    def _compute_criteria_text(self):
        """Write the criteria in one line: "Urgent, High · IT Support"."""
        for rule in self:
            rule.criteria_text = " · ".join(rule._get_criteria_parts()) or self.env._(
                "Every ticket"
            )

    def _get_criteria_parts(self):
        """Return a text for each criterion, in the language of the user."""
        self.ensure_one()
        parts = []
        if names := [name for name in PRIORITY_FIELDS if self[name]]:
            labels = self.fields_get(names, ["string"])
            parts.append(", ".join(labels[name]["string"] for name in reversed(names)))
        parts += [
            ", ".join(records.mapped("display_name"))
            for records in (
                self.type_ids,
                self.category_ids,
                self.channel_ids,
                self.team_ids,
            )
            if records
        ]
        if not Domain(self._eval_domain(self.domain)).is_true():
            parts.append(self.env._("filter"))
        return parts
