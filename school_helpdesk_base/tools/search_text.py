"""Searches for what a person has typed, and for nothing else.

In the operators ``like`` and ``ilike``, the characters ``%``, ``_`` and ``\\`` have a
special meaning. A person who types "100%" or pastes ``\\\\server\\folder`` wants to
find exactly these characters.
"""

import re

from odoo.fields import Domain
from odoo.tools import escape_psql

#: The operators with which people search: the text may be anywhere.
TEXT_OPERATORS = ("ilike", "not ilike", "like", "not like")
#: Operators that also accept a text, and search for it with ``ilike``.
TREE_OPERATORS = ("child_of", "parent_of")
#: Operators with a domain for the linked records, as a custom filter has them.
RECORD_OPERATORS = ("any", "not any")

#: Thai "am" as two characters, a circle and a vowel: some keyboards and programs write
#: it so. A tone mark can be before or after the circle.
_THAI_AM = re.compile("([\u0e48-\u0e4b]?)\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_THAI_COMPOSED_AM = re.compile("([\u0e48-\u0e4b]?)\u0e33")


def compose_thai(text):
    """Return a text in which each Thai "am" is one character."""
    return _THAI_AM.sub("\\1\\2\u0e33", text)


def get_spellings(text):
    """Return a list of all spellings of a text that look the same, each one once."""
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


class Literal(str):
    """A text in which the wildcards are escaped already."""


def escape_wildcards(text):
    """Return a text with which ``ilike`` finds just these characters.

    A text that this function has returned is not changed again.
    """
    return text if isinstance(text, Literal) else Literal(escape_psql(text))


def take_literally(domain):
    """Return a domain that searches for the typed characters, without wildcards.

    The operators ``=like`` and ``=ilike`` are for patterns, so their texts are kept.
    """
    return Domain(domain).map_conditions(_take_condition_literally)


def _take_condition_literally(condition):
    value = condition.value
    if condition.operator in TEXT_OPERATORS and isinstance(value, str):
        value = escape_wildcards(value)
    elif condition.operator in TREE_OPERATORS and isinstance(value, (str, list, tuple)):
        values = [value] if isinstance(value, str) else value
        value = [escape_wildcards(v) if isinstance(v, str) else v for v in values]
    elif condition.operator in RECORD_OPERATORS and isinstance(
        value, (Domain, list, tuple)
    ):
        value = take_literally(value)
    else:
        return condition
    return Domain(condition.field_expr, condition.operator, value)


def contains(fields, text):
    """Return the domain of the records with a typed text in one of the fields.

    :param fields: names of the fields
    :param str text: what the person has typed, without wildcards
    """
    return Domain.OR(
        Domain(field, "ilike", Literal(spelling))
        # spellings of the escaped text: no Thai letter is a wildcard
        for spelling in get_spellings(escape_wildcards(text))
        for field in fields
    )


def starts_with(field, text):
    """Return the domain of the records whose field begins with a typed text."""
    return Domain.OR(
        Domain(field, "=ilike", f"{escape_psql(spelling)}%")
        for spelling in get_spellings(text)
    )


def search_words(fields, operator, value):
    """Return the domain for a search in several fields at once.

    It is for the search method of a field that exists only for searches.

    :param fields: names of the fields to search
    :param operator, value: the parameters of the search method
    :return: ``NotImplemented`` for operators that do not search for a text
    """
    match operator:
        case "in":
            # Odoo turns "=" into "in": search for a part of the text in this case, too
            texts = [text for text in value if text and isinstance(text, str)]
            return Domain.OR(contains(fields, text) for text in texts)
        case "ilike" | "like" if isinstance(value, str):
            return contains(fields, value)
        case "=ilike" | "=like" if isinstance(value, str):
            return Domain.OR(Domain(field, operator, value) for field in fields)
    return NotImplemented
