"""What a file is, by its content: a name and a header say what the sender likes."""

import io
import lzma
import struct
import zipfile
import zlib
from pathlib import PurePath

#: The first bytes of pictures and papers.
SIGNATURES = (
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"GIF87a", "image"),
    (b"GIF89a", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
)
#: Brands in the "ftyp" box of files of the ISO family, which phones make.
IMAGE_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
#: Boxes with which a QuickTime file without "ftyp" begins.
QUICKTIME_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
#: How long the second header of a BMP is, by its version.
BITMAP_HEADER_SIZES = (12, 16, 40, 52, 56, 64, 108, 124)
OFFICE_FOLDERS = ("word/", "xl/", "ppt/")
#: Formats whose content does not tell them from programs or pages: the name must too.
OLD_OFFICE_SUFFIXES = (".doc", ".xls", ".ppt", ".msg")
TEXT_SUFFIXES = (".txt", ".text", ".log", ".csv", ".md")
TEXT_ENCODINGS = ("utf-8-sig", "utf-16", "cp874")
#: What reading a zip raises that is broken, encrypted or crafted.
BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


def get_file_kind(name, content):
    """Return the kind of a file a requester may send, or None for all others.

    :param str name: the file's name
    :param bytes content: the whole file
    :return: ``image``, ``video``, ``pdf``, ``office`` or ``text``
    """
    for signature, kind in SIGNATURES:
        if content.startswith(signature):
            return kind
    if _is_bitmap(content):
        return "image"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image"
    if b"%PDF-" in content[:1024]:
        return "pdf"
    box = content[4:8]
    if box == b"ftyp":
        return "image" if content[8:12] in IMAGE_BRANDS else "video"
    if box in QUICKTIME_BOXES:
        return "video"
    suffix = PurePath(name or "").suffix.lower()
    if content.startswith(b"PK\x03\x04"):
        return "office" if _is_office(content) else None
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "office" if suffix in OLD_OFFICE_SUFFIXES else None
    if suffix in TEXT_SUFFIXES and _is_text(content):
        return "text"
    return None


def _is_bitmap(content):
    """Whether this is a BMP: its two letters alone may begin any text."""
    return (
        content.startswith(b"BM")
        and content[6:10] == bytes(4)
        and int.from_bytes(content[14:18], "little") in BITMAP_HEADER_SIZES
    )


def _is_office(content):
    """Whether a zip is a document of Office or of OpenDocument."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" in names:
                return any(name.startswith(OFFICE_FOLDERS) for name in names)
            with archive.open("mimetype") as kind:
                return kind.read(64).startswith(b"application/vnd.oasis.opendocument.")
    except BROKEN_ARCHIVE:
        return False


def _is_text(content):
    """Whether bytes are text in an encoding used here; no text has a zero byte."""
    for encoding in TEXT_ENCODINGS:
        try:
            return "\x00" not in content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return False
