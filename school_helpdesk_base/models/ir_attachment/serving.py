"""How files of the desk are sent to the browser.

The browser shows only files of known types, and never shows a file as a web page. A
script in a file from a stranger must not run at the school's own address, which
browsers and people trust.
"""

from odoo import models
from odoo.http import Stream

from ...tools.file_kind import INLINE_MIMETYPES

#: A file may not load, run, send or open anything.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
#: For all files but PDF: a sandbox would stop the browser's own PDF viewer, which does
#: not run scripts of a PDF with the rights of the page.
SANDBOXED_POLICY = f"{CONTENT_SECURITY_POLICY}; sandbox"
PDF_MIMETYPE = "application/pdf"


class DeskStream(Stream):
    """Sends a file of the desk with its stored type and name.

    Parameters in the URL cannot change them.
    """

    #: the type and the name that are stored on the attachment
    stored_mimetype = None
    stored_name = None

    def get_response(
        self,
        as_attachment=None,
        immutable=None,
        content_security_policy=None,
        **send_file_kwargs,
    ):
        if self.type == "url":
            return super().get_response(immutable=immutable, **send_file_kwargs)
        # Odoo's route for images uses this type for files that are no images
        if self.mimetype != "application/octet-stream":
            self.mimetype = self.stored_mimetype
        if self.stored_name:
            self.download_name = self.stored_name
        is_pdf = self.mimetype == PDF_MIMETYPE
        return super().get_response(
            as_attachment=as_attachment or self.mimetype not in INLINE_MIMETYPES,
            immutable=immutable,
            content_security_policy=(
                CONTENT_SECURITY_POLICY if is_pdf else SANDBOXED_POLICY
            ),
            **send_file_kwargs,
        )


class IrAttachment(models.Model):
    _name = "ir.attachment"
    _inherit = ["ir.attachment"]

    def _to_http_stream(self):
        stream = super()._to_http_stream()
        # sudo: ir.attachment - the caller has checked read access to the file
        file_sudo = self.sudo()
        if file_sudo.res_model not in self._get_gated_models():
            return stream
        return DeskStream(
            **{
                **vars(stream),
                "stored_mimetype": stream.mimetype,
                # the content of a binary field has no file name
                "stored_name": not file_sudo.res_field and stream.download_name,
            }
        )
