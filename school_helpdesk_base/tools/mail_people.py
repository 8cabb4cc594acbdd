"""Finds the addresses in a mail whose headers do not say who has written to whom."""

import re

from odoo.tools import email_normalize, formataddr
from odoo.tools.mail import email_split_and_format

#: An address as people have it, without a quoted part.
ADDRESS = re.compile(
    r"(?<![\w.!#$%&*+/=?^`{|}~-])[\w.!#$%&*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+"
)
#: Headers that name the sender if From does not, the best one first.
SENDERS = ("From", "Sender", "Reply-To")
#: Headers in which programs name the person for whom they write.
PERSONS = ("X-Original-From", "X-Original-Sender", "Reply-To")
#: Headers in which mail servers name the address to which they have delivered a mail.
DELIVERED = (
    "To",
    "Cc",
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "X-Delivered-To",
    "X-Forwarded-To",
)
_RECEIVED_FOR = re.compile(r"\bfor\s+<?([^\s<>;]+@[^\s<>;]+)", re.IGNORECASE)
_TAG = re.compile(r"(?<=.)\+[^@]*@")
_NO_REPLY = re.compile(r"(?:no|do-?not|never)[-_.]?reply\b", re.IGNORECASE)


def get_sender(message, email_from):
    """Return From with an address that can be answered, if the mail has one.

    :param EmailMessage message: the mail
    :param str email_from: the sender as Odoo has read it
    """
    address = email_normalize(email_from or "") or ""
    if address and '"' not in address:
        return email_from
    for header in SENDERS:
        text = _read(message, header)
        if found := ADDRESS.search(text):
            name = text[: found.start()] if header == "From" else ""
            name = re.sub(r'[<>"\s]+', " ", name.rpartition(",")[0] or name).strip()
            return formataddr((name, found.group()))
    return email_from


def is_no_reply(address):
    """Whether nobody reads what is sent to an address, by its name."""
    return bool(_NO_REPLY.match(address))


def remove_tag(address):
    """Return an address without its tag: ``desk+room.12@x.example`` is ``desk@...``.

    Mail servers deliver both to the same mailbox.
    """
    return _TAG.sub("@", address)


def get_persons(message):
    """Return the people for whom a program says it has written, the best one first."""
    return [
        person
        for header in PERSONS
        for person in email_split_and_format(_read(message, header))
        if email_normalize(person)
    ]


def get_delivered_addresses(message):
    """Return all addresses to which a mail was delivered, or seems to be."""
    texts = [_read(message, header) for header in DELIVERED]
    found = [address for text in texts for address in ADDRESS.findall(text)]
    found += _RECEIVED_FOR.findall(_read(message, "Received"))
    return list(dict.fromkeys(address.strip("'").lower() for address in found))


def _read(message, header):
    """Return the text of a header, without Python's guesses about the addresses."""
    return ", ".join(
        str(message.policy.header_fetch_parse("X-Text", value))
        for name, value in message.raw_items()
        if name.lower() == header.lower() and value
    )
