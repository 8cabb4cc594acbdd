"""Videos and recordings lose the place where they were recorded."""

import random
import struct
import time

from odoo.tests import BaseCase, tagged

from ..tools.file_gate import clean_file, keep_file
from ..tools.video import clean_video
from .files_common import CAMERA, MP4, POSITION, get_box, get_videos


@tagged("post_install", "-at_install")
class TestVideo(BaseCase):
    def test_the_place_is_removed_and_nothing_moves(self):
        for name, sent in get_videos().items():
            with self.subTest(name):
                self.assertIn(POSITION, sent)
                file = clean_file(name, sent)
                self.assertEqual(file.name, name)
                self.assertNotIn(POSITION, file.content)
                self.assertEqual(len(file.content), len(sent))
                for word in (CAMERA, b"pixels" * 50):
                    self.assertEqual(file.content.find(word), sent.find(word))
                self.assertEqual(clean_video(file.content), file.content)
                self.assertEqual(keep_file(name, sent), file)

    def test_other_files_do_not_change(self):
        plain = get_box(b"ftyp", b"isom") + get_box(b"mdat", b"\xa9xyz" + POSITION)
        for content in (MP4, plain, b"ID3" + POSITION, b"", POSITION, b"\x1aE\xdf\xa3"):
            with self.subTest(content[:12]):
                self.assertIs(clean_video(content), content)

    def test_impossible_sizes(self):
        start = get_box(b"ftyp", b"isom")
        place = get_box(b"\xa9xyz", POSITION)
        for size in (1, 2, 7, 9, 2**31, 2**32 - 1):
            for kind in (b"moov", b"meta", b"keys", b"ilst", b"\xa9xyz", b"mdat"):
                with self.subTest(size=size, kind=kind):
                    broken = struct.pack(">I4s", size, kind)
                    for rest in (b"", b"x", bytes(8), b"\xff" * 8, place):
                        content = start + get_box(b"moov", broken + rest) + place
                        cleaned = clean_video(content)
                        self.assertEqual(len(cleaned), len(content))
                        # the box after the broken one is found
                        self.assertNotIn(POSITION, cleaned[-len(place) :])

    def test_a_box_until_the_end_of_the_file(self):
        place = get_box(b"udta", get_box(b"\xa9xyz", POSITION))
        content = get_box(b"ftyp", b"isom") + struct.pack(">I4s", 0, b"moov") + place
        self.assertNotIn(POSITION, clean_video(content))

    def test_crafted_files_are_read_quickly(self):
        start = get_box(b"ftyp", b"isom")
        deep = b""
        for _level in range(2000):
            deep = get_box(b"moov", deep)
        started = time.monotonic()
        for content in (
            start + get_box(b"moov", get_box(b"free") * 1_000_000),
            start + deep,
            start + get_box(b"moov", get_box(b"keys", bytes(8), bytes(8_000_000))),
        ):
            self.assertEqual(len(clean_video(content)), len(content))
        self.assertLess(time.monotonic() - started, 5)

    def test_broken_videos(self):
        chance = random.Random(1)
        for name, sent in get_videos().items():
            for _time in range(200):
                broken = bytearray(sent)
                for _change in range(chance.randint(1, 6)):
                    broken[chance.randrange(len(broken))] = chance.randrange(256)
                del broken[chance.randrange(1, len(broken)) :]
                with self.subTest(name):
                    self.assertEqual(len(clean_video(bytes(broken))), len(broken))
