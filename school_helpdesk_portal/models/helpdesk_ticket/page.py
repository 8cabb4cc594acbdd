"""A ticket in the words its requester understands: status, next step, what happened."""

from odoo import models
from odoo.fields import Domain

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
)

from ...tools.moment import format_moment


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _portal_status(self):
        """What the ticket's state means to the person who reported it.

        :return: ``(text, tone)``: a few words in the reader's language, and one of
            ``new``, ``work``, ``you``, ``done``, ``off`` for the badge's colour.
        """
        self.ensure_one()
        match self.status_category:
            case "waiting":
                return self.env._("Waiting for you"), "you"
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
        """Who does what next, in one sentence of the reader's language."""
        self.ensure_one()
        match self.status_category:
            case "waiting":
                return self.waiting_reason or self.env._(
                    "We need an answer from you before we can go on."
                )
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

    def _portal_moment(self, moment):
        """Return when something happened, in the reader's language and on his clock."""
        return format_moment(self.env, moment)

    def _portal_timeline(self):
        """What happened, oldest first, as far as the requester may read it.

        The caller has checked that the reader may read the ticket.

        :return: list of dictionaries ``date``, ``kind`` (``event`` or ``message``),
            ``text`` (of an event), ``message`` (a ``mail.message``, with sudo)
        """
        self.ensure_one()
        entries = [
            {"kind": "message", "date": message.date, "message": message}
            for message in self._portal_messages()
        ] + [
            {"kind": "event", "date": date, "text": text}
            for date, text in self._portal_events()
        ]
        return sorted(entries, key=lambda entry: entry["date"])

    def _portal_messages(self):
        """The messages written for the requester, oldest first."""
        # sudo: mail.message - the reader may read the ticket; notes are left out here
        return (
            self.env["mail.message"]
            .sudo()
            .search_fetch(
                Domain("model", "=", self._name)
                & Domain("res_id", "=", self.id)
                & self.env["mail.message"]._get_requester_readable_domain(),
                ["date", "body", "author_id", "email_from", "attachment_ids"],
                order="date, id",
            )
        )

    def _portal_files(self, reader):
        """The files of the report itself, without those of messages and notes.

        The caller has checked that the reader may read the ticket.

        :param reader: the user; what is the desk's own is found with his rights
        """
        self.ensure_one()
        # sudo: ir.attachment - the reader may read the ticket
        files_sudo = self.sudo().attachment_ids
        if not files_sudo:
            return files_sudo
        return (
            files_sudo
            - self._portal_messages().attachment_ids
            - files_sudo.with_user(reader)._get_desk_only()
        )

    def _portal_events(self):
        """When the ticket changed its status, as ``(date, text)``."""
        texts = {
            "open": self.env._("Somebody is working on it"),
            "waiting": self.env._("Waiting for an answer"),
            "resolved": self.env._("Marked as solved"),
            "closed": self.env._("Closed"),
            "cancelled": self.env._("Cancelled"),
        }
        yield self.create_date, self.env._("Received")
        last = None
        # sudo: helpdesk.ticket.status.log - the caller has checked that the reader may
        # read the ticket
        for row_sudo in self.sudo().status_log_ids:
            status = row_sudo.status_category
            if status == "open" and row_sudo.stage_id.unattended:
                status = "new"
            if last and status not in (last, "new"):
                yield row_sudo.start, texts[status]
            last = status

    def _portal_closing_choices(self):
        """How a requester may end the ticket himself: pairs of a stage's id and words.

        A stage says by its own name what it means where there are several.
        """
        self.ensure_one()
        if self.status_category in ENDED_CATEGORIES:
            return []
        stages = self._get_portal_closing_stages()
        if len(stages) == 1 and stages.status_category == "resolved":
            return [(stages.id, self.env._("It works again"))]
        return [(stage.id, stage.name) for stage in stages]

    def _portal_may_rate(self):
        """Whether there is something to rate: the help for a solved ticket."""
        self.ensure_one()
        return self.status_category in ("resolved", "closed")

    def _portal_rating(self, partner):
        """A requester's rating, given or only asked for, with sudo."""
        # sudo: rating.rating - portal users have no access, only this one answer
        return self.sudo().rating_ids.filtered(lambda r: r.partner_id == partner)[:1]

    def _portal_rate(self, partner, value, feedback):
        """Keep a requester's rating; a second one takes the first one's place.

        The caller has checked that he is a requester of the ticket.

        :param partner: who rates
        :param int value: from 1 to 5
        :param str feedback: plain text, may be empty
        """
        self.ensure_one()
        if not self._portal_rating(partner):
            self._rating_get_access_token(partner)
        rating = self._portal_rating(partner)
        self.rating_apply(value, rating=rating, feedback=feedback)
