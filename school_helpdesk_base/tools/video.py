"""Removes the place from videos and recordings in MP4, MOV, M4A and 3GP files.

Such a file consists of boxes (QuickTime calls them atoms): four bytes for the size,
four for the type, then the content, which may be further boxes. A box with a place is
overwritten with zeros and becomes a ``free`` box, which players skip. No byte moves,
so the positions that are stored in other boxes stay right.
"""

import struct

from .file_kind import QUICKTIME_BOXES

CONTAINERS = (b"moov", b"trak", b"udta", b"meta", b"ilst")
#: Boxes with a place: of Android and QuickTime, of 3GP, and of XMP (if it has one).
PLACE_BOXES = (b"\xa9xyz", b"loci", b"XMP_")
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
#: Names of values with a place, as in ``com.apple.quicktime.location.ISO6709``.
PLACE_NAME = b"location"
#: Real files have some hundreds; crafted files could have millions.
MAX_BOXES = 50_000
MAX_DEPTH = 8


def clean_video(content):
    """Return the file without the place where it was recorded.

    :param bytes content: the whole file; files of other formats are not changed
    """
    if content[4:8] != b"ftyp" and content[4:8] not in QUICKTIME_BOXES:
        return content
    finder = _PlaceFinder(content)
    finder.search(0, len(content))
    if not finder.found:
        return content
    cleaned = bytearray(content)
    for start, body, end in finder.found:
        cleaned[start + 4 : start + 8] = b"free"
        cleaned[body:end] = bytes(end - body)
    return bytes(cleaned)


class _PlaceFinder:
    """Finds the boxes with a place in a file."""

    def __init__(self, content):
        self.content = content
        #: positions of the boxes to remove: start, start of the content, end
        self.found = []
        self.left = MAX_BOXES

    def search(self, start, end, place_keys=(), depth=0):
        """Collect the boxes with a place between two positions in ``found``.

        :param place_keys: types of boxes that are values with a place
        """
        for kind, box, body, box_end in self._iterate(start, end):
            is_xmp = kind == b"uuid" and self.content[body : body + 16] == XMP_UUID
            if kind in PLACE_BOXES or kind in place_keys or is_xmp:
                self.found.append((box, body, box_end))
            elif kind == b"keys":
                # the values in the next box have the number of their key as type
                place_keys = self._get_place_keys(body + 8, box_end)
            elif kind in CONTAINERS and depth < MAX_DEPTH:
                # in MP4, unlike MOV, "meta" starts with a version of four bytes
                if kind == b"meta" and self.content[body + 4 : body + 8] != b"hdlr":
                    body += 4
                keys = place_keys if kind == b"ilst" else ()
                self.search(body, box_end, keys, depth + 1)

    def _get_place_keys(self, start, end):
        entries = self._iterate(start, end)
        return {
            struct.pack(">I", number)
            for number, (_kind, _box, body, entry_end) in enumerate(entries, start=1)
            if PLACE_NAME in self.content[body:entry_end]
        }

    def _iterate(self, start, end):
        """Yield type, start, start of the content and end of each box.

        Stops at the first impossible size.
        """
        while end - start >= 8 and self.left:
            self.left -= 1
            size, kind = struct.unpack_from(">I4s", self.content, start)
            body = start + 8
            if size == 1 and end - body >= 8:
                [size] = struct.unpack_from(">Q", self.content, body)
                body += 8
            elif size == 0:
                size = end - start
            if not body - start <= size <= end - start:
                return
            yield kind, start, body, start + size
            start += size
