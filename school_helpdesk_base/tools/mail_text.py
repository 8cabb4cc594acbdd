"""Splits quoted mails from the text of a mail, and removes access links from it."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import html
from markupsafe import Markup

#: Parameters of a link that give access without signing in.
SECRET_PARAMETERS = (
    "access_token",
    "hash",
    "pid",
    "signature",
    "signup_token",
    "token",
)
_SECRETS = "|".join(SECRET_PARAMETERS)


def split_quote(body):
    """Split a mail into its own text and the older mails that it quotes at its end.

    Odoo marks the quotes when it stores a mail. A quote stays in the text if the sender
    has written something below it, because the answer may belong to the quote.

    :param str body: HTML
    :return: own text and quote as ``Markup``; the quote is empty if there is none, or
        if there is nothing else
    """
    if "data-o-mail-quote" not in (body or ""):
        return Markup(body or ""), Markup()
    root = html.fragment_fromstring(str(body), create_parent="div")
    quotes = []
    for element, is_quoted in _walk(root):
        if is_quoted is None:
            # text after or between quotes: the quotes above it stay
            quotes = []
        elif is_quoted:
            quotes.append(element)
    if not quotes:
        return Markup(body), Markup()
    quote = Markup()
    for element in quotes:
        element.tail, tail = None, element.tail
        quote += Markup(html.tostring(element, encoding="unicode"))
        parent, before = element.getparent(), element.getprevious()
        parent.remove(element)
        if tail and before is not None:
            before.tail = (before.tail or "") + tail
        elif tail:
            parent.text = (parent.text or "") + tail
    if not _has_content(root):
        return Markup(body), Markup()
    return Markup(_inner_html(root)), quote


def _walk(element):
    """Yield pairs of an element and what it is, in the order of the text.

    The second value is ``True`` for an outermost quote, and ``None`` for an element
    with text, or a picture, outside the quotes.
    """
    if (element.text or "").strip():
        yield element, None
    for child in element:
        if isinstance(child.tag, str):
            if child.get("data-o-mail-quote"):
                yield child, True
            elif child.tag in ("img", "video", "audio"):
                yield child, None
            else:
                yield from _walk(child)
        if (child.tail or "").strip():
            yield child, None


def _has_content(root):
    return bool(root.text_content().strip()) or root.find(".//img") is not None


def _inner_html(root):
    parts = [html.tostring(child, encoding="unicode") for child in root]
    return str(Markup.escape(root.text or "")) + "".join(parts)


def hide_access_links(body, hosts, paths=(), secrets=()):
    """Remove what gives access without signing in from the links of our own mails.

    The links still lead to the same page, for people who sign in.

    :param str body: HTML, for example a reply that quotes one of our mails
    :param hosts: the names of our own servers, without port
    :param paths: beginnings of paths that are secret as a whole
    :param secrets: strings that are removed everywhere
    """
    if not body:
        return body
    text = str(body)
    servers = "|".join(re.escape(host) for host in sorted(hosts) if host)
    start = r"""(?<=["'])(?=/[^/"'])"""
    if servers:
        start = rf"(?:https?://(?:{servers})(?::\d+)?(?=[/?]))|{start}"
    text = re.sub(
        rf"""(?:{start})[^\s"'<>]*""", lambda m: _hide_link(m.group(), paths), text
    )
    if servers:
        # some mail servers put the whole link, encoded, into a link of their own
        text = re.sub(
            rf"""(?:{servers})(?:%3A\d+)?%2F[^\s"'<>&]*""",
            lambda match: _hide_packed_link(match.group(), paths),
            text,
            flags=re.IGNORECASE,
        )
    for secret in filter(None, secrets):
        text = text.replace(secret, "")
    return Markup(text) if isinstance(body, Markup) else text


def _hide_link(link, paths):
    parts = urlsplit(link.replace("&amp;", "&"))
    if any(parts.path.startswith(path) for path in paths):
        return urlunsplit((parts.scheme, parts.netloc, "/my", "", ""))
    query = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in query if name not in SECRET_PARAMETERS]
    if kept == query:
        return link
    return urlunsplit(parts._replace(query=urlencode(kept))).replace("&", "&amp;")


def _hide_packed_link(link, paths):
    for path in paths:
        packed = re.escape(path.replace("/", "%2F"))
        link = re.sub(rf"{packed}.*", "%2Fmy", link, flags=re.IGNORECASE)
    return re.sub(
        rf"(%3F|%26)(?:{_SECRETS})%3D(?:(?!%26|%23).)*",
        r"\1",
        link,
        flags=re.IGNORECASE,
    )
