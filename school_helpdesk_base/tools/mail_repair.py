"""Repairs a received mail, so that Odoo's parser can read it.

Odoo's parser raises an error for an unknown character set or a broken part, and it
replaces characters that it cannot decode. ``repair_mail`` changes only the parts and
headers that have such a fault.
"""

import base64
import re
from contextlib import suppress
from email.errors import HeaderParseError
from email.header import decode_header
from html import unescape
from urllib.parse import unquote_to_bytes

import chardet

#: The character set to use instead of a declared one. Python does not know some of
#: these names. Other sets are too small: mails use characters of a larger set with
#: them.
CHARSET_ALIASES = {
    "x-windows-874": "cp874",
    "windows-874": "cp874",
    "ms874": "cp874",
    "x-ibm874": "cp874",
    "cp-874": "cp874",
    "tis-620": "cp874",
    "tis620": "cp874",
    "tis620.2533": "cp874",
    "iso-8859-11": "cp874",
    "iso8859-11": "cp874",
    "thai": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "ks_c_5601-1987": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "_iso-2022-jp$esc": "iso-2022-jp",
    "utf8mb4": "utf-8",
    "utf-8mb4": "utf-8",
    "cp-850": "cp850",
}
#: Names that programs write when they do not know the character set.
UNDECLARED = ("", "us-ascii", "ascii", "unknown-8bit", "x-unknown", "default", "8bit")
#: The encodings of a part. Python reads only these, in exactly this form.
TRANSFER_ENCODINGS = ("7bit", "8bit", "binary", "base64", "quoted-printable")
#: For these names, Odoo and Python decode the text as ASCII.
DEFAULT = ("us-ascii", "ascii")
#: Names that are often wrong: programs write them for any text.
DOUBTFUL = ("iso-8859-1", "latin1", "windows-1252", "cp1252")
#: A longer text is kept as a file: sanitizing it as HTML would take minutes.
MAX_TEXT = 1_000_000
#: How deep the tags of a text in HTML may be in each other.
MAX_DEPTH = 200
#: How much of a longer text is read.
EXCERPT = 50_000
ADDRESS_HEADERS = frozenset(
    ("cc", "delivered-to", "from", "reply-to", "resent-cc", "resent-to", "sender", "to")
)
#: The headers that Odoo and the desk read.
READ_HEADERS = frozenset(
    (
        "cc",
        "content-disposition",
        "content-id",
        "content-transfer-encoding",
        "content-type",
        "date",
        "delivered-to",
        "from",
        "in-reply-to",
        "message-id",
        "references",
        "reply-to",
        "resent-cc",
        "resent-to",
        "return-path",
        "sender",
        "subject",
        "to",
    )
)

_SECOND_DOCUMENT = re.compile(r"</html\s*>\s*[^\s]", re.IGNORECASE)
_DOCUMENT = re.compile(r"</?(?:html|body)\b[^>]*>|<!doctype\b[^>]*>", re.IGNORECASE)
_TAGS = re.compile(r"<(style|script|head)\b.*?</\1\s*>|<(?!img\b)[^>]*>", re.I | re.S)
_ADDRESS = re.compile(r"(?<![^\s<>,;:\"()])[^\s<>,;:\"()@]+@[^\s<>,;:\"()@]+")
_PLAIN_NAME = re.compile(r";\s*filename\s*=\s*(?:\"[^\"]*\"|[^;\s]*)", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:]*)[^<>]*>")
_HIDDEN = re.compile(r"<(/?)(?:style|script|head)\b[^<>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_LINE_END = re.compile(
    r"<(?:br|/p|/div|/tr|/li|/h\d|/blockquote)\b[^<>]*>", re.IGNORECASE
)
#: Tags that have no end, or often none.
_OPEN_TAGS = frozenset(
    "area base br col dd dt embed hr img input li link meta option p param source track"
    " wbr".split()
)
_WRITTEN_PICTURE = re.compile(
    rb"data:image/([a-z0-9.+-]+);base64,([A-Za-z0-9+/=%\s]{1000,})", re.IGNORECASE
)
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}[ \t]*[\r\n]*")
_WORDS = re.compile(rb"[A-Za-z,.] [A-Za-z]|[\x80-\xff]")
_ENCODED_WORDS = re.compile(
    r"=\?[^?\s]+\?[bBqQ]\?[^?]*\?=(?:\s+=\?[^?\s]+\?[bBqQ]\?[^?]*\?=)*"
)
_CHARSET = re.compile(r"=\?([^?*\s]+)")
_BASE64_WORD = re.compile(r"(=\?[^?\s]+\?[bB]\?)([^?]*)(?=\?=)")
# Thai in TIS-620: a vowel or tone mark above or below always follows a consonant or
# another mark
_THAI_WORDS = re.compile(rb"[\x80-\xff]+")
_LATIN_AFTER_WORD = re.compile(rb"[\x80-\xff](?=[\x40-\x7e])")
_THAI_MARKS = frozenset((0xD1, *range(0xD4, 0xDB), *range(0xE7, 0xEF)))
_THAI_CONSONANTS = frozenset(range(0xA1, 0xCF))
# digits and signs: rare in Thai, but frequent if the bytes are Chinese
_THAI_SIGNS = frozenset((0xEF, *range(0xF0, 0xFC)))


def repair_mail(message):
    """Repair the headers and parts of a parsed mail, in place.

    :param EmailMessage message: the mail
    """
    is_report = _is_report(message)
    _repair_part(message, is_report, depth=0)
    if not is_report:
        _repair_alternatives(message)


def set_header(message, name, value):
    """Give a mail one header of this name, or none if Python cannot read the value."""
    del message[name]
    if pair := _repair_pair(message, (name, value)):
        message.set_raw(*pair)


def clean_text(text):
    """Return a text without the characters that a database cannot store."""
    text = text.replace("\0", "")
    return text.encode("utf-8", "replace").decode("utf-8")


def decode_text(content, charset=None):
    """Return bytes of a mail as text; never raises an error.

    :param bytes content: the text in an unknown or a declared character set
    :param str charset: the declared character set, if any
    """
    declared = (charset or "").strip().strip("'\"").lower()
    if declared not in UNDECLARED and declared not in DOUBTFUL:
        text = _try_decode(content, declared)
        if text is not None:
            return clean_text(text)
    text = _try_decode(content, "utf-8")
    if text is None and b"\n" in content and _is_mostly_utf8(content):
        # a mail server has added a line in another character set
        return "\n".join(decode_text(line, charset) for line in content.split(b"\n"))
    if text is None and is_thai(content):
        text = _try_decode(content, "cp874")
    if text is None and declared in DOUBTFUL:
        text = content.decode("cp1252", "replace")
    if text is None:
        guess = chardet.detect(content[:EXCERPT])
        if (guess["confidence"] or 0) >= 0.6:
            text = _try_decode(content, guess["encoding"] or "")
    if text is None:
        text = content.decode("cp1252", "replace")
    return clean_text(text)


def _is_mostly_utf8(content):
    lines = [line for line in content.split(b"\n") if not line.isascii()]
    good = [line for line in lines if _try_decode(line, "utf-8") is not None]
    return sum(map(len, good)) * 2 > sum(map(len, lines))


def is_thai(content):
    """Whether bytes are Thai in TIS-620 or Windows-874, by the order of the letters.

    The rule is strict, so that no text of another language becomes Thai.
    """
    content = content[:EXCERPT]
    words = _THAI_WORDS.findall(content)
    total = sum(map(len, words))
    if not total or _try_decode(b"".join(words), "cp874") is None:
        return False
    consonants = sum(byte in _THAI_CONSONANTS for word in words for byte in word)
    misplaced = sum(
        byte in _THAI_MARKS and previous not in _THAI_CONSONANTS | _THAI_MARKS
        for word in words
        for previous, byte in zip(b"\0" + word, word, strict=False)
    )
    signs = sum(byte in _THAI_SIGNS for word in words for byte in word)
    return (
        max(map(len, words)) >= 3
        and consonants >= total * 0.5
        and misplaced <= total * 0.02
        and signs <= total * 0.05
        # half of a Chinese character can be a Latin letter
        and (
            total >= len(words) * 6
            or len(_LATIN_AFTER_WORD.findall(content)) <= len(words) * 0.25
        )
    )


def _try_decode(content, charset):
    name = CHARSET_ALIASES.get(charset, charset)
    try:
        return content.decode(name)
    except (LookupError, UnicodeError, ValueError):
        return None


def _is_known(charset):
    if charset in CHARSET_ALIASES or charset in UNDECLARED:
        return False
    try:
        b"".decode(charset)
    except (LookupError, ValueError):
        return False
    return True


# ----------------------------------------------------------------------
# Headers
# ----------------------------------------------------------------------


def repair_header(value):
    """Return the raw value of a header in a form that Python decodes correctly."""
    if not value.isascii():
        value = decode_text(value.encode("utf-8", "surrogateescape"))
    if "=?" in value:
        value = _ENCODED_WORDS.sub(_repair_encoded_words, value)
    return value.replace("\0", "")


def _repair_encoded_words(match):
    encoded_words = match.group()
    charsets = _CHARSET.findall(encoded_words)
    text = _decode_words(encoded_words)
    line = " ".join(text.splitlines())
    if text == line and all(_is_known(charset.lower()) for charset in charsets):
        return encoded_words
    encoded = base64.b64encode(line.encode()).decode()
    return f"=?utf-8?b?{encoded}?="


def _decode_words(text):
    """Return a text with its encoded words decoded; never raises an error."""
    try:
        parts = decode_header(_BASE64_WORD.sub(_drop_half_letter, text))
    except (HeaderParseError, ValueError):
        return text
    return "".join(
        part if isinstance(part, str) else decode_text(part, charset)
        for part, charset in parts
    )


def _drop_half_letter(match):
    """Repair base64 that was cut within a letter, which Python refuses to decode."""
    content = match[2].rstrip("=")
    return match[1] + (content[:-1] if len(content) % 4 == 1 else match[2])


def _repair_headers(part):
    before = list(part.raw_items())
    after = [pair for pair in map(_repair_pair, [part] * len(before), before) if pair]
    if after == before:
        return
    for name in {name for name, _value in before}:
        del part[name]
    for name, value in after:
        part.set_raw(name, value)


def _repair_pair(part, pair):
    """Return a header that Python can parse; None if it cannot be repaired.

    :param pair: name and raw value of the header
    :return: such a pair
    """
    name, value = pair[0], repair_header(str(pair[1]))
    if name.lower() not in READ_HEADERS:
        return name, value
    if name.lower() == "content-transfer-encoding":
        encoding = value.partition(";")[0].strip().strip("'\"").lower()
        if encoding in TRANSFER_ENCODINGS:
            return name, value if value.lower() == encoding else encoding
    if name.lower() == "content-disposition" and "filename*" in value:
        # the other name is for programs that cannot read this one
        value = _PLAIN_NAME.sub("", value)
    candidates = [value, re.sub(r"[^\x20-\x7e]|[()\\]", " ", value)]
    if name.lower() in ADDRESS_HEADERS:
        candidates.append(", ".join(_ADDRESS.findall(value)))
    for candidate in candidates:
        try:
            str(part.policy.header_fetch_parse(name, candidate))
        except Exception:  # noqa: BLE001 - Python's parser raises many kinds
            continue
        return name, candidate
    return None


def _is_report(message):
    senders = [value for name, value in message.raw_items() if name.lower() == "from"]
    sender = "".join(map(str, senders)).lower()
    return (
        message.get_content_type() == "multipart/report"
        or "mailer-daemon" in sender
        or "postmaster@" in sender
    )


# ----------------------------------------------------------------------
# Parts
# ----------------------------------------------------------------------


def _repair_part(part, is_report, depth):
    _repair_headers(part)
    kind = part.get_content_maintype()
    if part.is_multipart():
        if kind == "message" and not is_report and depth:
            _keep_as_mail(part)
        elif kind in ("message", "multipart"):
            for child in part.get_payload():
                _repair_part(child, is_report, depth + 1)
        else:
            _keep_as_file(part, _to_bytes(part))
    elif kind == "multipart":
        # a container without parts: read its content as text
        _set_text(part, "plain", decode_text(part.get_payload(decode=True) or b""))
    elif kind == "text":
        _repair_text(part)
    else:
        try:
            part.get_content()
        except Exception:  # noqa: BLE001 - Python's parser raises many kinds
            _keep_as_file(part, _to_bytes(part))


def _repair_text(part):
    _repair_base64(part)
    content = part.get_payload(decode=True) or b""
    declared = part.get_param("charset")
    charset = str(declared or "").strip().lower()
    # an empty name is an unknown one for Python
    is_default = declared is None or charset in DEFAULT
    is_file = bool(part.get_filename()) or (part.get_content_disposition() or "") == (
        "attachment"
    )
    is_clean = b"\0" not in content and (
        content.isascii()
        if charset in UNDECLARED or charset in DOUBTFUL
        else _is_known(charset) and _try_decode(content, charset) is not None
    )
    if is_file:
        if not is_clean or not (is_default or _is_known(charset)):
            # the bytes of a file must not change
            _keep_as_file(part, content)
        return
    subtype = part.get_content_subtype()
    if subtype == "calendar":
        _keep_as_file(part, content)
        return
    if len(content) > MAX_TEXT and subtype == "html":
        content = _take_pictures_out(part, content)
        if part.is_multipart():
            part = part.get_payload(0)
            is_clean = False
    if len(content) > MAX_TEXT:
        _shorten_text(part, content, charset)
        return
    is_known = is_clean and (is_default or _is_known(charset))
    text = decode_text(content, charset)
    if subtype == "html" and _SECOND_DOCUMENT.search(text):
        # a mail server has added its own document, and Odoo would read only one
        is_known, text = False, _DOCUMENT.sub("", text)
    if subtype == "html" and _get_depth(text) > MAX_DEPTH:
        # the parser of HTML drops what is deeper
        is_known, subtype, text = False, "plain", _to_plain(text)
    if subtype == "plain" and _read_param(part, "format") == "flowed":
        is_known, text = False, _unflow(text, _read_param(part, "delsp") == "yes")
    if not is_known:
        _set_text(part, subtype, text)


def _read_param(part, name):
    return str(part.get_param(name) or "").strip().lower()


def _repair_base64(part):
    """Read a text that is not, or not only, in base64 although its header says so.

    Mailing lists and mail servers add lines below a text without encoding them.
    """
    encoding = str(part.get("Content-Transfer-Encoding") or "").strip().lower()
    if encoding != "base64":
        return
    source = part.get_payload() or ""
    lines = source.encode("utf-8", "surrogateescape").splitlines(keepends=True)
    count = next(
        (n for n, line in enumerate(lines) if not _BASE64.fullmatch(line)), len(lines)
    )
    rest = b"".join(lines[count:])
    if not _WORDS.search(rest):
        # all is in base64; if it is damaged, most of it can be read
        return
    with suppress(ValueError):
        head = base64.b64decode(b"".join(lines[:count]) + b"==")
        gap = b"\n" if head and rest else b""
        _set_content(part, part["Content-Type"] or "text/plain", head + gap + rest)


def _take_pictures_out(part, content):
    """Turn pictures that are written into a long text into parts of the mail.

    :return: the text without them
    """
    kind = part["Content-Type"]
    pictures = []

    def take(match):
        try:
            picture = base64.b64decode(unquote_to_bytes(match[2]))
        except ValueError:
            return b"data:,"
        name = f"picture{len(pictures) + 1}.{match[1].decode().partition('+')[0]}"
        pictures.append((name, f"image/{match[1].decode()}", picture))
        return f"cid:{name}@written-in".encode()

    content = _WRITTEN_PICTURE.sub(take, content)
    if not pictures:
        return content
    part.make_mixed()
    text = part.get_payload(0)
    _set_content(text, kind, content)
    for name, content_type, picture in pictures:
        child = type(part)(policy=part.policy)
        _set_content(child, content_type, picture)
        child.add_header("Content-Disposition", "inline", filename=name)
        child["Content-ID"] = f"<{name}@written-in>"
        part.attach(child)
    return content


def _get_depth(text):
    """Return how deep the tags of HTML are in each other, about."""
    depth = deepest = 0
    for closing, name in _TAG.findall(text):
        if name.lower() in _OPEN_TAGS:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _to_plain(text):
    """Return HTML as plain text, without a parser."""
    first, *others = _HIDDEN.split(text)
    # a slash and the text behind it, or nothing and a text that is not shown
    shown = [
        piece for mark, piece in zip(others[::2], others[1::2], strict=True) if mark
    ]
    text = _LINE_END.sub("\n", "".join([first, *shown]))
    return re.sub(r"\n\s*\n+", "\n\n", unescape(_ANY_TAG.sub(" ", text))).strip()


def _unflow(text, is_blank_deleted):
    """Join the lines of a text that a mail program has broken (see RFC 3676)."""
    lines, is_open, depth = [], False, 0
    for line in text.splitlines():
        before, depth = depth, len(line) - len(line.lstrip(">"))
        line = line[depth:].removeprefix(" ")
        if not is_open or depth != before or line == "-- ":
            lines.append([">" * depth + " "] if depth else [])
        is_open = line.endswith(" ") and line != "-- "
        lines[-1].append(line[:-1] if is_open and is_blank_deleted else line)
    return "\n".join(map("".join, lines))


def _repair_alternatives(message):
    """Make each text of a mail one that Odoo reads.

    Odoo expects one text in two versions, and takes the HTML, even if it is empty. It
    loses further texts before or after them. In a mail with more than that, only the
    best version of each text remains.
    """
    groups = [
        part
        for part in message.walk()
        if part.get_content_type() == "multipart/alternative" and part.is_multipart()
    ]
    texts = _get_texts(message)
    if not groups or (
        len(groups) == 1
        and len(texts) == len(_get_texts(groups[0]))
        and len({one.get_content_type() for one in texts}) == len(texts)
        and all(map(_has_words, filter(_is_html, texts)))
    ):
        return
    for group in reversed(groups):
        _keep_best_version(group)


def _keep_best_version(group):
    """Remove the versions of a text that are not shown; files remain."""
    versions = group.get_payload()
    good = [part for part in versions if any(map(_has_words, _get_texts(part)))]
    best = next((part for part in good if any(map(_is_html, _get_texts(part)))), None)
    best = best or next(iter(good), None)
    group.set_payload(
        [part for part in versions if part is best or not _get_texts(part)]
    )
    group.set_type("multipart/mixed")


def _get_texts(message):
    """Return the parts of a mail that are its text."""
    return [
        part
        for part in message.walk()
        if part.get_content_type() in ("text/plain", "text/html")
        and not part.get_filename()
        and part.get_content_disposition() != "attachment"
    ]


def _is_html(part):
    return part.get_content_type() == "text/html"


def _has_words(part):
    text = decode_text(
        part.get_payload(decode=True) or b"", str(part.get_param("charset") or "")
    )
    if _is_html(part):
        text = _TAGS.sub("", text)
    return bool(text.replace("&nbsp;", "").strip())


def _shorten_text(part, content, charset):
    subtype = part.get_content_subtype()
    excerpt = decode_text(content[:EXCERPT], charset)
    if subtype == "html":
        excerpt = _to_plain(excerpt)
    name = "message.txt" if subtype == "plain" else f"message.{subtype}"
    part.make_mixed()
    for child in part.get_payload():
        _keep_as_file(child, content, name)
    text = type(part)(policy=part.policy)
    _set_text(text, "plain", f"{excerpt}…")
    part.get_payload().insert(0, text)


def _set_text(part, subtype, text):
    _set_content(part, f'text/{subtype}; charset="utf-8"', clean_text(text).encode())


def _keep_as_file(part, content, name=None):
    """Turn a part of a mail into an attached file with these bytes."""
    name = name or part.get_filename() or _get_default_name(part)
    del part["Content-Disposition"]
    _set_content(part, "application/octet-stream", content)
    part.add_header("Content-Disposition", "attachment", filename=clean_text(name))


def _keep_as_mail(part):
    """Turn an attached mail into a file, so that its text is not part of this mail."""
    inner = part.get_payload(0)
    subject = repair_header(str(dict(inner.raw_items()).get("Subject") or ""))
    name = part.get_filename()
    if not name:
        title = re.sub(r"[^\w\s.\u0e00-\u0e7f-]+", " ", _decode_words(subject)).strip()
        name = f"{title[:80] or 'mail'}.eml"
    try:
        content = inner.as_bytes()
    except Exception:  # noqa: BLE001 - Python's generator raises many kinds
        content = _to_bytes(inner)
    _keep_as_file(part, content, name)


def _get_default_name(part):
    kind = part.get_content_type()
    return {"text/calendar": "invite.ics", "text/html": "part.html"}.get(
        kind, "part.txt" if kind.startswith("text/") else "part.bin"
    )


def _set_content(part, content_type, content):
    del part["Content-Type"]
    del part["Content-Transfer-Encoding"]
    part["Content-Type"] = content_type
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.encodebytes(content).decode("ascii"))


def _to_bytes(part):
    try:
        content = part.get_payload(decode=True)
        return content if content is not None else part.as_bytes()
    except Exception:  # noqa: BLE001 - Python's generator raises many kinds
        return "\n".join(f"{name}: {value}" for name, value in part.raw_items()).encode(
            "utf-8", "replace"
        )
