"""Removes invisible characters from file names and ticket titles.

Such characters can hide the real name. U+202E reverses the direction of writing, so
that ``photo_gpj.exe`` is shown as ``photo_exe.jpg``; other characters have no width.
"""

import re
import unicodedata
from pathlib import PurePath

from odoo.tools import is_html_empty

#: Unicode categories of invisible characters: control and format characters,
#: surrogates, line and paragraph separators.
INVISIBLE_CATEGORIES = ("Cc", "Cf", "Cs", "Zl", "Zp")
#: Characters that Windows does not allow in file names; "/" splits paths everywhere.
NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|]')
#: A suffix must contain a letter: ".2024" in "Scan 12.05.2024" is no suffix.
SUFFIX = re.compile(r"\.(?=[0-9]*[a-z])[a-z0-9]{1,16}", re.ASCII)
#: Maximum length of a file name in characters. Not all names of this length fit into
#: the 255 bytes of file systems: a Thai character needs 3 bytes.
NAME_LENGTH = 120
#: The suffix of files that the desk stores but does not accept. No program opens it.
SAFE_SUFFIX = ".blocked"
BLANKS = re.compile(r"\s+")


def clean_line(text):
    """Return a text as one line without invisible characters."""
    text = BLANKS.sub(" ", text or "")
    return "".join(
        character
        for character in text
        if unicodedata.category(character) not in INVISIBLE_CATEGORIES
    ).strip()


def strip_text(text):
    """Return a text without blanks at its ends; empty if nothing in it is visible.

    Lines and invisible characters inside the text are kept: some scripts need them.
    """
    return text.strip() if clean_line(text) else ""


def is_html_blank(content):
    """Return whether HTML shows nothing: it is empty or has only invisible text."""
    return is_html_empty(clean_line(content))


def get_suffix(name):
    """Return the suffix of a file name in lower case, with its dot, or ``""``."""
    suffix = PurePath(name or "").suffix.lower()
    return suffix if SUFFIX.fullmatch(suffix) else ""


def clean_file_name(name):
    """Return a file name that every operating system can store and show.

    Windows ignores dots and blanks at the end, so that ``a.exe .`` would run. On other
    systems a dot at the start hides the file.
    """
    name = NOT_IN_FILE_NAMES.sub("_", clean_line(name)).strip(" .")
    if len(name) > NAME_LENGTH:
        suffix = get_suffix(name)
        name = name[: NAME_LENGTH - len(suffix)].rstrip(" .") + suffix
    return name or "file"


def get_safe_name(name):
    """Return the file name with the suffix that no program opens."""
    return name if is_safe_name(name) else name + SAFE_SUFFIX


def is_safe_name(name):
    """Whether the file name has the suffix that no program opens."""
    return get_suffix(name) == SAFE_SUFFIX
