"""Photos are kept so that browsers show them, upright, without where they are from."""

import io

import pillow_heif
from PIL import Image

from odoo.tests import BaseCase, tagged

from ..tools import photo
from ..tools.file_kind import get_file_kind
from ..tools.photo import PhotoError, clean_photo

GPS = 0x8825
ORIENTATION = 0x0112


def _camera_exif(orientation=6):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "Phone"
    exif[GPS] = {1: "N", 2: (13.0, 45.0, 0.0), 3: "E", 4: (100.0, 30.0, 0.0)}
    return exif


def _picture(mode="RGB", size=(64, 32)):
    """Red on the left, blue on the right."""
    image = Image.new(mode, size, "blue")
    image.paste(Image.new(mode, (size[0] // 2, size[1]), "red"), (0, 0))
    return image


def _encode(image_format, image=None, **options):
    buffer = io.BytesIO()
    (image or _picture()).save(buffer, image_format, **options)
    return buffer.getvalue()


def _heic(**options):
    buffer = io.BytesIO()
    pillow_heif.from_pillow(_picture()).save(buffer, quality=90, **options)
    return buffer.getvalue()


@tagged("post_install", "-at_install")
class TestPhoto(BaseCase):
    def _assert_clean_jpeg(self, content, size):
        image = Image.open(io.BytesIO(content))
        self.assertEqual(image.format, "JPEG")
        self.assertEqual(image.size, size)
        self.assertFalse(image.getexif())
        self.assertNotIn(b"Phone", content)
        return image

    def test_heic_becomes_an_upright_jpeg_without_a_place(self):
        content = _heic(exif=_camera_exif().tobytes())
        self.assertEqual(content[4:12], b"ftypheic")
        name, content = clean_photo("IMG 1.HEIC", content)
        self.assertEqual(name, "IMG 1.jpg")
        image = self._assert_clean_jpeg(content, (32, 64))
        # turned right: what was on the left is above
        above, below = image.getpixel((16, 8)), image.getpixel((16, 56))
        self.assertGreater(above[0], 200)
        self.assertGreater(below[2], 200)

    def test_heic_without_data_of_a_camera(self):
        name, content = clean_photo("a.heif", _heic())
        self.assertEqual(name, "a.jpg")
        self._assert_clean_jpeg(content, (64, 32))

    def test_jpeg_loses_its_place_and_stands_upright(self):
        content = _encode("JPEG", exif=_camera_exif())
        self.assertIn(b"Phone", content)
        name, content = clean_photo("a.JPG", content)
        self.assertEqual(name, "a.jpg")
        image = self._assert_clean_jpeg(content, (32, 64))
        self.assertGreater(image.getpixel((16, 8))[0], 200)

    def test_a_place_in_other_formats_goes_as_well(self):
        for image_format in ("PNG", "WEBP", "TIFF", "AVIF"):
            with self.subTest(image_format):
                sent = _encode(image_format, exif=_camera_exif(1).tobytes())
                self.assertIn(b"Phone", sent)
                _name, content = clean_photo("a", sent)
                self.assertNotIn(b"Phone", content)
                image = Image.open(io.BytesIO(content))
                self.assertFalse(image.getexif())
                self.assertEqual(image.size, (64, 32))

    def test_xmp_goes_as_well(self):
        _name, content = clean_photo("a", _encode("JPEG", xmp=b"<x:GPS/>"))
        self.assertNotIn(b"GPS", content)

    def test_what_has_nothing_to_hide_stays_as_it_is(self):
        for image_format in ("JPEG", "PNG", "GIF", "WEBP"):
            with self.subTest(image_format):
                sent = _encode(image_format)
                self.assertEqual(clean_photo("a.x", sent), ("a.x", sent))
        for name, sent in (("a.pdf", b"%PDF-1.4 x"), ("a.txt", b"hello")):
            self.assertEqual(clean_photo(name, sent), (name, sent))

    def test_pictures_no_browser_shows_become_jpeg(self):
        for image_format in ("BMP", "TIFF", "AVIF"):
            with self.subTest(image_format):
                name, content = clean_photo("a.x", _encode(image_format))
                self.assertEqual(name, "a.jpg")
                self._assert_clean_jpeg(content, (64, 32))

    def test_transparency_becomes_paper(self):
        clear = Image.new("RGBA", (64, 32), (0, 0, 0, 0))
        sent = _encode("TIFF", clear)
        image = self._assert_clean_jpeg(clean_photo("a", sent)[1], (64, 32))
        self.assertEqual(image.getpixel((5, 5)), (255, 255, 255))

    def test_large_photos_are_made_smaller(self):
        sent = _encode("JPEG", _picture(size=(5000, 100)), exif=_camera_exif())
        self._assert_clean_jpeg(clean_photo("a", sent)[1], (51, 2560))

    def test_broken_pictures(self):
        heic, jpeg = _heic(), _encode("JPEG", exif=_camera_exif())
        bitmap = _encode("BMP")
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
        for sent in (_heic(), _encode("PNG")):
            with self.assertRaises(PhotoError):
                clean_photo("a", sent)

    def test_too_many_pixels_are_counted_before_they_are_read(self):
        # whole but for its pixels: reading them is another error
        sent = _heic()[:-10]
        with self.assertRaises(PhotoError) as broken:
            clean_photo("a", sent)
        self.assertTrue(broken.exception.__cause__)
        self.patch(photo, "MAX_PIXELS", 64 * 32 - 1)
        with self.assertRaises(PhotoError) as large:
            clean_photo("a", sent)
        self.assertFalse(large.exception.__cause__)

    def test_two_letters_make_no_picture(self):
        for sent in (b"BM rings twice", b"BMW", b"BM" + bytes(40)):
            self.assertNotEqual(get_file_kind("a.txt", sent), "image")
        self.assertEqual(get_file_kind("a.txt", b"BM rings twice"), "text")
        self.assertEqual(get_file_kind("a.bmp", _encode("BMP")), "image")
