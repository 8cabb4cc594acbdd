"""What a requester adds to his ticket on its page: once, however often it is sent."""

from hashlib import sha1

from odoo import models
from odoo.tools import plaintext2html


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _portal_comment(self, author, text, files, key=None):
        """Post what a requester has written; what was sent before only where it grew.

        The caller has checked that he may read the ticket, and all of the form.

        :param author: the person
        :param str text: plain text, may be empty
        :param files: as werkzeug's storages
        :param key: the form's, if it has one
        """
        self.ensure_one()
        # sudo: mail.message - the caller's own, found by what he has sent
        Message = self.env["mail.message"].sudo()
        body = plaintext2html(text) if text else ""
        values = {}
        if key:
            values["message_id"] = Message._helpdesk_get_comment_id(key)
            sent = Message.search([("message_id", "=", values["message_id"])], limit=1)
            if sent:
                # its answer was lost on the way, and he may have gone on writing
                values = {}
                # as the database keeps it
                body = body if Message.new({"body": body}).body != sent.body else ""
                files = self._leave_out_known(files, sent.attachment_ids)
                if not body and not files:
                    return
        with self._retried_when_doubled():
            self.message_post(
                body=body,
                author_id=author.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                attachments=[(file.filename, file.read()) for file in files],
                **values,
            )
            self.env.flush_all()

    def _leave_out_known(self, files, attachments):
        """Return those files that are not among some attachments, at their start."""
        checksums = set(attachments.mapped("checksum"))
        new = []
        for file in files:
            if sha1(file.read()).hexdigest() not in checksums:
                new.append(file)
            file.seek(0)
        return new
