"""How files of the desk are sent to a browser: shown only when known, never as a page.

An address at the school's own host is trusted by browsers and people. What a stranger
has sent must not run there.
"""

from odoo import models
from odoo.http import Stream

from ...tools.file_kind import INLINE_MIMETYPES

#: Nothing of the file may load, run, send or open anything.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
#: A sandbox keeps the browsers' own viewers from showing a PDF. They run nothing of it
#: in the page's name.
SANDBOXED_POLICY = f"{CONTENT_SECURITY_POLICY}; sandbox"
PDF_MIMETYPE = "application/pdf"


class DeskStream(Stream):
    """A file of the desk on its way to the browser.

    Its type and its name are those it is kept with: an address may ask for others.
    """

    #: the type and the name the file is kept with
    kept_mimetype = None
    kept_name = None

    def get_response(
        self,
        as_attachment=None,
        immutable=None,
        content_security_policy=None,
        **send_file_kwargs,
    ):
        if self.type == "url":
            return super().get_response(immutable=immutable, **send_file_kwargs)
        # Odoo's route for images marks by this type what is no image
        if self.mimetype != "application/octet-stream":
            self.mimetype = self.kept_mimetype
        if self.kept_name:
            self.download_name = self.kept_name
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
        # sudo: ir.attachment - the caller has checked that the file may be read
        file_sudo = self.sudo()
        if file_sudo.res_model not in self._get_gated_models():
            return stream
        return DeskStream(
            **{
                **vars(stream),
                "kept_mimetype": stream.mimetype,
                # what is kept in a field has no file name
                "kept_name": not file_sudo.res_field and stream.download_name,
            }
        )
