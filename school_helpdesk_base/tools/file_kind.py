"""Finds the kind of a file by its content; the file's name must match it.

The type given by the sender's browser or mail program is ignored.
"""

import io
import lzma
import re
import struct
import zipfile
import zlib
from typing import NamedTuple

from odoo.tools.mimetypes import guess_mimetype

from .plain_name import get_suffix


class FileType(NamedTuple):
    """The recognized type of a file."""

    #: ``image``, ``video``, ``audio``, ``pdf``, ``office``, ``mail`` or ``text``
    kind: str
    #: the type with which the file is stored and served
    mimetype: str
    #: the suffix that the name should have; it can differ only for pictures
    suffix: str


IMAGE_SUFFIXES = {
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".gif": "image/gif",
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".hif": "image/heif",
    ".jfif": "image/jpeg",
    ".jpe": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".webp": "image/webp",
}
#: The usual suffix of formats that have several suffixes.
USUAL_SUFFIXES = {"image/heif": ".heif", "image/jpeg": ".jpg", "image/tiff": ".tif"}
VIDEO_SUFFIXES = {
    ".3g2": "video/3gpp2",
    ".3gp": "video/3gpp",
    ".avi": "video/x-msvideo",
    ".m4v": "video/x-m4v",
    ".mkv": "video/x-matroska",
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
    ".mpeg": "video/mpeg",
    ".mpg": "video/mpeg",
    ".qt": "video/quicktime",
    ".webm": "video/webm",
}
AUDIO_SUFFIXES = {
    ".aac": "audio/aac",
    ".amr": "audio/amr",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".weba": "audio/webm",
}
OPEN_XML = "application/vnd.openxmlformats-officedocument."
#: Folder inside the zip file to the suffixes and types of such documents.
OPEN_XML_SUFFIXES = {
    "word/": {
        ".docx": f"{OPEN_XML}wordprocessingml.document",
        ".dotx": f"{OPEN_XML}wordprocessingml.template",
    },
    "xl/": {
        ".xlsx": f"{OPEN_XML}spreadsheetml.sheet",
        ".xltx": f"{OPEN_XML}spreadsheetml.template",
    },
    "ppt/": {
        ".pptx": f"{OPEN_XML}presentationml.presentation",
        ".ppsx": f"{OPEN_XML}presentationml.slideshow",
        ".potx": f"{OPEN_XML}presentationml.template",
    },
}
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
OPEN_DOCUMENT_SUFFIXES = {
    ".odg": f"{OPEN_DOCUMENT}graphics",
    ".odp": f"{OPEN_DOCUMENT}presentation",
    ".ods": f"{OPEN_DOCUMENT}spreadsheet",
    ".odt": f"{OPEN_DOCUMENT}text",
    ".otp": f"{OPEN_DOCUMENT}presentation-template",
    ".ots": f"{OPEN_DOCUMENT}spreadsheet-template",
    ".ott": f"{OPEN_DOCUMENT}text-template",
}
#: Formats of Office before 2007. Their content does not always show which one it is.
OLD_OFFICE_SUFFIXES = {
    ".doc": "application/msword",
    ".dot": "application/msword",
    ".pps": "application/vnd.ms-powerpoint",
    ".ppt": "application/vnd.ms-powerpoint",
    ".xls": "application/vnd.ms-excel",
    ".xlt": "application/vnd.ms-excel",
}
TEXT_SUFFIXES = {
    ".csv": "text/csv",
    ".log": "text/plain",
    ".md": "text/plain",
    ".text": "text/plain",
    ".txt": "text/plain",
}

#: Types that a browser may show; all others are only downloaded.
INLINE_MIMETYPES = frozenset(
    (
        "application/pdf",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/plain",
    )
)

#: Results of ``guess_mimetype`` for accepted files, with their kind. The result depends
#: on the version of libmagic, so one format can have several names. "media" is video or
#: audio: the same containers hold both.
GUESSED_KINDS = {
    "application/ogg": "media",
    "application/pdf": "pdf",
    "audio/aac": "media",
    "audio/amr": "media",
    "audio/flac": "media",
    "audio/mp4": "media",
    "audio/mpeg": "media",
    "audio/ogg": "media",
    "audio/wav": "media",
    "audio/webm": "media",
    "audio/x-flac": "media",
    "audio/x-hx-aac-adts": "media",
    "audio/x-m4a": "media",
    "audio/x-wav": "media",
    "image/avif": "image",
    "image/bmp": "image",
    "image/gif": "image",
    "image/heic": "image",
    "image/heic-sequence": "image",
    "image/heif": "image",
    "image/heif-sequence": "image",
    "image/jpeg": "image",
    "image/png": "image",
    "image/tiff": "image",
    "image/webp": "image",
    "image/x-ms-bmp": "image",
    "video/3gpp": "media",
    "video/3gpp2": "media",
    "video/mp4": "media",
    "video/mpeg": "media",
    "video/quicktime": "media",
    "video/webm": "media",
    "video/x-m4v": "media",
    "video/x-matroska": "media",
    "video/x-msvideo": "media",
}
#: Web pages: browsers may run scripts in them, whatever the suffix of the file is.
PAGE_MIMETYPES = ("application/xhtml+xml", "image/svg+xml", "text/html", "text/xml")
#: Further types that libmagic reports for texts.
TEXT_MIMETYPES = (
    "application/csv",
    "application/json",
    "application/octet-stream",
    "application/x-ndjson",
    "message/rfc822",
)
#: Types of the old Office container; installers (MSI) use the same container.
OLE_MIMETYPES = (
    "application/CDFV2",
    "application/msword",
    "application/octet-stream",
    "application/vnd.ms-excel",
    "application/vnd.ms-office",
    "application/vnd.ms-outlook",
    "application/vnd.ms-powerpoint",
    "application/x-ole-storage",
)
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_SIGNATURE = b"PK\x03\x04"

#: First bytes of formats, for files that libmagic does not recognize.
SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"ID3", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"OggS", "audio/ogg"),
)
#: Brands in the "ftyp" box of HEIF pictures, as phones write them (ISO file format).
HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
#: The first box of a QuickTime file that has no "ftyp" box.
QUICKTIME_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
#: Possible lengths of the second header of a BMP file; each version has its own.
BITMAP_HEADER_SIZES = (12, 16, 40, 52, 56, 64, 108, 124)

#: Only a byte order mark and blanks may precede the header of a PDF.
PDF_START = re.compile(rb"(?:\xef\xbb\xbf)?[\x00\t\n\f\r ]{0,64}%PDF-[0-9]")
#: A mail starts with headers; one of the first 40 must be a typical mail header.
MAIL_START = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:>?From [^\r\n]*\r?\n)?"
    rb"(?:[!-9;-~]{1,64}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){0,40}?"
    rb"(?:Date|Delivered-To|From|MIME-Version|Message-ID|Received|Return-Path|Subject)"
    rb":",
    re.IGNORECASE,
)
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
TEXT_ENCODINGS = ("utf-8-sig", "cp874", "cp1252")
#: Characters that texts do not have. Tab, line ends, page end and escape (colours in
#: logs) are allowed.
NOT_IN_TEXTS = re.compile(r"[\x00-\x07\x0e-\x1a\x1c-\x1f]")

#: Limits for documents: larger ones could use up the memory of programs.
MAX_UNPACKED_BYTES = 1024**3
MAX_PARTS = 10_000
#: The part of a document that holds macros.
MACROS = "vbaproject.bin"
#: Exceptions when reading a broken, encrypted or crafted zip file.
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
    """Return the kind of a file, or None if the desk does not accept it.

    :param str name: the file's name
    :param bytes content: the whole file
    :return: as ``FileType.kind``
    """
    file_type = get_file_type(name, content)
    return file_type.kind if file_type else None


def get_file_type(name, content):
    """Return the type of a file, or None if the desk does not accept it.

    The name must match the content. Pictures and PDF files may have no suffix, because
    their content is enough to recognize them. A picture may have the suffix of another
    picture format: some apps use the wrong one.

    :param str name: the file's name
    :param bytes content: the whole file
    :return: a ``FileType`` or None
    """
    suffix = get_suffix(name)
    if content.startswith(ZIP_SIGNATURE):
        return _get_office_type(suffix, content)
    if content.startswith(OLE_SIGNATURE):
        return _get_old_office_type(suffix, content)
    mimetype = _guess_mimetype(content)
    match GUESSED_KINDS.get(mimetype):
        case "image" if not suffix or suffix in IMAGE_SUFFIXES:
            return _get_image_type(suffix, mimetype)
        case "media":
            return _get_media_type(suffix, content)
        case "pdf" if suffix in ("", ".pdf"):
            if PDF_START.match(content) and not has_archive(content):
                return FileType("pdf", mimetype, ".pdf")
        case None if suffix == ".eml":
            if MAIL_START.match(content) and not has_archive(content):
                return FileType("mail", "message/rfc822", suffix)
        case None if suffix in TEXT_SUFFIXES and _is_text(mimetype, content):
            return FileType("text", TEXT_SUFFIXES[suffix], suffix)
    return None


def has_archive(content):
    """Whether a file is also a zip file, whose directory is at the end of the file."""
    return zipfile.is_zipfile(io.BytesIO(content))


def is_image(content):
    """Whether the content is a picture, whatever the name of the file is."""
    return GUESSED_KINDS.get(_guess_mimetype(content)) == "image"


def is_known_name(name):
    """Whether the desk accepts files with this suffix, if their content matches."""
    suffix = get_suffix(name)
    return suffix in (".eml", ".msg", ".pdf") or any(
        suffix in suffixes
        for suffixes in (
            IMAGE_SUFFIXES,
            VIDEO_SUFFIXES,
            AUDIO_SUFFIXES,
            OPEN_DOCUMENT_SUFFIXES,
            OLD_OFFICE_SUFFIXES,
            TEXT_SUFFIXES,
            *OPEN_XML_SUFFIXES.values(),
        )
    )


def _guess_mimetype(content):
    """Return the MIME type of the content, by libmagic or by its first bytes."""
    mimetype = guess_mimetype(content, default="application/octet-stream")
    if mimetype in GUESSED_KINDS:
        return mimetype
    if _is_bitmap(content):
        return "image/bmp"
    if mimetype != "application/octet-stream":
        return mimetype
    for signature, known in SIGNATURES:
        if content.startswith(signature):
            return known
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return _guess_iso_mimetype(content) or mimetype


def _guess_iso_mimetype(content):
    """Return the MIME type of an ISO media file by its first box, or None."""
    size, box = int.from_bytes(content[:4], "big"), content[4:8]
    if box == b"ftyp" and 8 <= size <= 1024:
        if content[8:12] in HEIF_BRANDS:
            return "image/heic"
        return "image/avif" if content[8:12] == b"avif" else "video/mp4"
    if box in QUICKTIME_BOXES and (size >= 8 or size <= 1):
        return "video/quicktime"
    return None


def _get_image_type(suffix, mimetype):
    if IMAGE_SUFFIXES.get(suffix) != mimetype:
        fitting = (own for own, known in IMAGE_SUFFIXES.items() if known == mimetype)
        suffix = USUAL_SUFFIXES.get(mimetype) or next(fitting, suffix)
    return FileType("image", mimetype, suffix)


def _get_media_type(suffix, content):
    """Return the type of a video or a recording, which only the suffix shows."""
    if has_archive(content):
        return None
    if suffix in VIDEO_SUFFIXES:
        return FileType("video", VIDEO_SUFFIXES[suffix], suffix)
    if suffix in AUDIO_SUFFIXES:
        return FileType("audio", AUDIO_SUFFIXES[suffix], suffix)
    return None


def _is_bitmap(content):
    """Whether this is a BMP file; any text may start with "BM", its first bytes."""
    return (
        content.startswith(b"BM")
        and content[6:10] == bytes(4)
        and int.from_bytes(content[14:18], "little") in BITMAP_HEADER_SIZES
    )


def _get_office_type(suffix, content):
    """Return the type of a zip file that is an Office or OpenDocument document."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if (
                len(parts) > MAX_PARTS
                or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES
                # data before the first part can be another file
                or min(part.header_offset for part in parts)
            ):
                return None
            names = archive.namelist()
            if "[Content_Types].xml" in names:
                mimetype = _get_open_xml_mimetype(suffix, names)
            else:
                with archive.open("mimetype") as part:
                    inner = part.read(128).decode("ascii").strip()
                mimetype = OPEN_DOCUMENT_SUFFIXES.get(suffix)
                if inner != mimetype:
                    return None
    except BROKEN_ARCHIVE:
        return None
    return FileType("office", mimetype, suffix) if mimetype else None


def _get_open_xml_mimetype(suffix, names):
    if any(name.lower().endswith(MACROS) for name in names):
        return None
    for folder, suffixes in OPEN_XML_SUFFIXES.items():
        if suffix in suffixes and any(name.startswith(folder) for name in names):
            return suffixes[suffix]
    return None


def _get_old_office_type(suffix, content):
    if guess_mimetype(content) not in OLE_MIMETYPES:
        return None
    if suffix == ".msg":
        return FileType("mail", "application/vnd.ms-outlook", suffix)
    if suffix in OLD_OFFICE_SUFFIXES:
        return FileType("office", OLD_OFFICE_SUFFIXES[suffix], suffix)
    return None


def _is_text(mimetype, content):
    """Whether the content is text in an encoding used here, and no web page."""
    if mimetype in PAGE_MIMETYPES or not (
        mimetype.startswith("text/") or mimetype in TEXT_MIMETYPES
    ):
        return False
    encodings = ("utf-16",) if content[:2] in BYTE_ORDER_MARKS else TEXT_ENCODINGS
    for encoding in encodings:
        try:
            return not NOT_IN_TEXTS.search(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return False
