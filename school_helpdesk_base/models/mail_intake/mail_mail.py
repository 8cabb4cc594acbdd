"""The mails that the desk sends: their marker, plain text, and what becomes of them."""

from markupsafe import Markup

from odoo import Command, models, modules
from odoo.tools.mail import append_content_to_html

from ...tools.mail_plain import make_plain_text
from ..helpdesk_notification.digest import EVENT as DIGEST
from ..helpdesk_notification.failed import ADDRESS_FAILURES, NO_ADDRESS
from ..helpdesk_ticket.mail_reference import COMMENT, NOTE
from ..ir_cron import MAIL_QUEUE

MARKER_STYLE = (
    "margin: 0; padding: 12px 8px 16px; font-size: 11px; text-align: center; "
    "color: #59616b;"
)
#: The class of the pages in our own look.
PAGE_CLASS = "o_helpdesk_mail"


class MailMail(models.Model):
    _name = "mail.mail"
    _inherit = ["mail.mail"]

    def _prepare_outgoing_body(self):
        body = super()._prepare_outgoing_body()
        if self.model != "helpdesk.ticket" or not self.res_id or not body:
            return body
        message = self.mail_message_id
        is_note = message._is_note(
            {
                "is_internal": message.is_internal,
                "message_type": message.message_type,
                "subtype_id": message.subtype_id.id,
            }
        )
        ticket = self.env["helpdesk.ticket"].browse(self.res_id)
        marker = Markup('<p class="o_mail_muted" style="%s">%s</p>') % (
            MARKER_STYLE,
            ticket._get_mail_marker(NOTE if is_note else COMMENT),
        )
        return append_content_to_html(body, marker, plaintext=False)

    def _prepare_outgoing_list(self, *args, **kwargs):
        mails = super()._prepare_outgoing_list(*args, **kwargs)
        for mail in mails:
            if PAGE_CLASS in (mail["body"] or ""):
                mail["body_alternative"] = make_plain_text(mail["body"])
        return mails

    def send_after_commit(self):
        """Leave mails about tickets to the queue, which starts at once.

        Odoo would send them in the request, which then waits for the mail server.
        """
        if modules.module.current_test:
            # Odoo sends at once in its tests
            return super().send_after_commit()
        others = self.filtered(lambda mail: mail.model != "helpdesk.ticket")
        if others:
            super(MailMail, others).send_after_commit()
        # a ticket starts it itself; Odoo also writes about tickets without a ticket
        if self - others and not self.env.context.get("helpdesk_starts_queue"):
            self.env["ir.cron"]._start_soon(MAIL_QUEUE)

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        if failure_type:
            self._forget_reached(success_pids, success_emails)
        # before: Odoo deletes sent mails
        self._follow_failures(failure_reason, failure_type)
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )

    def _forget_reached(self, partners, addresses):
        """Leave only those in a failed mail whom it has not reached.

        Otherwise the others would get it again with each try.

        :param list partners: the contacts whom the mail has reached
        :param list addresses: the addresses of ``email_to``, if it has reached them
        """
        all_reached = self.env["res.partner"].union(*partners)
        for mail in self:
            values = {}
            if reached := mail.recipient_ids & all_reached:
                values["recipient_ids"] = [Command.unlink(one.id) for one in reached]
            if addresses:
                values |= {"email_to": False, "email_cc": False}
            if values:
                mail.write(values)

    def _follow_failures(self, reason, failure_type):
        """Keep failed mails of the desk in the list of a manager.

        A mail that was sent after all leaves the list: an administrator may have sent
        it from Odoo's own list of mails. An overview is not listed: an old one helps
        nobody. A person without an address is no failure: many students have none.

        :param str failure_type: Odoo's kind of the failure; empty if there was none
        """
        if failure_type == NO_ADDRESS:
            return
        # sudo: helpdesk.notification - the current user may not read the list
        Job = self.env["helpdesk.notification"].sudo()
        jobs = Job.search([("mail_id", "in", self.ids), ("event", "!=", DIGEST)])
        if not failure_type:
            failed = jobs.filtered(lambda job: job.state == "failed")
            failed.write(
                {
                    "state": "queued",
                    "failure": False,
                    "failure_kind": False,
                    "retry_date": False,
                }
            )
            return
        mails = self.filtered(lambda mail: mail.model == "helpdesk.ticket")
        for mail in mails - jobs.mail_id:
            jobs += Job.create(
                {
                    "ticket_id": mail.res_id,
                    "event": "public_reply",
                    "partner_id": mail.recipient_ids[:1].id,
                    "email": mail.email_to
                    or ", ".join(mail.recipient_ids.filtered("email").mapped("email")),
                    "mail_id": mail.id,
                    "state": "queued",
                }
            )
        for job in jobs:
            job._set_failed(
                # Odoo tells the reason only to the mail if there is no connection
                reason or job.mail_id.failure_reason or failure_type,
                failure_type,
                retried=failure_type not in ADDRESS_FAILURES,
            )
