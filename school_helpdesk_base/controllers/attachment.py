"""Checks files uploaded to a ticket's chatter in the same way as files of a form."""

import io

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest, NotFound

from odoo import http
from odoo.exceptions import ValidationError
from odoo.http import request

from odoo.addons.mail.controllers.attachment import AttachmentController

from ..models.ir_attachment.serving import SANDBOXED_POLICY
from .main import parse_id


class SchoolHelpdeskAttachmentController(AttachmentController):
    @http.route()
    def mail_attachment_upload(
        self, ufile=None, thread_id=None, thread_model=None, **kwargs
    ):
        if not isinstance(ufile, FileStorage):
            raise BadRequest()
        thread_id = parse_id(thread_id)
        if thread_model not in request.env or not thread_id:
            raise NotFound()
        Attachment = request.env["ir.attachment"]
        if thread_model in Attachment._get_gated_models():
            # the record checks the file only when the message is sent; check it now, so
            # that the user sees errors directly after the upload
            try:
                file = Attachment._receive_file(ufile.filename, ufile.read())
            except ValidationError as error:
                return request.make_json_response({"error": error.args[0]})
            ufile.filename, ufile.stream = file.name, io.BytesIO(file.content)
        return super().mail_attachment_upload(ufile, thread_id, thread_model, **kwargs)

    # DeskStream sets no headers on these two responses, so they are set here.

    def _make_zip(self, name, attachments):
        return self._with_policy(super()._make_zip(name, attachments))

    def _get_pdf_first_page_response(self, attachment):
        return self._with_policy(super()._get_pdf_first_page_response(attachment))

    def _with_policy(self, response):
        response.headers["Content-Security-Policy"] = SANDBOXED_POLICY
        return response
