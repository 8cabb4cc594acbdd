"""Opens ``winmail.dat``, the container in which Outlook may send text and files."""

import logging
import struct

from tnefparse import TNEF

from .mail_repair import decode_text

_logger = logging.getLogger(__name__)

SIGNATURE = b"\x78\x9f\x3e\x22"


def open_tnef(content):
    """Return the HTML or text and the files of a container; None if unreadable.

    :param bytes content: the container
    :return: ``(html, text, files)``, files as pairs of name and bytes
    """
    if not content.startswith(SIGNATURE):
        return None
    try:
        tnef = TNEF(content, do_checksum=False)
        files = [
            (one.long_filename() or one.name, one.data) for one in tnef.attachments
        ]
        html, text = _to_text(tnef.htmlbody), _to_text(tnef.body)
        if tnef.has_body() and not (html or text):
            # the text is in Outlook's own format, which only Outlook reads
            files.append(("winmail.dat", content))
        return html, text, files
    except (
        AttributeError,
        IndexError,
        KeyError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
        struct.error,
    ):
        _logger.info("winmail.dat cannot be opened and is kept", exc_info=True)
        return None


def _to_text(value):
    if isinstance(value, (bytes, bytearray)):
        return decode_text(bytes(value).rstrip(b"\0"))
    return value or ""
