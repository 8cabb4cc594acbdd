"""The state of one mail while the intake processes it."""

import email
import email.policy
import re
from contextlib import suppress
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import cached_property

from odoo.tools import email_normalize

from .mail_repair import clean_text, decode_text, repair_header
from .mail_source import MAX_HEAD, make_readable, tidy_head

#: Longer Message-IDs do not fit in the index of the database.
MAX_MESSAGE_ID = 500

_HEADER = re.compile(rb"^([\w-]+):[ \t]*(.*(?:\r?\n[ \t]+.*)*)", re.MULTILINE)


class Intake:
    """One mail, and what was decided about it while it was processed.

    :ivar bytes source: the mail as it was received
    :ivar str message_id: a Message-ID that no other mail has
    :ivar bool is_settled: whether the mail is stored on a record
    :ivar str reason: why the mail is stored on no record: a value of the field
        ``reason`` of ``helpdesk.mail.parked``, or None
    :ivar dict is_alias: normalized address to whether it is one of this server, for
        each address that was asked for
    """

    def __init__(self, source):
        self.source = source
        self.headers = read_headers(source)
        message_id = self.headers.get("message-id", "").strip()
        self.has_message_id = 2 < len(message_id) <= MAX_MESSAGE_ID
        self.message_id = message_id if self.has_message_id else None
        self.is_settled = False
        self.reason = None
        self.is_alias = {}

    @cached_property
    def readable(self):
        """The bytes of the mail in a form that Python's parser can split."""
        return make_readable(self.source)

    def get_identity(self):
        """Return a tuple of texts or bytes that identifies the mail.

        It is the same for every server or mailbox from which the mail is received.
        """
        if not self.has_message_id:
            return (self.source,)
        headers = self.headers
        return (self.message_id, headers.get("from", ""), headers.get("date", ""))

    def get_date(self):
        """Return the date in the mail, in UTC; None if it cannot be read."""
        try:
            date = parsedate_to_datetime(self.headers.get("date", ""))
            if date.tzinfo:
                date = date.astimezone(UTC).replace(tzinfo=None)
        except (IndexError, OverflowError, TypeError, ValueError):
            return None
        return date.replace(microsecond=0)


def get_source(message):
    """Return the bytes of a mail.

    :param message: what Odoo's gateway gets: bytes, text or XML-RPC's ``Binary``
    """
    if hasattr(message, "data"):  # xmlrpc.client.Binary
        return bytes(message.data)
    if isinstance(message, str):
        return message.encode("utf-8", "surrogateescape")
    return bytes(message)


def read_headers(source):
    """Return the first value of each header as text; never raises an error."""
    source = tidy_head(source[:MAX_HEAD]).lstrip()
    head = re.split(rb"\r?\n\r?\n", source, maxsplit=1)[0]
    headers = {}
    for name, value in _HEADER.findall(head):
        text = decode_text(re.sub(rb"\r?\n[ \t]+", b" ", value.strip()))
        headers.setdefault(name.decode().lower(), text)
    return headers


def read_header_text(headers, name):
    """Return the readable text of a header, with encoded words decoded."""
    value = headers.get(name, "")
    # Python's parser raises many kinds of errors
    with suppress(Exception):
        value = repair_header(value)
        value = str(email.policy.SMTP.header_fetch_parse(name, value))
    return clean_text(value).strip()


def is_same_sender(first, second):
    """Whether two From headers name the same address."""
    first, second = email_normalize(first or ""), email_normalize(second or "")
    return bool(first) and first == second
