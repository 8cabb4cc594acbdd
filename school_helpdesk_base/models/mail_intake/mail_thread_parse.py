"""Reads mails that Odoo's parser refuses or reads wrongly."""

import re
from datetime import timedelta

from lxml import etree
from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_split, html_sanitize
from odoo.tools.mail import append_content_to_html

from ...tools.mail_people import get_delivered_addresses, get_sender, remove_tag
from ...tools.mail_repair import clean_text, repair_mail, set_header
from ...tools.plain_name import clean_line
from ...tools.tnef import open_tnef

#: How far a clock may be ahead.
MAX_AHEAD = timedelta(days=1)
#: How old a mail may be. A school that changes to this desk may import old mails.
MAX_AGE = timedelta(days=3653)
#: A sender without a name.
_EMPTY_NAME = re.compile(r'^"\s*"\s*<(.*)>$')


class MailThread(models.AbstractModel):
    _name = "mail.thread"
    _inherit = ["mail.thread"]

    @api.model
    def message_parse(self, message, save_original=False):
        intake = self.env.context.get("helpdesk_intake")
        repair_mail(message)
        if intake:
            set_header(message, "Message-ID", intake.message_id)
        values = super().message_parse(message, save_original=save_original)
        for name, value in values.items():
            if isinstance(value, str) and not isinstance(value, Markup):
                values[name] = clean_text(value)
        sender = clean_line(get_sender(message, values["email_from"]))
        # the name may have had invisible characters only
        values["email_from"] = _EMPTY_NAME.sub(r"\1", sender)
        values["from"] = values["email_from"]
        if values.get("date"):
            values["date"] = self._get_possible_date(values["date"])
        self._add_hidden_recipients(message, values)
        if intake:
            # the header field may have been folded
            values["message_id"] = intake.message_id
        return values

    @api.model
    def _get_possible_date(self, date):
        """Return the date of a mail, or now if it is far in the future or in the past.

        Clocks of computers are wrong, and some write the year of another calendar. The
        mail would stay below all later messages, or wait for an answer since 1601.
        """
        now = fields.Datetime.now()
        moment = fields.Datetime.to_datetime(date)
        is_possible = now - MAX_AGE <= moment <= now + MAX_AHEAD
        return date if is_possible else fields.Datetime.to_string(now)

    @api.model
    def _add_hidden_recipients(self, message, values):
        """Find the address of the desk in a mail that does not name it in To or Cc.

        The desk gets such a mail as a blind copy, because another mailbox forwards its
        mails, or because its address has a tag.
        """
        named = [address.lower() for address in email_split(values["recipients"])]
        # sudo: mail.alias.domain, mail.alias - only compares addresses
        known = self.env["mail.alias.domain"].sudo()._find_aliases(named)
        Alias = self.env["mail.alias"].sudo()
        if set(known) - set(Alias._find_tagged(known)):
            return
        delivered = get_delivered_addresses(message)
        addresses = {*delivered, *map(remove_tag, delivered)}
        aliases = Alias.search(
            Domain("alias_full_name", "in", list(addresses))
            & Domain("alias_model_id.model", "=", "helpdesk.ticket")
        )
        values["recipients"] = ",".join(
            filter(None, [values["recipients"], *aliases.mapped("alias_full_name")])
        )

    def _message_parse_extract_payload(
        self, message, message_dict, save_original=False
    ):
        intake = self.env.context.get("helpdesk_intake")
        payload = super()._message_parse_extract_payload(
            message, message_dict, save_original=save_original and not intake
        )
        files = []
        if save_original and intake:
            # keep the mail as it was received, not as it was repaired
            files.append(self._Attachment("original_email.eml", intake.source, {}))
        for file in payload["attachments"]:
            opened = self._open_winmail(file)
            if not opened:
                files.append(file._replace(fname=clean_text(file.fname)))
                continue
            html, text, inner = opened
            files += [
                self._Attachment(clean_text(name or "file"), content or b"", {})
                for name, content in inner
            ]
            if html and not payload["body"].strip():
                payload["body"] = html_sanitize(
                    clean_text(html), sanitize_tags=False, strip_classes=True
                )
            elif text and not payload["body"].strip():
                payload["body"] = append_content_to_html(
                    "", clean_text(text), preserve=True
                )
        payload["attachments"] = files
        return payload

    @api.model
    def _open_winmail(self, file):
        """Return the content of Outlook's container ``winmail.dat``, as ``open_tnef``.

        Mail servers rename the container, and some remove its name. So only the content
        decides.

        :return: None for other files
        """
        return open_tnef(file.content) if isinstance(file.content, bytes) else None

    def _message_parse_extract_payload_postprocess(self, message, payload_dict):
        try:
            return super()._message_parse_extract_payload_postprocess(
                message, payload_dict
            )
        except (etree.LxmlError, ValueError):
            # the body contains only comments, or HTML that lxml cannot read
            return payload_dict

    @api.model
    def _detect_is_bounce(self, message, message_dict):
        if message.get_content_type() == "multipart/report" and (
            message.get_param("report-type") == "disposition-notification"
        ):
            # a read receipt: the mail has arrived
            return False
        return super()._detect_is_bounce(message, message_dict)
