"""Names of files and titles of tickets as they may be shown: what one sees is there.

Some characters are not seen and change what is: U+202E turns the direction of writing,
so that ``photo_gpj.exe`` is shown as ``photo_exe.jpg``; others have no width at all.
"""

import re
import unicodedata
from pathlib import PurePath

#: Categories of Unicode that are no visible character: control and format characters,
#: separators of lines and paragraphs, halves of characters.
INVISIBLE_CATEGORIES = ("Cc", "Cf", "Cs", "Zl", "Zp")
#: Characters that no file name may have on Windows; "/" also splits paths elsewhere.
NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|]')
#: A suffix has letters: the end of "Scan 12.05.2024" is none.
SUFFIX = re.compile(r"\.(?=[0-9]*[a-z])[a-z0-9]{1,16}", re.ASCII)
#: How long a file name may be; file systems take 255 bytes, and Thai needs 3 for each.
NAME_LENGTH = 120
#: The suffix of files that are kept though the desk does not know them. No program
#: opens it.
SAFE_SUFFIX = ".blocked"
BLANKS = re.compile(r"\s+")


def clean_line(text):
    """Return a text as one line without characters that are not seen."""
    text = BLANKS.sub(" ", text or "")
    return "".join(
        character
        for character in text
        if unicodedata.category(character) not in INVISIBLE_CATEGORIES
    ).strip()


def get_suffix(name):
    """Return a file name's suffix in lower case, with its dot, or an empty text."""
    suffix = PurePath(name or "").suffix.lower()
    return suffix if SUFFIX.fullmatch(suffix) else ""


def clean_file_name(name):
    """Return a file's name as every system can keep and show it.

    Windows leaves dots and blanks at the end out: ``a.exe .`` would run. A dot at the
    start hides a file elsewhere.
    """
    name = NOT_IN_FILE_NAMES.sub("_", clean_line(name)).strip(" .")
    if len(name) > NAME_LENGTH:
        suffix = get_suffix(name)
        name = name[: NAME_LENGTH - len(suffix)].rstrip(" .") + suffix
    return name or "file"


def get_safe_name(name):
    """Return a file's name with a suffix that no program opens."""
    return name if is_safe_name(name) else name + SAFE_SUFFIX


def is_safe_name(name):
    """Whether a file's name has the suffix that no program opens."""
    return get_suffix(name) == SAFE_SUFFIX
