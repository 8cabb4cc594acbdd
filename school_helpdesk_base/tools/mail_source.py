"""Makes the bytes of a received mail readable before Python's parser splits them.

Python ends the headers of a mail at the first line that is none, and raises an error
for some headers. Both would lose the address of the desk, and with it the mail. The
mail is stored as it was received; only what is parsed is changed.
"""

import email
import email.policy
import re

#: Where headers are expected: a longer head is no head.
MAX_HEAD = 200_000

_MARKS = re.compile(rb"\A(?:\xef\xbb\xbf|[\r\n]+|>?From [^\r\n]*\r?\n)+")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LINE = re.compile(rb"[^\n]*\n|[^\n]+\Z")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
#: Headers by which a line is recognized that is not part of the text.
_KNOWN_HEADER = re.compile(
    rb"(?:to|cc|from|subject|date|message-id|references|in-reply-to|reply-to|received"
    rb"|return-path|delivered-to|mime-version|content-[a-z-]+)[ \t]*:",
    re.IGNORECASE,
)
_MIME_HEADER = re.compile(
    rb"^(Content-(?:Type|Disposition|Transfer-Encoding|ID)):"
    rb"([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)",
    re.IGNORECASE | re.MULTILINE,
)
#: A boundary or a name of a file without quotes.
_UNQUOTED = re.compile(
    rb"\b(boundary|filename|name)=([^\s\";][^\";\r\n]{0,300})(?=;|\r?\n|\Z)",
    re.IGNORECASE,
)
_NEEDS_QUOTES = re.compile(rb"[()<>@,:\\/\[\]?= ]")
#: The parts of a report in RFC 6533 have the same content as those in RFC 3464.
_GLOBAL_PART = re.compile(
    rb"^(Content-Type:[ \t]*)message/global(?:-(delivery-status|headers))?(?=[;\s])",
    re.IGNORECASE | re.MULTILINE,
)
_PLAIN_PARTS = {
    b"delivery-status": b"message/delivery-status",
    b"headers": b"text/rfc822-headers",
    b"": b"message/rfc822",
}


def make_readable(source):
    """Return the bytes of a mail in a form that Python's parser can split.

    :param bytes source: the mail as it was received
    """
    source = tidy_head(source)
    if b"multipart/report" in source[:MAX_HEAD].lower():
        source = _GLOBAL_PART.sub(_to_plain_part, source)
    source = _MIME_HEADER.sub(_quote_parameters, source)
    # a mail can be large, and hardly any has such a header
    if not all(map(_is_readable_header, _MIME_HEADER.finditer(source))):
        try:
            email.message_from_bytes(source, policy=email.policy.SMTP)
        except Exception:  # noqa: BLE001 - Python's parser raises many kinds
            source = _MIME_HEADER.sub(_repair_mime_header, source)
    return source


def tidy_head(source):
    """Return the bytes of a mail, or its beginning, with only headers in its head."""
    if b"\r\r\n" in source[:MAX_HEAD]:
        # the ends of the lines were converted twice
        source = re.sub(rb"\r{2,}\n", b"\r\n", source)
    source = _MARKS.sub(b"", source)
    if b"\n" not in source[:MAX_HEAD]:
        source = _MARKS.sub(b"", source.replace(b"\r", b"\n"))
    head, rest = _split_head(source)
    return _repair_head(head) + rest


def _split_head(source):
    end = _HEAD_END.search(source, 0, MAX_HEAD)
    place = end.start() if end else len(source)
    return source[:place], source[place:]


def _repair_head(head):
    """Return the headers of a mail without lines that are none.

    Only lines before a header that each mail has are repaired: below the last one, a
    program may have forgotten the empty line above the text.
    """
    lines = _LINE.findall(head)
    if not lines or not _HEADER.match(lines[0]):
        return head
    known = [number for number, line in enumerate(lines) if _KNOWN_HEADER.match(line)]
    last = max(known, default=0)
    for number, line in enumerate(lines):
        if not number or line[:1] in b" \t\r\n" or _HEADER.match(line):
            continue
        before = lines[number - 1].rstrip()
        if before.endswith(b";"):
            # a parameter that was not folded correctly
            lines[number] = b" " + line
        elif number < last:
            lines[number] = b"X-Unreadable: " + line
    return b"".join(lines)


def _quote_parameters(match):
    end = match.string[match.end() : match.end() + 2]
    if end[:1] == b"\r" and end != b"\r\n":
        # Python reads on, so the value is not complete
        return match[0]
    return _UNQUOTED.sub(_quote_parameter, match[0])


def _quote_parameter(match):
    name, value = match[1], match[2].rstrip()
    if not _NEEDS_QUOTES.search(value):
        return match[0]
    return name + b'="' + value + b'"'


def _to_plain_part(match):
    return match[1] + _PLAIN_PARTS[(match[2] or b"").lower()]


def _is_readable_header(match):
    try:
        email.policy.SMTP.header_fetch_parse(
            match[1].decode(), match[2].decode("latin-1").strip()
        )
    except Exception:  # noqa: BLE001 - Python's parser raises many kinds
        return False
    return True


def _repair_mime_header(match):
    """Return a header of a part in a form that Python can read."""
    if _is_readable_header(match):
        return match[0]
    value = re.sub(rb"[^\x20-\x7e]|[*()\\]", b" ", match[2])
    repaired = _MIME_HEADER.match(match[1] + b":" + value)
    return (
        repaired[0] if _is_readable_header(repaired) else b"X-Unreadable: " + match[1]
    )
