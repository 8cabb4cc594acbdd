"""Tells people what happens to tickets: the one place where this begins.

``_notify`` notes that an event concerns people. When the transaction ends, a row of
``helpdesk.notification`` is written for each person and event. A scheduled action
starts at once; it renders and sends. So the request that caused the event never renders
a mail and never waits for a mail server, and a transaction that fails tells nobody.
"""

from odoo import SUPERUSER_ID, api, models

from ..helpdesk_ticket_stage import ENDED_CATEGORIES

COLLECTED = "helpdesk.ticket.notify"
#: Contexts in which Odoo sends no automatic mails either: imports and demo data.
SILENT_CONTEXTS = ("tracking_disable", "mail_notrack", "helpdesk_no_notify")

#: Events that are told although the ticket has been archived since.
END_EVENTS = (
    "resolved",
    "closed",
    "auto_close",
    "cancelled",
    "merged",
    "merged_end",
    "rating",
)


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # ------------------------------------------------------------------
    # The service
    # ------------------------------------------------------------------

    def _notify(self, event, details=None):
        """Tell the people concerned about an event, soon after this transaction.

        ``helpdesk.notification.rule`` says who they are. Nobody is told what they did
        themselves, except that they get the receipt of their own ticket. If the same
        event is noted again in the same transaction, its details are completed.

        :param str event: a value of ``helpdesk.notification.rule.event``
        :param dict details: ticket to a dictionary of values for the text, which must
            be JSON: ``text`` (a sentence about what happened), ``message_id`` (the
            message with the words to tell), ``partner_ids`` (the people named by a
            rule, for the audience ``named``), or words in braces of the texts
        """
        Rule = self.env["helpdesk.notification.rule"]
        Rule._check_event(event)
        if (
            not self.ids
            or not Rule._is_noted(event)
            or any(self.env.context.get(name) for name in SILENT_CONTEXTS)
        ):
            return
        precommit = self.env.cr.precommit
        if COLLECTED not in precommit.data:
            env = api.Environment(self.env.cr, SUPERUSER_ID, {})
            precommit.add(env["helpdesk.notification"]._write_collected)
        collected = precommit.data.setdefault(COLLECTED, {})
        actor = self.env.context.get("helpdesk_actor_id") or (
            self.env.user.partner_id.id
        )
        given = {ticket.id: values for ticket, values in (details or {}).items()}
        for ticket_id in self.ids:
            # at the end, if it was there: the last event in which the status changed
            # is told
            known = collected.pop((ticket_id, event), {})
            values = {**known, **given.get(ticket_id, {}), "actor": actor}
            if (earlier := known.get("message_id")) not in (
                None,
                values.get("message_id"),
            ):
                # the words of both answers are told
                values["earlier_ids"] = [*known.get("earlier_ids", ()), earlier]
            if named := known.get("partner_ids"):
                values["partner_ids"] = sorted({*named, *values["partner_ids"]})
            collected[ticket_id, event] = values

    def _post_with_event(self, event, **values):
        """Post a message whose words the requesters get in the mail about an event.

        If the school has switched that mail off, they get the message itself.

        :param str event: a value of ``helpdesk.notification.rule.event``, if any
        :param values: of ``message_post``
        :return: the message
        """
        self.ensure_one()
        Rule = self.env["helpdesk.notification.rule"]
        if not event or not Rule._tells(event, "requesters", "mail"):
            return self.message_post(**values)
        message = self.with_context(helpdesk_told_by=event).message_post(**values)
        self._notify(event, {self: {"message_id": message.id}})
        return message.with_env(self.env)

    @api.model
    def _on_noted(self, event, details):
        """An event of these tickets is about to be told; for channels of a team.

        Called at the end of the transaction, with sudo.

        :param str event: a value of ``helpdesk.notification.rule.event``
        :param dict details: ticket to the details of ``_notify``
        """

    def _get_notified(self, event, audience, details):
        """Return the contacts of an audience of this ticket; addons add audiences."""
        self.ensure_one()
        # nobody reads what an archived user is told
        leader = self.team_id.user_id.filtered("active").partner_id
        match audience:
            case "requesters":
                return self._get_requesters()
            case "assignee":
                return self.user_id.filtered("active").partner_id or leader
            case "leader":
                return leader
            case "watchers":
                return self._get_watchers()
            case "named":
                named = self.env["res.partner"].browse(details.get("partner_ids", ()))
                return named.exists()
        return self.env["res.partner"]

    def _get_watchers(self):
        """Return the agents who follow this ticket and may work on it."""
        people = self.message_partner_ids - self._get_requesters()
        people -= self.user_id.partner_id
        return people.filtered(
            lambda person: any(map(self._is_writable_by, person.user_ids.ids))
        )

    def _is_requester(self, partner):
        """Whether a contact is a requester; none: a requester who is no contact."""
        self.ensure_one()
        if partner:
            return partner in self._get_requesters()
        return not self.partner_id

    def _may_tell(self, event):
        """Whether people may be told an event: of an archived ticket only its end."""
        self.ensure_one()
        if self.active:
            return True
        return event in END_EVENTS and self.status_category in ENDED_CATEGORIES

    def _is_still_true(self, event, audience, partner):
        """Whether a noted event can still be told to a person.

        A ticket may be resolved and reopened before the mail is written, and somebody
        may no longer be its requester.

        :param partner: the contact; empty for a requester who is no contact
        """
        self.ensure_one()
        if not self._may_tell(event):
            return False
        if audience == "requesters" and not self._is_requester(partner):
            return False
        # who has lost the ticket in the meantime may not be able to read it any more
        is_by_role = audience in ("assignee", "leader", "watchers")
        if is_by_role and partner not in self._get_notified(event, audience, {}):
            return False
        status = self.status_category
        match event:
            case "waiting" | "reminder":
                return status == "waiting" and self.waiting_for == "requester"
            case "on_hold":
                return status == "waiting" and self.waiting_for != "requester"
            case "resolved":
                return status in ("resolved", "closed")
            case "closed" | "auto_close" | "cancelled":
                return status == event or (event != "cancelled" and status == "closed")
            case "reopened":
                return status not in ENDED_CATEGORIES
            case "merged" | "merged_end":
                return bool(self._get_next_ticket())
            case "rating":
                return self._is_rating_asked()
        return True
