"""What a notification says about a ticket; addons add lines and words."""

from markupsafe import Markup

from odoo import models
from odoo.tools import plaintext2html

from ...tools.mail_text import split_quote
from ...tools.moment import format_moment


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _get_notification_title(self, audience):
        """Return the title of this ticket as an audience may read it."""
        self.ensure_one()
        return self.name

    def _get_notification_subject(self, subject, audience):
        """Return the subject of a mail: number, what happened, title."""
        self.ensure_one()
        title = self._get_notification_title(audience)
        # a line break is not allowed in a header
        return " ".join(f"[{self.number}] {subject}: {title}".split())

    def _get_notification_facts(self, audience):
        """Return the lines about the ticket: pairs of label and text."""
        self.ensure_one()
        facts = [
            (self.env._("Ticket"), self.number),
            (self.env._("Problem"), self._get_notification_title(audience)),
        ]
        if audience not in ("requesters", "affected"):
            requesters = ", ".join(self._get_requesters().mapped("name"))
            requester = requesters or self.partner_name or self.partner_email
            facts.append((self.env._("Requester"), requester))
        if self.wait_until and self.status_category == "waiting":
            until = format_moment(self.env, self.wait_until)
            facts.append((self.env._("Waits until"), until))
        return [(label, text) for label, text in facts if text]

    def _get_notification_fillers(self, details):
        """Return the values of the words in braces in the texts of the school."""
        self.ensure_one()
        closing = ""
        if moment := self.unanswered_close_date:
            closing = self.env._(
                "Without an answer, the ticket closes on %(moment)s.",
                moment=format_moment(self.env, moment),
            )
        return {
            "closing": closing,
            "assignee": self.user_id.name or self.team_id.name or self.company_id.name,
            "team": self.team_id.name or self.company_id.name,
            "stage": self.stage_id.name,
            "waiting": self._get_waiting_title(),
            "requester": self.partner_id.name or self.partner_name or "",
            "number": self.number,
            **{
                name: value
                for name, value in details.items()
                if isinstance(value, str | int | float)
            },
        }

    def _get_notification_words(self, event, audience, details):
        """Return the last words: a line above them, HTML, and their files."""
        self.ensure_one()
        files = self.env["ir.attachment"]
        message = self.env["mail.message"].browse(details.get("message_id") or ())
        if message := message.exists():
            return (
                self._get_words_heading(message),
                split_quote(message.body)[0],
                message.attachment_ids,
            )
        match event:
            case "waiting" | "on_hold" | "reminder" if self.waiting_reason:
                reason = plaintext2html(self.waiting_reason)
                return self._get_waiting_heading(), reason, files
            case "cancelled" if self.cancel_reason:
                return (
                    self.env._("The reason:"),
                    plaintext2html(self.cancel_reason),
                    files,
                )
            case "resolved":
                if solution := self._get_solution():
                    return self.env._("Our last answer:"), solution, files
            case "reminder":
                if answers := self._get_answers():
                    return self.env._("Our last answer:"), answers[-1:].body, files
        if audience in ("requesters", "affected"):
            return "", "", files
        words = self._get_last_words()
        return (self.env._("The last message:") if words else ""), words, files

    def _get_words_heading(self, message):
        """Return the line above the words of a message."""
        if message.message_type == "notification":
            return ""
        if self._is_written_by_desk(message):
            return self.env._("Our answer:")
        return self.env._("The last message:")

    def _get_last_words(self):
        """Return the last message of a person, else the description, for agents."""
        readable = self.message_ids._is_readable_by_requester().sorted("id")
        body = readable[-1:].body or self.description or Markup()
        return split_quote(body)[0]

    def _get_notification_ratings(self, event, audience):
        """Return the links to rate: dictionaries with ``label`` and ``url``."""
        self.ensure_one()
        if (
            event not in ("resolved", "rating")
            or audience != "requesters"
            or not self.partner_id
            or self.rating_status == "no_rate"
        ):
            return []
        base_url = self.get_base_url()
        token = self._rating_get_access_token()
        return [
            {
                "label": label,
                "url": f"{base_url}/rate/{token}/{rate}",
            }
            for rate, label in (
                (5, self.env._("Good")),
                (3, self.env._("Fair")),
                (1, self.env._("Bad")),
            )
        ]
