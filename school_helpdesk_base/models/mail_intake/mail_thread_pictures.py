"""Names the pictures in a mail so that Odoo finds their place in the text."""

import mimetypes
import re
from urllib.parse import unquote

from markupsafe import Markup

from odoo import models

#: A picture in the text of a mail that is a part of the same mail.
INLINE_PICTURE = re.compile(r"""(<img\b[^>]*?\bsrc\s*=\s*["'])\s*cid:([^"'>]+)""", re.I)
#: The name of a part (see RFC 2392), without characters that have a meaning in HTML.
PART_NAME = re.compile(r"[\w.@$%+*!?#/=|~^{}-]+")


def _decode_part_name(found):
    """Decode the name of a part where the text refers to it.

    The text may contain the name percent-encoded, but the header of the part does not.

    :param found: a match of ``INLINE_PICTURE``
    """
    name = unquote(found[2]).strip()
    return f"{found[1]}cid:{name}" if PART_NAME.fullmatch(name) else found[0]


class MailThread(models.AbstractModel):
    _name = "mail.thread"
    _inherit = ["mail.thread"]

    def _message_parse_extract_payload(
        self, message, message_dict, save_original=False
    ):
        for part in message.walk():
            if (
                part.get_content_maintype() == "image"
                and part.get("Content-ID")
                and not part.get_filename()
            ):
                # Odoo finds the place of a picture in the text only if it has a name
                kind = mimetypes.guess_extension(part.get_content_type()) or ""
                part.set_param("name", f"picture{kind}")
        return super()._message_parse_extract_payload(
            message, message_dict, save_original=save_original
        )

    def _message_parse_extract_payload_postprocess(self, message, payload_dict):
        body = payload_dict["body"]
        decoded = INLINE_PICTURE.sub(_decode_part_name, body)
        if isinstance(body, Markup):
            # the decoded names contain no character of markup
            decoded = Markup(decoded)
        return super()._message_parse_extract_payload_postprocess(
            message, {**payload_dict, "body": decoded}
        )
