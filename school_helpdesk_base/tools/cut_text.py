"""Cuts long texts of any script without breaking a written character."""

import unicodedata

#: The zero-width joiner, which ties two emoji into one.
JOINER = "\u200d"
#: Thai and Lao "am": Unicode calls them letters, but they are part of the character
#: before them.
SPACING_MARKS = "\u0e33\u0eb3"


def cut_text(text, width, mark="…"):
    """Return a text on one line, of at most ``width`` characters.

    It ends after a word if there is a space in the second half of what fits. Otherwise
    it ends after a character, because Thai, Chinese and addresses have no spaces.
    """
    text = " ".join(text.split())
    if len(text) <= width:
        return text
    end = room = width - len(mark)
    while end > 0 and _is_inside_character(text, end):
        end -= 1
    # 0: the text begins with one character that has more marks than fit; cut inside it
    end = end or room
    space = text.rfind(" ", room // 2, end + 1)
    return text[: space if space > 0 else end].rstrip() + mark


def _is_inside_character(text, position):
    """Return whether a reader sees the signs around a position as one character."""
    before, after = text[position - 1], text[position]
    if before == JOINER or after == JOINER or after in SPACING_MARKS:
        return True
    if unicodedata.category(after).startswith("M") or _is_skin_tone(after):
        return True
    # flags are pairs of letters, counted from the first of them
    start = position
    while start > 0 and _is_flag_letter(text[start - 1]):
        start -= 1
    return _is_flag_letter(after) and (position - start) % 2 == 1


def _is_skin_tone(sign):
    return "\U0001f3fb" <= sign <= "\U0001f3ff"


def _is_flag_letter(sign):
    return "\U0001f1e6" <= sign <= "\U0001f1ff"
