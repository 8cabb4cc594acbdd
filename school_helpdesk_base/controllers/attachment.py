"""Files put into the thread of a ticket: the same rules as in the form."""

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest, NotFound

from odoo import http
from odoo.http import request

from odoo.addons.mail.controllers.attachment import AttachmentController

from .main import get_upload_errors, parse_id


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
        if thread_model == "helpdesk.ticket" and not request.env.user._is_internal():
            if errors := get_upload_errors([ufile]):
                return request.make_json_response({"error": errors[0]})
        return super().mail_attachment_upload(ufile, thread_id, thread_model, **kwargs)
