"""Mails that the gateway processes in tests."""

from email.message import EmailMessage
from typing import Any, NamedTuple

from odoo.addons.mail.tests.common import MailCommon

from .access_common import AccessCommon
from .common import forget, tell


class Outcome(NamedTuple):
    """What a mail has become."""

    tickets: Any
    messages: Any
    parked: Any


class IntakeCommon(MailCommon, AccessCommon):
    """A team with an address, and ``_mail``, which sends a mail to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.helpdesk_mgmt_ticket_auto_assign = True
        cls.team.write({"alias_name": "desk.test", "company_id": cls.env.company.id})
        cls.address = cls.team.alias_full_name
        cls.sender = cls.owner.partner_id
        cls.sender.email = "somchai@school.example.com"
        cls.channel = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email")
        cls.sent = 0

    def _mail(self, sender="สมชาย ใจดี <somchai@school.example.com>", **kwargs):
        """Let the gateway process a mail and return the new tickets.

        The keywords are headers, with ``_`` for ``-``, and also ``body`` and ``files``.
        """
        type(self).sent += 1
        body = kwargs.pop("body", "The projector is dark.")
        files = kwargs.pop("files", ())
        headers = {
            "From": sender,
            "To": self.address,
            "Subject": "Projector",
            "Message-ID": f"<{self.sent}.access@school.example.com>",
            "Date": "Mon, 02 Mar 2026 09:00:00 +0700",
            "Return-Path": "<somchai@school.example.com>",
            **{name.replace("_", "-"): value for name, value in kwargs.items()},
        }
        message = EmailMessage()
        for name, value in headers.items():
            if value is not None:
                message[name] = value
        message.set_content(body)
        for name, content in files:
            message.add_attachment(
                content, maintype="image", subtype="jpeg", filename=name
            )
        return self._receive(message.as_bytes(), fetched=False).tickets

    def _receive(self, source, fetched=True):
        """Let the gateway process the bytes of a mail; return its ``Outcome``.

        The messages are those of the mail, without our own notifications.

        :param bool fetched: whether it comes from a mailbox; else a mail server hands
            it over
        """
        Ticket = self.env["helpdesk.ticket"].with_context(active_test=False)
        Message = self.env["mail.message"].with_context(active_test=False)
        Parked = self.env["helpdesk.mail.parked"]
        forget(self.env)
        before = [records.search([]) for records in (Ticket, Parked)]
        newest = Message.search([], limit=1, order="id desc").id
        Thread = self.env["mail.thread"]
        if fetched:
            Thread = Thread.with_context(default_fetchmail_server_id=self._server().id)
        with self.mock_mail_gateway():
            Thread.message_process(False, source)
            told = tell(self.env, send=True).mail_id.mail_message_id
        is_new = [("id", ">", newest), ("model", "=", "helpdesk.ticket")]
        return Outcome(
            tickets=Ticket.search([]) - before[0],
            messages=Message.search(is_new) - told,
            parked=Parked.search([]) - before[1],
        )

    @classmethod
    def _server(cls):
        """Return the mail server from which the mails are fetched."""
        Server = cls.env["fetchmail.server"]
        name = "Mailbox of the desk"
        return Server.search([("name", "=", name), ("state", "=", "draft")]) or (
            Server.create({"name": name, "server_type": "imap"})
        )

    def _reply(self, ticket, **kwargs):
        """Let an agent answer, and the sender reply by mail; return the reply."""
        message = ticket.with_user(self.agent_all).message_post(
            body="Is it plugged in?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        known = ticket.message_ids
        self.assertFalse(
            self._mail(In_Reply_To=message.message_id, Subject="Re: x", **kwargs)
        )
        replies = ticket.message_ids - known
        return replies.filtered(
            lambda message: message.author_id == self.sender
        ).ensure_one()
