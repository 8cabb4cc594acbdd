"""Who is told about which event, over which channel and in which words.

One record for each event and audience. A school switches the channels on and off and
changes the words; the events themselves are fixed. An addon adds an event, an audience
or a channel by adding it to the fields below.
"""

import re

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain

#: Events in which a ticket gets another status. If several of them wait for one person,
#: only the last one is told.
STATUS_EVENTS = (
    "receipt",
    "stage",
    "waiting",
    "on_hold",
    "reminder",
    "resolved",
    "closed",
    "reopened",
    "merged",
    "merged_end",
    "cancelled",
    "auto_close",
)
#: The channels of a record, each a boolean field of the same name.
CHANNELS = ("mail", "inbox")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class HelpdeskNotificationRule(models.Model):
    _name = "helpdesk.notification.rule"
    _inherit = ["helpdesk.literal.search.mixin"]
    _description = "Notification of the Help Desk"
    _order = "sequence, id"
    _rec_name = "event"

    sequence = fields.Integer(default=100)
    event = fields.Selection(
        selection=[
            ("receipt", "A ticket was created"),
            ("stage", "Work has begun"),
            ("public_reply", "The desk has answered"),
            ("waiting", "We wait for the requester"),
            ("on_hold", "We wait for somebody or something else"),
            ("reminder", "We still wait for the requester"),
            ("resolved", "A ticket was resolved"),
            ("rating", "We ask for a rating"),
            ("closed", "A ticket was closed"),
            ("auto_close", "A ticket was closed without an answer"),
            ("reopened", "A ticket was reopened"),
            ("cancelled", "A ticket was cancelled"),
            ("merged", "A ticket was merged into another one"),
            ("merged_end", "The ticket that continues a merged one has ended"),
            ("assigned", "A ticket was assigned"),
            ("parked_mail", "A mail waits for a decision"),
            ("digest", "The daily overview of a team"),
        ],
        required=True,
        readonly=True,
    )
    audience = fields.Selection(
        selection=[
            ("requesters", "Requester and reporter"),
            ("assignee", "Assigned agent"),
            ("leader", "Team leader"),
            ("watchers", "Agents who follow"),
            ("agents", "Members of the team"),
            ("named", "People named by a rule"),
        ],
        string="Told",
        required=True,
        readonly=True,
    )
    mail = fields.Boolean(default=True)
    inbox = fields.Boolean(
        string="Odoo inbox",
        help="For people with a user account of Odoo's backend who have chosen to "
        "handle notifications in Odoo, or who get no mail about this.",
    )
    subject = fields.Char(
        translate=True,
        help="The first words of the mail; its subject also has the ticket's number "
        "and title.",
    )
    text = fields.Text(
        translate=True,
        help="What has happened. Words in braces are filled in: {assignee}, {team}, "
        "{stage}, {waiting}, {requester}.",
    )
    shown_subject = fields.Char(
        compute="_compute_shown_subject",
        help="The first words of the mail. What is in brackets is filled in.",
    )
    placeholder_help = fields.Text(
        string="Filled in",
        compute="_compute_placeholder_help",
        help="The words in braces, and what the reader sees instead.",
    )
    next_step = fields.Text(
        string="What happens next",
        translate=True,
        help="What the desk does next, and what the reader can do. In a reminder, "
        "{closing} says when the ticket closes.",
    )

    _event_audience_unique = models.UniqueIndex(
        "(event, audience)", "There is already a line for this event and audience."
    )

    @api.depends("event", "audience")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("event", "audience")
        }
        for rule in self:
            parts = [labels["event"].get(rule.event)]
            parts.append(labels["audience"].get(rule.audience))
            rule.display_name = " · ".join(filter(None, parts))

    @api.depends("subject")
    @api.depends_context("lang")
    def _compute_shown_subject(self):
        names = {
            name: f"({text})" for name, text in self._get_placeholder_names().items()
        }
        for rule in self:
            rule.shown_subject = rule._fill_in(rule.subject, names)

    @api.depends("subject", "text", "next_step")
    @api.depends_context("lang")
    def _compute_placeholder_help(self):
        names = self._get_placeholder_names()
        for rule in self:
            words = " ".join(filter(None, (rule.subject, rule.text, rule.next_step)))
            used = dict.fromkeys(_PLACEHOLDER.findall(words))
            rule.placeholder_help = "\n".join(
                f"{{{name}}}: {names[name]}" for name in used if name in names
            )

    @api.model
    def _get_placeholder_names(self):
        """Return what each word in braces stands for; addons add theirs.

        :return: dictionary of the word to its meaning, in the reader's language
        """
        return {
            "assignee": self.env._("the name of the agent"),
            "closing": self.env._("when the ticket closes"),
            "number": self.env._("the number of the ticket"),
            "requester": self.env._("the name of the requester"),
            "stage": self.env._("the stage of the ticket"),
            "team": self.env._("the name of the team"),
            "waiting": self.env._("for whom or what we wait"),
        }

    @api.model
    def _get_channels(self):
        """Return the names of the channels; addons add theirs."""
        return CHANNELS

    @api.model
    @tools.ormcache()
    def _get_table(self):
        """Return the lines that tell somebody: event to (id of the line, audience)."""
        table = {}
        told = Domain.OR(Domain(channel, "=", True) for channel in self._get_channels())
        # sudo: helpdesk.notification.rule - setup, for everybody who causes an event
        for rule in self.sudo().search(told):
            table.setdefault(rule.event, []).append((rule.id, rule.audience))
        return table

    @api.model
    @tools.ormcache("event", "audience", "channel")
    def _tells(self, event, audience, channel):
        """Whether an audience is told about an event over a channel."""
        # sudo: helpdesk.notification.rule - setup, for everybody who causes an event
        rule = self.sudo().search(
            [("event", "=", event), ("audience", "=", audience)], limit=1
        )
        return bool(rule[channel])

    @api.model
    def _is_noted(self, event):
        """Whether an event tells anybody; addons may need it for other reasons."""
        return event in self._get_table()

    @api.model
    def _check_event(self, event):
        """Refuse an event that does not exist: a misspelt one would tell nobody."""
        if event not in dict(self._fields["event"]._description_selection(self.env)):
            raise ValueError(f"unknown event {event}")

    def _fill_in(self, text, values):
        """Return a text with its words in braces replaced; unknown ones stay."""
        return _PLACEHOLDER.sub(
            lambda found: str(values.get(found[1], found[0]) or ""), text or ""
        )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Switch the channels off instead of deleting it."))

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
