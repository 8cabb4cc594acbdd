"""Places Thai marks correctly, because reportlab does not shape text.

Thai fonts have shifted forms of their marks (a lowered tone, a mark beside a tall
consonant) in the private area U+F700-F71A. Thai needs no other shaping than choosing
these forms.
"""

import unicodedata

_TALL = "ปฝฟฬ"
_UPPER = dict(zip("ิีึืัํ็", "\uf701\uf702\uf703\uf704\uf710\uf711\uf712", strict=True))
_TONES = "่้๊๋์"
_TONE_LOW = dict(zip(_TONES, "\uf70a\uf70b\uf70c\uf70d\uf70e", strict=True))
_TONE_LOW_LEFT = dict(zip(_TONES, "\uf705\uf706\uf707\uf708\uf709", strict=True))
_TONE_HIGH_LEFT = dict(zip(_TONES, "\uf713\uf714\uf715\uf716\uf717", strict=True))
_LOWER = dict(zip("ฺุู", "\uf718\uf719\uf71a", strict=True))
_BASE_CUT = {"ฐ": "\uf700", "ญ": "\uf70f"}
_DEEP = "ฎฏ"
_SARA_AM, _NIKHAHIT, _SARA_AA = "ำ", "ํ", "า"


def clusters(text):
    """Return `text` as a list of base characters with their marks."""
    found = []
    for char in text:
        if found and (unicodedata.category(char) == "Mn" or char == _SARA_AM):
            found[-1] += char
        else:
            found.append(char)
    return found


def shape(text):
    """Return `text` with each Thai mark replaced by the form that fits its base."""
    return "".join(_shape_cluster(cluster) for cluster in clusters(text))


def _shape_cluster(cluster):
    """Return a base character with its marks in the forms that fit the base."""
    base, marks = cluster[0], cluster[1:]
    if not "\u0e01" <= base <= "\u0e2e" or not marks:
        return cluster
    tail = ""
    if _SARA_AM in marks:
        # the ring comes before the tone, even if it was typed after it
        marks, tail = _NIKHAHIT + marks.replace(_SARA_AM, ""), _SARA_AA
    tall = base in _TALL
    upper = any(mark in _UPPER for mark in marks)
    shaped = ""
    for mark in marks:
        if mark in _UPPER:
            shaped += _UPPER[mark] if tall else mark
        elif mark in _TONES and upper:
            shaped += _TONE_HIGH_LEFT[mark] if tall else mark
        elif mark in _TONES:
            shaped += (_TONE_LOW_LEFT if tall else _TONE_LOW)[mark]
        elif mark in _LOWER:
            shaped += _LOWER[mark] if base in _DEEP else mark
            base = _BASE_CUT.get(base, base)
        else:
            shaped += mark
    return base + shaped + tail
