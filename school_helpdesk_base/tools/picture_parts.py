"""Removes texts and appended data from pictures, without encoding them again.

Programs write comments and the names of places into pictures, and cameras append
another picture, which has its own metadata. No browser shows any of this.
"""

import struct

#: Markers of JPEG segments.
JPEG_APP = range(0xE0, 0xF0)
JPEG_COMMENT, JPEG_END, JPEG_SCAN = 0xFE, 0xD9, 0xDA
#: Markers without content between the pixels ("restart markers").
JPEG_RESTARTS = range(0xD0, 0xD8)
#: The beginnings of the segments of applications that change how the pixels look.
JPEG_KEPT_APPS = (b"JFIF\x00", b"ICC_PROFILE\x00", b"Adobe")
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: The optional chunks that change how the pixels look, and those of animations.
PNG_KEPT_CHUNKS = set(
    b"tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs hIST sPLT cICP mDCV cLLI acTL fcTL "
    b"fdAT".split()
)
GIF_EXTENSION, GIF_IMAGE, GIF_END = 0x21, 0x2C, 0x3B
#: Extensions of GIF: duration and transparency of an image; data of an application.
GIF_GRAPHIC, GIF_APPLICATION = 0xF9, 0xFF
#: Extensions that say how often an animation is repeated.
GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def get_bare_picture(content, image_format):
    """Return a picture without texts and appended data.

    :param bytes content: the whole file
    :param str image_format: one of Pillow's names of formats
    :return: the content, or ``None`` if the structure of the file is not valid
    """
    find_parts = _FORMATS[image_format]
    try:
        return b"".join(find_parts(content))
    except (IndexError, ValueError, struct.error):
        return None


def _cut(content, start, end):
    if not start < end <= len(content):
        raise ValueError("The part is not complete.")
    return content[start:end]


def _get_jpeg_parts(content):
    yield content[:2]
    position = 2
    while True:
        if content[position] != 0xFF:
            raise ValueError("A segment begins with 0xFF.")
        kind = content[position + 1]
        if kind == 0xFF:  # padding
            position += 1
            continue
        if kind == JPEG_END:
            yield content[position : position + 2]
            return
        [size] = struct.unpack_from(">H", content, position + 2)
        end = position + 2 + size
        part = _cut(content, position, end)
        is_app = kind in JPEG_APP
        if kind != JPEG_COMMENT and (not is_app or part[4:].startswith(JPEG_KEPT_APPS)):
            yield part
        position = end
        if kind == JPEG_SCAN:
            end = _find_scan_end(content, position)
            yield content[position:end]
            position = end


def _find_scan_end(content, position):
    while True:
        position = content.index(b"\xff", position)
        if content[position + 1] not in (0, 0xFF, *JPEG_RESTARTS):
            return position
        position += 1


def _get_png_parts(content):
    yield PNG_SIGNATURE
    position = len(PNG_SIGNATURE)
    kind = b""
    while kind != b"IEND":
        size, kind = struct.unpack_from(">I4s", content, position)
        end = position + size + 12
        part = _cut(content, position, end)
        # the chunks that every program must know begin with a capital letter
        if kind[:1].isupper() or kind in PNG_KEPT_CHUNKS:
            yield part
        position = end


def _get_gif_parts(content):
    position = 13 + _get_gif_colors_size(content[10])
    yield _cut(content, 0, position)
    while (kind := content[position]) != GIF_END:
        start = position
        if kind == GIF_EXTENSION:
            label = content[position + 1]
            position += 2
            is_kept = label == GIF_GRAPHIC or (
                label == GIF_APPLICATION
                and content[position + 1 : position + 12] in GIF_LOOPS
            )
        elif kind == GIF_IMAGE:
            # one more byte: the size of the codes
            position += 10 + _get_gif_colors_size(content[position + 9]) + 1
            is_kept = True
        else:
            raise ValueError("There is no such block.")
        while size := content[position]:
            position += size + 1
        position += 1
        if is_kept:
            yield _cut(content, start, position)
    yield content[position : position + 1]


def _get_gif_colors_size(flags):
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _get_webp_parts(content):
    [size] = struct.unpack_from("<I", content, 4)
    yield _cut(content, 0, 8 + size)


_FORMATS = {
    "JPEG": _get_jpeg_parts,
    "PNG": _get_png_parts,
    "GIF": _get_gif_parts,
    "WEBP": _get_webp_parts,
}
