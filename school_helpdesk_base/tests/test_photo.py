"""Photos become upright and lose their metadata; browsers can show them."""

import io
import struct
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from odoo.tests import BaseCase, tagged

from ..tools import photo
from ..tools.file_kind import get_file_kind
from ..tools.photo import PhotoError, clean_photo
from .files_common import (
    encode_heic,
    encode_picture,
    get_camera_exif,
    get_picture,
    get_zip,
)


@tagged("post_install", "-at_install")
class TestPhoto(BaseCase):
    def _assert_clean_jpeg(self, content, size):
        image = Image.open(io.BytesIO(content))
        self.assertEqual(image.format, "JPEG")
        self.assertEqual(image.size, size)
        self.assertFalse(image.getexif())
        self.assertNotIn(b"Phone", content)
        return image

    def test_heic_becomes_an_upright_jpeg_without_position(self):
        content = encode_heic(exif=get_camera_exif().tobytes())
        self.assertEqual(content[4:12], b"ftypheic")
        name, content = clean_photo("IMG 1.HEIC", content)
        self.assertEqual(name, "IMG 1.jpg")
        image = self._assert_clean_jpeg(content, (32, 64))
        # turned to the right: the left side is now at the top
        above, below = image.getpixel((16, 8)), image.getpixel((16, 56))
        self.assertGreater(above[0], 200)
        self.assertGreater(below[2], 200)

    def test_heic_without_metadata(self):
        name, content = clean_photo("a.heif", encode_heic())
        self.assertEqual(name, "a.jpg")
        self._assert_clean_jpeg(content, (64, 32))

    def test_jpeg_becomes_upright_and_loses_its_position(self):
        content = encode_picture("JPEG", exif=get_camera_exif())
        self.assertIn(b"Phone", content)
        name, content = clean_photo("a.JPG", content)
        self.assertEqual(name, "a.jpg")
        image = self._assert_clean_jpeg(content, (32, 64))
        self.assertGreater(image.getpixel((16, 8))[0], 200)

    def test_other_formats_lose_their_position(self):
        for image_format in ("PNG", "WEBP", "TIFF", "AVIF"):
            with self.subTest(image_format):
                sent = encode_picture(image_format, exif=get_camera_exif(1).tobytes())
                self.assertIn(b"Phone", sent)
                _name, content = clean_photo("a", sent)
                self.assertNotIn(b"Phone", content)
                image = Image.open(io.BytesIO(content))
                self.assertFalse(image.getexif())
                self.assertEqual(image.size, (64, 32))

    def test_xmp_is_removed(self):
        _name, content = clean_photo("a", encode_picture("JPEG", xmp=b"<x:GPS/>"))
        self.assertNotIn(b"GPS", content)

    def test_files_without_metadata_do_not_change(self):
        for image_format in ("JPEG", "PNG", "GIF", "WEBP"):
            with self.subTest(image_format):
                sent = encode_picture(image_format)
                self.assertEqual(clean_photo("a.x", sent), ("a.x", sent))
        for name, sent in (("a.pdf", b"%PDF-1.4 x"), ("a.txt", b"hello")):
            self.assertEqual(clean_photo(name, sent), (name, sent))

    def test_pictures_no_browser_shows_become_jpeg(self):
        for image_format in ("BMP", "TIFF", "AVIF"):
            with self.subTest(image_format):
                name, content = clean_photo("a.x", encode_picture(image_format))
                self.assertEqual(name, "a.jpg")
                self._assert_clean_jpeg(content, (64, 32))

    def test_transparency_becomes_white(self):
        clear = Image.new("RGBA", (64, 32), (0, 0, 0, 0))
        sent = encode_picture("TIFF", clear)
        image = self._assert_clean_jpeg(clean_photo("a", sent)[1], (64, 32))
        self.assertEqual(image.getpixel((5, 5)), (255, 255, 255))

    def test_large_photos_are_made_smaller(self):
        sent = encode_picture(
            "JPEG", get_picture(size=(5000, 100)), exif=get_camera_exif()
        )
        self._assert_clean_jpeg(clean_photo("a", sent)[1], (51, 2560))

    def test_broken_pictures(self):
        heic, jpeg = encode_heic(), encode_picture("JPEG", exif=get_camera_exif())
        bitmap = encode_picture("BMP")
        for sent in (
            heic[: len(heic) // 2],
            heic[:40],
            b"\x00\x00\x00\x18ftypheic" + b"\xff" * 200,
            jpeg[:300],
            b"\xff\xd8\xff" + b"\x00" * 50,
            b"\x89PNG\r\n\x1a\n" + b"x" * 50,
            bitmap[:28] + b"\x07" + bitmap[29:],
            b"RIFF\x00\x00\x00\x00WEBP" + b"x" * 20,
        ):
            with self.subTest(sent=sent[:20]), self.assertRaises(PhotoError):
                clean_photo("a", sent)

    def test_too_many_pixels(self):
        self.patch(photo, "MAX_PIXELS", 64 * 32 - 1)
        for sent in (encode_heic(), encode_picture("PNG")):
            with self.assertRaises(PhotoError):
                clean_photo("a", sent)

    def test_too_many_pixels_are_counted_before_they_are_read(self):
        # complete except for the pixels: reading them fails with another error
        sent = encode_heic()[:-10]
        with self.assertRaises(PhotoError) as broken:
            clean_photo("a", sent)
        self.assertTrue(broken.exception.__cause__)
        self.patch(photo, "MAX_PIXELS", 64 * 32 - 1)
        with self.assertRaises(PhotoError) as large:
            clean_photo("a", sent)
        self.assertFalse(large.exception.__cause__)

    def test_an_appended_zip_file_is_removed(self):
        archive = get_zip({"run.exe": b"MZ"})
        for image_format in ("JPEG", "PNG", "GIF", "WEBP"):
            with self.subTest(image_format):
                sent = encode_picture(image_format) + archive
                _name, content = clean_photo("a.x", sent)
                self.assertNotIn(b"run.exe", content)
                self.assertEqual(Image.open(io.BytesIO(content)).size, (64, 32))

    def test_metadata_after_the_pixels_is_removed(self):
        sent = encode_picture("PNG")
        data = b"eXIf" + get_camera_exif().tobytes().removeprefix(b"Exif\x00\x00")
        size, crc = len(data) - 4, zlib.crc32(data)
        chunk = struct.pack(">I", size) + data + struct.pack(">I", crc)
        sent = sent[:-12] + chunk + sent[-12:]
        _name, content = clean_photo("a.png", sent)
        self.assertNotIn(b"Phone", content)

    def test_an_appended_picture_is_removed(self):
        second = encode_picture("JPEG", exif=get_camera_exif())
        for image_format in ("JPEG", "PNG", "GIF", "WEBP"):
            with self.subTest(image_format):
                sent = encode_picture(image_format)
                kept = clean_photo("a.x", sent + second)
                self.assertEqual(kept, ("a.x", sent))
        progressive = encode_picture("JPEG", progressive=True)
        self.assertEqual(clean_photo("a", progressive + second)[1], progressive)

    def test_texts_are_removed(self):
        place = b"Room 204, Bangkok"
        texts, long_texts, foreign_texts = (PngInfo() for _kind in range(3))
        texts.add_text("Location", place.decode())
        long_texts.add_text("Location", place.decode() * 9, zip=True)
        foreign_texts.add_itxt("Location", place.decode())
        xmp = b"\x21\xff\x0bXMP DataXMP" + bytes([len(place)]) + place + b"\x00"
        gif = encode_picture("GIF")
        segment = b"\xff\xe5" + struct.pack(">H", len(place) + 2) + place
        jpeg = encode_picture("JPEG")
        for sent, clean in (
            (encode_picture("JPEG", comment=place), jpeg),
            (jpeg[:2] + segment + jpeg[2:], jpeg),
            (encode_picture("GIF", comment=place), gif),
            (gif[:-1] + xmp + gif[-1:], gif),
            (encode_picture("PNG", pnginfo=texts), encode_picture("PNG")),
            (encode_picture("PNG", pnginfo=long_texts), encode_picture("PNG")),
            (encode_picture("PNG", pnginfo=foreign_texts), encode_picture("PNG")),
        ):
            with self.subTest(sent=sent[:80]):
                self.assertNotEqual(sent, clean)
                _name, content = clean_photo("a.x", sent)
                self.assertNotIn(place, content)
                image = Image.open(io.BytesIO(content))
                self.assertEqual(image.size, (64, 32))
                self.assertNotIn("comment", image.info)
                self.assertNotIn("Location", image.info)
                self.assertEqual(
                    image.convert("RGB").tobytes(),
                    Image.open(io.BytesIO(clean)).convert("RGB").tobytes(),
                )

    def test_an_animation_without_its_comment(self):
        frames = [Image.new("P", (64, 32), color) for color in (0, 1, 2)]
        for frame in frames:
            frame.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
        sent = encode_picture(
            "GIF",
            frames[0],
            save_all=True,
            append_images=frames[1:],
            loop=0,
            comment=b"Room 204",
        )
        self.assertIn(b"Room 204", sent)
        _name, content = clean_photo("a.gif", sent)
        self.assertNotIn(b"Room 204", content)
        image = Image.open(io.BytesIO(content))
        self.assertEqual((image.n_frames, image.info.get("loop")), (3, 0))

    def test_a_text_that_begins_with_bm_is_no_picture(self):
        for sent in (b"BM rings twice", b"BMW", b"BM" + bytes(40)):
            self.assertNotEqual(get_file_kind("a.txt", sent), "image")
        self.assertEqual(get_file_kind("a.txt", b"BM rings twice"), "text")
        self.assertEqual(get_file_kind("a.bmp", encode_picture("BMP")), "image")
