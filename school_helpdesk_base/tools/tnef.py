"""Opens ``winmail.dat``, the container in which Outlook may send text and files."""

import base64
import json
import logging
import subprocess
import sys
from pathlib import Path

from .mail_repair import decode_text

_logger = logging.getLogger(__name__)

SIGNATURE = b"\x78\x9f\x3e\x22"
READER = Path(__file__).with_name("tnef_reader.py")
#: How long a container may be read; most take less than a second.
MAX_SECONDS = 30


def open_tnef(content):
    """Return the HTML or text and the files of a container; None if unreadable.

    :param bytes content: the container
    :return: ``(html, text, files)``, files as pairs of name and bytes
    """
    if not content.startswith(SIGNATURE):
        return None
    try:
        answer = subprocess.run(
            [sys.executable, str(READER)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=MAX_SECONDS,
            check=True,
        ).stdout
        found = json.loads(answer)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        _logger.info("winmail.dat cannot be opened and is kept: %s", error)
        return None
    files = [(name, base64.b64decode(data)) for name, data in found["files"]]
    html, text = _to_text(found["html"]), _to_text(found["text"])
    if found["has_body"] and not (html or text):
        # the text is in Outlook's own format, which only Outlook reads
        files.append(("winmail.dat", content))
    return html, text, files


def _to_text(packed):
    return decode_text(base64.b64decode(packed).rstrip(b"\0"))
