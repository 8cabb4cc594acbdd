"""The school's name, logo and colour in mails."""

import re

#: Used if the colour of the school is no colour.
COLOR = "#1f5fa8"
LIGHT, DARK = "#ffffff", "#000000"
#: The contrast that text needs (WCAG 2.2, level AA).
CONTRAST = 4.5


def get_design(company):
    """Return what mails of a company look like, as a dictionary of texts.

    The colour is the one of the buttons in Odoo's mails
    (*Settings > General Settings > Companies > Email Templates*).
    """
    color = get_color(company.email_secondary_color) or COLOR
    text_color = get_color(company.email_primary_color)
    if not text_color or get_contrast(text_color, color) < CONTRAST:
        text_color = max((LIGHT, DARK), key=lambda text: get_contrast(text, color))
    return {
        "school": company.name,
        "logo": not company.uses_default_logo
        and f"{company.get_base_url()}/logo.png?company={company.id}",
        "color": color,
        "text_color": text_color,
    }


def get_color(text):
    """Return a colour as ``#rrggbb``, or ``None`` if the text is none."""
    found = re.fullmatch(r"#(?:([0-9a-f]{6})|([0-9a-f]{3}))", (text or "").lower())
    if not found:
        return None
    return "#" + (found[1] or "".join(digit * 2 for digit in found[2]))


def get_contrast(one, other):
    """Return the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((_get_luminance(one), _get_luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _get_luminance(color):
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
