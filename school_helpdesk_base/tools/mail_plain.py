"""The plain-text part of our mails, made from their HTML.

Odoo's own way shows the hidden text, joins the cells of tables, and puts all addresses
of links at the end.
"""

import re

from lxml import html

#: Elements that begin and end a line, and those with an empty line around them.
LINES = {"div", "tr", "li", "table", "ul", "ol", "td", "th", "body", "hr"}
PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table"}
HIDDEN = {"head", "style", "script", "title"}
#: Where a line and a paragraph begin or end, while the text is put together.
LINE, PARAGRAPH = "\x01", "\x02"


def make_plain_text(body):
    """Return the text of a mail.

    :param str body: a whole HTML page
    """
    return _settle(_render(html.document_fromstring(str(body)))) + "\n"


def _settle(text):
    """Replace the borders of lines and paragraphs by as few line breaks as possible."""

    def choose(found):
        is_paragraph = PARAGRAPH in found[0] or found[0].count("\n") > 1
        return "\n\n" if is_paragraph else "\n"

    return re.sub(r"[ \t]*[\x01\x02\n][\x01\x02\s]*", choose, text).strip()


def _render(node):
    if not isinstance(node.tag, str) or node.tag in HIDDEN or _is(node, "hidden"):
        return ""
    match node.tag:
        case "br":
            return "\n"
        case "img":
            return node.get("alt") or ""
        case "tr" if len(node) > 1 and not _is(node, "ratings"):
            cells = [_squeeze(_render(cell)) for cell in node]
            is_labelled = _is(node[0], "label")
            return LINE + (": " if is_labelled else "  ").join(cells) + LINE
        case "a":
            return _render_link(node)
    text = _render_inside(node)
    if node.tag == "li":
        text = "- " + _settle(text)
    if _is(node, "quote") or node.tag == "blockquote":
        text = "\n".join(f"> {line}".rstrip() for line in _settle(text).split("\n"))
    if node.tag in PARAGRAPHS or _is(node, "quote"):
        return PARAGRAPH + text + PARAGRAPH
    return LINE + text + LINE if node.tag in LINES else text


def _render_inside(node):
    def read(text):
        return text if node.tag == "pre" else re.sub(r"\s+", " ", text)

    parts = [read(node.text or "")]
    for child in node:
        parts.append(_render(child))
        parts.append(read(child.tail or ""))
    return "".join(parts)


def _render_link(node):
    text, address = _squeeze(_render_inside(node)), node.get("href") or ""
    if not address.startswith(("http:", "https:")) or address == text:
        return text
    is_alone = _is(node, "button") or _is(node, "choice")
    return f"{LINE}{text}: {address}{LINE}" if is_alone else f"{text} ({address})"


def _squeeze(text):
    return " ".join(_settle(text).split())


def _is(node, kind):
    return f"o_mail_{kind}" in (node.get("class") or "").split()
