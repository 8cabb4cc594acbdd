"""Searches for what a person has typed, and for nothing else.

In the operators ``like`` and ``ilike`` the signs ``%``, ``_`` and ``\\`` have a meaning
of their own. A person who types "100%" or pastes ``\\\\server\\folder`` means just the
signs.
"""

import re

from odoo.fields import Domain
from odoo.tools import escape_psql

#: Thai "am" as two characters. Some keyboards and programs write it so, and put the
#: tone mark, which is one of the first group, on either side of the circle.
_THAI_AM = re.compile("([\u0e48-\u0e4b]?)\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_THAI_COMPOSED_AM = re.compile("([\u0e48-\u0e4b]?)\u0e33")


def compose_thai(text):
    """Return a text in which each Thai "am" is one character."""
    return _THAI_AM.sub("\\1\\2\u0e33", text)


def get_spellings(text):
    """Return the ways to write a text that look the same, as a list without doubles."""
    composed = compose_thai(text)
    return list(
        dict.fromkeys(
            [
                text,
                composed,
                _THAI_COMPOSED_AM.sub("\\1\u0e4d\u0e32", composed),
                _THAI_COMPOSED_AM.sub("\u0e4d\\1\u0e32", composed),
            ]
        )
    )


def contains(fields, text):
    """Return the domain of the records with a typed text in one of the fields.

    :param fields: names of the fields
    :param str text: what the person has typed, without wildcards
    """
    return Domain.OR(
        Domain(field, "ilike", escape_psql(spelling))
        for spelling in get_spellings(text)
        for field in fields
    )


def starts_with(field, text):
    """Return the domain of the records whose field begins with a typed text."""
    return Domain.OR(
        Domain(field, "=ilike", f"{escape_psql(spelling)}%")
        for spelling in get_spellings(text)
    )


def search_words(fields, operator, value):
    """Return the domain of a search field of a view, which searches several fields.

    :param operator: the operator that the search method of the field has got
    :return: ``NotImplemented`` for other conditions than those of a search view
    """
    if operator != "ilike" or not isinstance(value, str):
        return NotImplemented
    return contains(fields, value)
