"""Mails that the gateway processes in tests."""

from email.message import EmailMessage

from odoo.addons.mail.tests.common import MailCommon

from .access_common import AccessCommon


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
        Ticket = self.env["helpdesk.ticket"].with_context(active_test=False)
        before = Ticket.search([])
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(False, message.as_bytes())
            self.flush_tracking()
        return Ticket.search([]) - before

    def _reply(self, ticket, **kwargs):
        message = ticket.with_user(self.agent_all).message_post(
            body="Is it plugged in?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        known = ticket.message_ids
        self.assertFalse(
            self._mail(In_Reply_To=message.message_id, Subject="Re: x", **kwargs)
        )
        words = ticket.message_ids - known
        return words.filtered(lambda word: word.author_id == self.sender).ensure_one()
