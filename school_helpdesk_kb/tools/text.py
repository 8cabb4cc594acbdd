"""Helpers for text and HTML that need no database."""

import re

from lxml import html

from odoo.addons.school_helpdesk_base.tools.cut_text import cut_text

#: Thai base characters, and the vowels and tone marks above or below them.
_THAI = r"[\u0e01-\u0e30\u0e32\u0e33\u0e3f-\u0e46\u0e4f-\u0e5b]"
_THAI_MARK = r"[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"
_TOKEN = re.compile(rf"{_THAI}{_THAI_MARK}*|\s+|[^\s\u0e00-\u0e7f]+|.")
_BLOCKS = {
    "blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "p", "pre", "tr",
}  # fmt: skip

# These patterns run in linear time on any text: a mail address only starts at the
# beginning of a word, and a query only follows its own web address.
_EMAIL = re.compile(r"(?<![^\s<>()\[\],;:\"'])[^\s<>()\[\],;:\"']+@[\w-]+(?:\.[\w-]+)+")
#: Seven digits or more, grouped or not: phone, student and card numbers.
_NUMBER = re.compile(r"(?<!\w)\+?\(?\d(?:[\s().-]{0,2}\d){6,}(?!\w)")
_QUERY = re.compile(r"(https?://[^\s?#]+)(?:[?#]\S*)?")


def html_lines(content, images=True):
    """Return the text of HTML as a list with one item per paragraph.

    :param bool images: whether to insert the name of each image at its place
    """
    if not content:
        return []
    root = html.fragment_fromstring(str(content), create_parent="div")
    for image in root.iter("img") if images else ():
        image.tail = f"[{image.get('alt') or image.get('src', '')[:80]}]" + (
            image.tail or ""
        )
    lines = [""]
    for action, node in _walk(root):
        if action == "text":
            lines[-1] += node
        elif lines[-1].strip():
            lines.append("")
    return [" ".join(line.split()) for line in lines if line.strip()]


def _walk(node):
    """Yield ``("text", string)``, and ``("break", node)`` between paragraphs."""
    if node.tag in _BLOCKS or node.tag == "br":
        yield "break", node
    if node.text and isinstance(node.tag, str):
        yield "text", node.text
    for child in node:
        yield from _walk(child)
        if child.tail:
            yield "text", child.tail
    if node.tag in _BLOCKS:
        yield "break", node


def tokens(text):
    """Split a line into words and spaces; Thai text into single characters."""
    return _TOKEN.findall(text)


def without_personal_data(text, names=()):
    """Replace personal data in a text by an ellipsis.

    This removes all mail addresses and long numbers, and the given names. From web
    addresses it cuts query and fragment, since they may contain an access token.

    :param str text: plain text
    :param names: full names, logins and other words that identify a person
    :return: the text without personal data
    """
    text = _QUERY.sub(r"\1", text or "")
    text = _EMAIL.sub("…", text)
    text = _NUMBER.sub("…", text)
    words = {name.strip() for name in names if name} | {
        part for name in names if name for part in re.split(r"[\s,]+", name)
    }
    for word in sorted(words, key=len, reverse=True):
        if len(word) < 2:
            continue
        # Thai has no spaces between words, so its names have no word boundary.
        start = r"\b" if word[0].isascii() else ""
        end = r"\b" if word[-1].isascii() and word[-1].isalnum() else ""
        text = re.sub(rf"{start}{re.escape(word)}{end}", "…", text, flags=re.I)
    return re.sub(r"…(?:[\s,]*…)+", "…", text)


def excerpt(content, length=160):
    """Return the beginning of HTML as one line of text, without headings."""
    if not content:
        return ""
    root = html.fragment_fromstring(str(content), create_parent="div")
    for heading in root.xpath(".//h1|.//h2|.//h3|.//h4|.//h5|.//h6"):
        heading.drop_tree()
    line = " ".join(" ".join(root.itertext()).split())
    if len(line) <= length:
        return line
    return cut_text(line, length, mark="").rstrip(" .,:;") + "…"
