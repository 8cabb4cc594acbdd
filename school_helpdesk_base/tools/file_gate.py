"""Checks and cleans every file of the desk before it is stored.

A file is accepted if the desk knows its kind and its name matches its content. A form
tells the sender when a file is refused. A mail cannot be corrected by its sender: its
refused files are stored under a name that no program opens.
"""

from pathlib import PurePath
from typing import NamedTuple

from .file_kind import get_file_type, is_known_name
from .photo import PhotoError, clean_photo
from .plain_name import clean_file_name, get_safe_name, get_suffix
from .video import clean_video

#: The type of a file of unknown kind. Odoo would replace "application/octet-stream" by
#: a guessed type.
UNKNOWN_MIMETYPE = "application/x-unknown"


class CleanFile(NamedTuple):
    """A checked file, as the desk stores it."""

    name: str
    content: bytes
    mimetype: str


class FileRefused(Exception):
    """The desk does not accept a file.

    :param str reason: ``empty``, ``large``, ``kind`` (a kind that the desk does not
        accept, or a name of another kind) or ``photo`` (an unreadable picture)
    :param str name: the cleaned name of the file
    """

    def __init__(self, reason, name):
        super().__init__(reason, name)
        self.reason = reason
        self.name = name


def clean_file(name, content, max_size=None):
    """Return the cleaned file.

    Invisible characters are removed from the name. A photo is turned upright, and the
    camera's metadata is removed. The place is removed from a video. A file that is
    already clean does not change.

    :param str name: the file's name, as given by its sender
    :param bytes content: the whole file
    :param max_size: the maximum size in bytes, or None
    :return: a ``CleanFile``
    :raise FileRefused: the desk does not accept the file
    """
    name = clean_file_name(name)
    if not content:
        raise FileRefused("empty", name)
    if max_size is not None and len(content) > max_size:
        raise FileRefused("large", name)
    file_type = get_file_type(name, content)
    if file_type and file_type.kind == "image":
        try:
            name, content = clean_photo(name, content)
        except PhotoError as error:
            raise FileRefused("photo", name) from error
        file_type = get_file_type(name, content)
    elif file_type and file_type.kind in ("audio", "video"):
        content = clean_video(content)
    if not file_type:
        raise FileRefused("kind", name)
    if (suffix := get_suffix(name)) != file_type.suffix:
        stem = PurePath(name).stem if suffix else name
        name = f"{stem}{file_type.suffix}"
    return CleanFile(name, content, file_type.mimetype)


def keep_file(name, content):
    """Return the cleaned file, even if the desk does not accept it.

    A file that is not accepted gets a name that no program opens. Browsers only
    download it.

    :param str name: the file's name, as given by its sender
    :param bytes content: the whole file, may be empty
    :return: a ``CleanFile``
    """
    try:
        return clean_file(name, content)
    except FileRefused as refused:
        name = refused.name
        if refused.reason == "kind" or not is_known_name(name):
            name = get_safe_name(name)
        return CleanFile(name, content, UNKNOWN_MIMETYPE)
