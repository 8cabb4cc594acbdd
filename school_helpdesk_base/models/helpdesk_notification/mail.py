"""The channel mail: one mail to one person, sent by Odoo's queue."""

import logging

from psycopg2 import OperationalError

from odoo import Command, fields, models
from odoo.tools import formataddr
from odoo.tools.mail import is_html_empty

from ..ir_cron import MAIL_QUEUE
from .failed import NO_ADDRESS

_logger = logging.getLogger(__name__)

#: Nobody is on duty to answer these mails, so no out-of-office answers them.
AUTOMATIC_HEADERS = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "OOF, AutoReply",
}


class HelpdeskNotification(models.Model):
    _name = "helpdesk.notification"
    _inherit = ["helpdesk.notification"]

    mail_id = fields.Many2one(
        comodel_name="mail.mail", readonly=True, index="btree_not_null"
    )

    def _deliver_mail(self, letters):
        """Write the mails of letters to Odoo's queue, and start the queue."""
        own_texts = self._render_own_texts(letters)
        self._add_rating_texts(letters)
        values_by_letter = {}
        for letter in letters:
            if not (letter.partner.email or letter.job.email):
                # not a failure of the mail: many students have no address
                letter.jobs.write({"state": "dropped", "failure_kind": NO_ADDRESS})
                continue
            try:
                with self.env.cr.savepoint():
                    values_by_letter[letter] = self._prepare_mail(
                        letter, own_texts.get(letter)
                    )
            except OperationalError:
                # not the fault of the mail: the scheduled action begins again
                raise
            except Exception as error:
                _logger.exception("Mail for notification %s", letter.job.id)
                letter.jobs._set_failed(str(error))
        tickets = self.env["helpdesk.ticket"].union(*(one.ticket for one in letters))
        conversations = tickets._get_conversations()
        for letter, values in values_by_letter.items():
            if letter.ticket:
                values["references"] = " ".join(conversations[letter.ticket.id])
        mails = self.env["mail.mail"].create(list(values_by_letter.values()))
        for letter, mail in zip(values_by_letter, mails, strict=True):
            letter.jobs.write({"mail_id": mail.id, "state": "queued"})
        # the envelope in the thread, which shows whether the mail was sent
        self.env["mail.notification"].create(
            [
                {
                    "author_id": mail.author_id.id,
                    "mail_message_id": mail.mail_message_id.id,
                    "mail_mail_id": mail.id,
                    "notification_type": "email",
                    "notification_status": "ready",
                    "is_read": True,
                    "res_partner_id": mail.recipient_ids.id,
                }
                for mail in mails
                if mail.recipient_ids
            ]
        )
        if mails:
            self.env["ir.cron"]._start_soon(MAIL_QUEUE)

    def _prepare_mail(self, letter, own_text=None):
        """Return the values of the mail; addons extend this.

        :param own_text: subject, HTML and sender of the school's own template, if it
            has one
        """
        ticket = letter.ticket
        company = ticket.company_id or self.env.company
        sender = self._get_sender(ticket, company)
        if own_text:
            subject, words, own_sender = own_text
            sender = own_sender or sender
            body = self._render_letter(letter, words)
        else:
            subject = letter.values["mail_subject"]
            body = self._render_letter(letter)
        values = {
            "subject": subject,
            "body_html": body,
            "body": words if own_text else self._get_plain_body(letter),
            "author_id": company.partner_id.id,
            "email_from": sender,
            "reply_to": ticket.team_id.alias_email or False,
            "headers": repr(self._get_mail_headers(letter)),
            "message_type": "auto_comment",
            "subtype_id": self.env.ref("mail.mt_note").id,
            "is_notification": True,
            "auto_delete": True,
            "attachment_ids": [Command.set(letter.values["files"].ids)],
            "state": "outgoing",
        }
        if letter.partner:
            values["recipient_ids"] = [Command.set(letter.partner.ids)]
            values["partner_ids"] = [Command.set(letter.partner.ids)]
        else:
            name = ticket.partner_name or letter.job.email
            values["email_to"] = formataddr((name, letter.job.email))
        if ticket:
            values |= {"model": ticket._name, "res_id": ticket.id}
        return values

    def _get_mail_headers(self, letter):
        """Return the headers of the mail in addition."""
        headers = dict(AUTOMATIC_HEADERS)
        if letter.job.audience == "watchers":
            # other people cannot choose whether they are told
            ticket = letter.ticket
            link = ticket._notify_get_action_link(
                "unfollow",
                model=ticket._name,
                res_id=ticket.id,
                pid=letter.partner.id,
            )
            headers["List-Unsubscribe"] = f"<{link}>"
        return headers

    def _get_sender(self, ticket, company):
        """Return From: the desk, at the address that nobody reads."""
        # a line break is not allowed in a header
        name = " ".join((ticket.team_id.name or company.name).split())
        address = company.alias_domain_id.default_from_email
        if address:
            return formataddr((name, address))
        return company.email_formatted or self.env.user.email_formatted

    def _render_own_texts(self, letters):
        """Render the templates that the school has set on its stages.

        :return: dictionary of letter to subject, HTML and sender
        """
        texts = self._render_templates(
            {letter: self._get_own_template(letter) for letter in letters},
            ("subject", "body_html", "email_from"),
        )
        return {
            letter: text for letter, text in texts.items() if not is_html_empty(text[1])
        }

    def _add_rating_texts(self, letters):
        """Show the words in which the school asks for a rating below the news."""
        texts = self._render_templates(
            {letter: self._get_rating_template(letter) for letter in letters},
            ("body_html",),
        )
        for letter, (text,) in texts.items():
            letter.values["rating_text"] = text

    def _render_templates(self, templates, names):
        """Render fields of mail templates; those that cannot be rendered are left out.

        :param dict templates: letter to its template, which may be empty
        :param tuple names: of the fields
        :return: dictionary of letter to a tuple of texts
        """
        groups = {}
        for letter, template in templates.items():
            if template:
                key = (template, letter.ticket.env.lang)
                groups.setdefault(key, []).append(letter)
        texts = {}
        for (template, lang), group in groups.items():
            template = template.with_context(lang=lang)
            ids = list({letter.ticket.id for letter in group})
            try:
                with self.env.cr.savepoint():
                    rendered = [template._render_field(name, ids) for name in names]
            except OperationalError:
                # Odoo retries the transaction
                raise
            except Exception:  # noqa: BLE001 - a template of the school may raise any
                # our own text is sent instead
                _logger.exception("Mail template %s", template.id)
                continue
            for letter in group:
                texts[letter] = tuple(values[letter.ticket.id] for values in rendered)
        return texts

    def _get_own_template(self, letter):
        """Return the school's own text for a status, instead of ours.

        It is not used for words that a person has just written: they would be missing
        in it.
        """
        stage = letter.ticket.stage_id
        template = stage.mail_template_id
        if letter.job.event == "rating":
            template = stage.rating_mail_template_id
        is_status = letter.job.event in (
            "receipt",
            "stage",
            "waiting",
            "resolved",
            "rating",
            "closed",
            "cancelled",
        )
        if letter.job.audience != "requesters" or not is_status:
            return template.browse()
        if letter.earlier or (
            letter.details.get("message_id") and letter.job.event != "resolved"
        ):
            return template.browse()
        return template

    def _get_rating_template(self, letter):
        """Return the template that asks for a rating, for a letter with other news."""
        template = letter.ticket.stage_id.rating_mail_template_id
        is_asked = "rating" in letter.jobs.mapped("event")
        if not is_asked or self._get_own_template(letter) == template:
            return template.browse()
        return template
