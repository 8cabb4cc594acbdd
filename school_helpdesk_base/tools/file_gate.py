"""What every file of the desk goes through before it is kept, whoever sent it.

A file is taken when its name and its content say the same and the desk knows its kind.
People who send another file by a form are told so. A mail cannot be filled in again:
its file is kept under a name that no program opens.
"""

from pathlib import PurePath
from typing import NamedTuple

from .file_kind import get_file_type, is_known_name
from .photo import PhotoError, clean_photo
from .plain_name import clean_file_name, get_safe_name, get_suffix

#: The type of a file of which nothing is known. It is not "application/octet-stream",
#: in place of which Odoo puts what it guesses.
UNKNOWN_MIMETYPE = "application/x-unknown"


class CleanFile(NamedTuple):
    """A file as the desk keeps it."""

    name: str
    content: bytes
    mimetype: str


class FileRefused(Exception):
    """The desk does not take a file.

    :param str reason: ``empty``, ``large``, ``kind`` (of a kind the desk does not take,
        or its name says another) or ``photo`` (a picture that cannot be read)
    :param str name: the file's name, as it may be shown
    """

    def __init__(self, reason, name):
        super().__init__(reason, name)
        self.reason = reason
        self.name = name


def clean_file(name, content, max_size=None):
    """Return a file as the desk keeps it.

    The name loses characters that are not seen. A photo is turned upright and loses
    what the camera wrote into it. A file that went through this before comes out as it
    went in.

    :param str name: the file's name, as its sender gave it
    :param bytes content: the whole file
    :param max_size: how many bytes it may have, or None
    :return: a ``CleanFile``
    :raise FileRefused: the desk does not take it
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
    if not file_type:
        raise FileRefused("kind", name)
    if (suffix := get_suffix(name)) != file_type.suffix:
        stem = PurePath(name).stem if suffix else name
        name = f"{stem}{file_type.suffix}"
    return CleanFile(name, content, file_type.mimetype)


def keep_file(name, content):
    """Return a file as the desk keeps it, also one that the desk does not take.

    Such a file gets a name that no program opens, and is only downloaded.

    :param str name: the file's name, as its sender gave it
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
