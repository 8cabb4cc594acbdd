"""Photos as the desk keeps them: every browser shows them, and no place is in them.

Phones write the position where a photo was taken into the file, Apple's as HEIC, which
most browsers cannot show. A report is about a device; its reporter's whereabouts and
other data of the camera are nobody's business.
"""

import io
import struct
import zlib
from pathlib import PurePath

import pillow_heif
from PIL import (
    AvifImagePlugin,  # noqa: F401
    Image,
    ImageOps,
    TiffImagePlugin,  # noqa: F401
    WebPImagePlugin,  # noqa: F401
)

from .file_kind import HEIF_BRANDS, has_archive, is_image

# Odoo keeps Pillow from loading more than the oldest formats: hence the plugins above.

#: Formats that every browser shows; kept as they are where no data has to go.
SHOWN_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
#: Where formats keep what a camera knows, by Pillow's names.
METADATA = {"exif", "xmp", "XML:com.adobe.xmp", "photoshop"}
#: More would take a small server's memory.
MAX_PIXELS = 64_000_000
LONGEST_SIDE = 2560
QUALITY = 85
#: What decoders raise about files that are broken or crafted.
BROKEN_PICTURE = (
    Image.DecompressionBombError,
    EOFError,
    IndexError,
    KeyError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


class PhotoError(Exception):
    """The picture cannot be read, or is too large to be read."""


def clean_photo(name, content):
    """Return a file as it may be kept; what is no picture is returned as it came.

    :param str name: the file's name
    :param bytes content: the whole file
    :return: ``(name, content)``
    :raise PhotoError: it looks like a picture and is none that can be read
    """
    if not is_image(content):
        return name, content
    try:
        image = _open(content)
        if image.format in SHOWN_FORMATS and not (
            _has_metadata(image) or has_archive(content)
        ):
            return name, content
        if image.format == "PNG":
            return name, _save(ImageOps.exif_transpose(image), "PNG", optimize=True)
        picture = _to_rgb(ImageOps.exif_transpose(image))
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        content = _save(picture, "JPEG", quality=QUALITY)
    except BROKEN_PICTURE as error:
        raise PhotoError() from error
    return f"{PurePath(name).stem}.jpg", content


def _open(content):
    """Return a picture whose pixels fit into memory; only then they are read."""
    if content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS:
        heif = pillow_heif.open_heif(content)
        _check_size(heif)
        return heif.to_pillow()
    image = Image.open(io.BytesIO(content))
    _check_size(image)
    return image


def _check_size(image):
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PhotoError()


def _has_metadata(image):
    # of a PNG, the data may stand behind the pixels: they are read first
    exif = image.getexif()
    return bool(exif or METADATA & image.info.keys())


def _to_rgb(image):
    """Return a picture that JPEG can hold, with paper behind what is transparent."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _save(image, image_format, **options):
    # the colours' profile is all that stays of what came with the picture
    profile = image.info.get("icc_profile")
    image.info = {key: image.info[key] for key in image.info if key == "transparency"}
    if profile:
        options["icc_profile"] = profile
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()
