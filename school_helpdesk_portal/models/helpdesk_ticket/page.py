"""The texts of the ticket page for requesters: status, next step and timeline."""

from odoo import models
from odoo.fields import Domain

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
)
from odoo.addons.school_helpdesk_base.tools.mail_text import split_quote
from odoo.addons.school_helpdesk_base.tools.moment import format_moment


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _portal_status(self):
        """Return the status in the requester's words.

        :return: ``(text, tone)``: a text in the user's language, and the colour of the
            badge: ``new``, ``work``, ``you``, ``done`` or ``off``
        """
        self.ensure_one()
        match self.status_category:
            case "waiting":
                tone = "you" if self.waiting_for == "requester" else "work"
                return self._get_waiting_title(), tone
            case "resolved":
                return self.env._("Solved"), "done"
            case "closed":
                return self.env._("Closed"), "off"
            case "cancelled":
                return self.env._("Cancelled"), "off"
            case _ if self.unattended:
                return self.env._("Received"), "new"
            case _:
                return self.env._("In progress"), "work"

    def _portal_next_step(self):
        """Return a sentence that says who does what next, in the user's language."""
        self.ensure_one()
        match self.status_category:
            case "waiting":
                return self._portal_explain_wait()
            case "resolved":
                return self.env._("Please tell us whether it works again.")
            case "closed":
                return self.env._("Write below if it happens again.")
            case "cancelled":
                return self.cancel_reason or self.env._("This ticket was cancelled.")
            case _ if self.user_id:
                return self.env._(
                    "%(technician)s takes care of it.",
                    technician=self.user_id.name,
                )
            case _:
                return self.env._("The IT team will look at it soon.")

    def _portal_explain_wait(self):
        """Return what the desk waits for, and until when if that is known."""
        until = self.wait_until and self._portal_moment(self.wait_until)
        match self.waiting_reason, until:
            case (False | "", False):
                return self._portal_get_wait()
            case (False | "", _):
                return self.env._(
                    "%(text)s The wait ends on %(moment)s at the latest.",
                    text=self._portal_get_wait(),
                    moment=until,
                )
            case (reason, False):
                return self.env._("We are waiting for: %(reason)s", reason=reason)
            case (reason, _):
                return self.env._(
                    "We are waiting for: %(reason)s (until %(moment)s)",
                    reason=reason,
                    moment=until,
                )

    def _portal_get_wait(self):
        """Return a sentence about a wait for which nobody has written a reason."""
        match self.waiting_for:
            case "vendor":
                return self.env._("We go on when the vendor answers.")
            case "part":
                return self.env._("We go on when the spare part arrives.")
            case "approval":
                return self.env._("We go on when it is approved.")
            case "other":
                return self.env._("We will tell you when we go on.")
            case _:
                return self.env._("We need an answer from you before we can go on.")

    def _portal_moment(self, moment):
        """Return a naive UTC datetime as text in the user's language and time zone."""
        return format_moment(self.env, moment)

    def _portal_timeline(self):
        """Return the events and messages that requesters may read, oldest first.

        The caller must check that the user may read the ticket.

        :return: list of dictionaries with the keys ``date``, ``kind`` (``event`` or
            ``message``), and either ``text`` (of an event) or ``message`` (a
            ``mail.message``, with sudo), ``body`` and ``quote`` (older mails that it
            repeats)
        """
        self.ensure_one()
        messages = self._portal_messages()
        # the page begins with the description, which already has the text of this mail
        messages -= self._get_opening_mail(messages)
        entries = [
            {
                "kind": "message",
                "date": message.date,
                "message": message,
                **dict(zip(("body", "quote"), split_quote(message.body), strict=True)),
            }
            for message in messages
        ] + [
            {"kind": "event", "date": date, "text": text}
            for date, text in self._portal_events()
        ]
        return sorted(entries, key=lambda entry: entry["date"])

    def _portal_messages(self):
        """Return the messages that requesters may read, oldest first."""
        # sudo: mail.message - the user may read the ticket; the domain excludes notes
        return (
            self.env["mail.message"]
            .sudo()
            .search_fetch(
                Domain("model", "=", self._name)
                & Domain("res_id", "=", self.id)
                & self.env["mail.message"]._get_requester_readable_domain(),
                [
                    "date",
                    "body",
                    "author_id",
                    "email_from",
                    "attachment_ids",
                    "message_type",
                ],
                order="date, id",
            )
        )

    def _portal_files(self, reader):
        """Return the files of the description, without those of other messages.

        The caller must check that the user may read the ticket.

        :param reader: the user; files that this user may not see are left out
        """
        self.ensure_one()
        # sudo: ir.attachment - the user may read the ticket
        files_sudo = self.sudo().attachment_ids
        if not files_sudo:
            return files_sudo
        messages = self._portal_messages()
        messages -= self._get_opening_mail(messages)
        return (
            files_sudo
            - messages.attachment_ids
            - files_sudo.with_user(reader)._get_desk_only()
        )

    def _portal_events(self):
        """Yield ``(date, text)`` of each change of the status."""
        texts = {
            "open": self.env._("Somebody is working on it"),
            "resolved": self.env._("Marked as solved"),
            "closed": self.env._("Closed"),
            "cancelled": self.env._("Cancelled"),
        }
        yield self.create_date, self.env._("Received")
        last = None
        # sudo: helpdesk.ticket.status.log - the caller checks access to the ticket
        for row_sudo in self.sudo().status_log_ids:
            status = row_sudo.status_category
            if status == "open" and row_sudo.stage_id.unattended:
                status = "new"
            step = (status, row_sudo.waiting_for)
            if last and step != last and status != "new":
                if status != "waiting":
                    text = texts[status]
                elif row_sudo.waiting_for == "requester":
                    text = self.env._("Waiting for an answer")
                else:
                    text = self._get_waiting_text(row_sudo.waiting_for)
                yield row_sudo.start, text
            last = step

    def _portal_closing_choices(self):
        """Return the stages with which a requester may end the ticket.

        :return: list of pairs of a stage's id and the label of its button; if there are
            several stages, the labels are their names
        """
        self.ensure_one()
        if self.status_category in ENDED_CATEGORIES:
            return []
        stages = self._get_portal_closing_stages()
        if len(stages) == 1 and stages.status_category == "resolved":
            return [(stages.id, self.env._("It works again"))]
        return [(stage.id, stage.name) for stage in stages]

    def _portal_may_rate(self):
        """Whether requesters can rate the ticket, because it is solved."""
        self.ensure_one()
        return self.status_category in ("resolved", "closed")

    def _portal_rating(self, partner):
        """Return a requester's rating, with sudo; it may not have a value yet."""
        # sudo: rating.rating - portal users have no access; only the requester's own
        return self.sudo().rating_ids.filtered(lambda r: r.partner_id == partner)[:1]

    def _portal_rate(self, partner, value, feedback):
        """Store a requester's rating, which replaces an earlier one.

        The caller must check that the partner is a requester of the ticket.

        :param partner: the requester
        :param int value: from 1 to 5
        :param str feedback: plain text; may be empty
        """
        self.ensure_one()
        if not self._portal_rating(partner):
            self._rating_get_access_token(partner)
        rating = self._portal_rating(partner)
        self.rating_apply(value, rating=rating, feedback=feedback)
