"""Converts photos so that every browser shows them, and removes their metadata.

Phones write the position where a photo was taken into the file. A ticket is about a
device: nobody needs to know where its submitter was. iPhones write HEIC files, which
most browsers cannot show.
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
from .picture_parts import get_bare_picture

# Odoo makes Pillow load only its oldest formats: import the other plugins here.

#: Formats that every browser shows; not encoded again if they have no metadata.
SHOWN_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
#: Pillow's names of the metadata that cameras write.
METADATA = {"exif", "xmp", "XML:com.adobe.xmp", "photoshop"}
#: Larger pictures could use up the memory of a small server.
MAX_PIXELS = 64_000_000
LONGEST_SIDE = 2560
QUALITY = 85
#: Exceptions of decoders for broken or crafted files.
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
    """The picture cannot be read or has too many pixels."""


def clean_photo(name, content):
    """Return a picture without metadata; other files are returned unchanged.

    :param str name: the file's name
    :param bytes content: the whole file
    :return: ``(name, content)``
    :raise PhotoError: it looks like a picture but cannot be read
    """
    if not is_image(content):
        return name, content
    try:
        image = _open(content)
        if image.format in SHOWN_FORMATS and not (
            _has_metadata(image) or has_archive(content)
        ):
            bare = get_bare_picture(content, image.format)
            if bare is not None:
                return name, bare
        if image.format == "PNG":
            return name, _save(ImageOps.exif_transpose(image), "PNG", optimize=True)
        picture = _to_rgb(ImageOps.exif_transpose(image))
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        content = _save(picture, "JPEG", quality=QUALITY)
    except BROKEN_PICTURE as error:
        raise PhotoError() from error
    return f"{PurePath(name).stem}.jpg", content


def _open(content):
    """Open a picture; check its number of pixels before they are read."""
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
    # getexif() reads the whole PNG: its metadata may come after the pixels
    exif = image.getexif()
    return bool(exif or METADATA & image.info.keys())


def _to_rgb(image):
    """Return the picture as RGB for JPEG; transparent areas become white."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    background = Image.new("RGB", image.size, "white")
    background.paste(image, mask=image.getchannel("A"))
    return background


def _save(image, image_format, **options):
    # keep only the colour profile and the transparency
    profile = image.info.get("icc_profile")
    image.info = {key: image.info[key] for key in image.info if key == "transparency"}
    if profile:
        options["icc_profile"] = profile
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()
