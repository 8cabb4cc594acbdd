"""Good, disguised and broken files for the tests of uploads.

The files are created here, so that the repository has no binary files. The tests of
every form and of mail use these tables, also in other addons::

    class TestMyForm(PortalCase, FilesCommon):
        def test_files(self):
            page = self._send(files=DISGUISED.values())
            self.assert_all_refused(page)
"""

import io
import struct
import zipfile
import zlib
from html import unescape

import pillow_heif
from PIL import Image

from ..tools.file_gate import UNKNOWN_MIMETYPE
from ..tools.video import XMP_UUID

GPS = 0x8825
ORIENTATION = 0x0112
#: The name of the camera in the metadata, which must be removed.
CAMERA = b"Phone"


def get_camera_exif(orientation=6):
    """Return the metadata of a phone: camera, orientation and position."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = CAMERA.decode()
    exif[GPS] = {1: "N", 2: (13.0, 45.0, 0.0), 3: "E", 4: (100.0, 30.0, 0.0)}
    return exif


def get_picture(mode="RGB", size=(64, 32)):
    """Return a picture, red on the left and blue on the right."""
    image = Image.new(mode, size, "blue")
    image.paste(Image.new(mode, (size[0] // 2, size[1]), "red"), (0, 0))
    return image


def encode_picture(image_format, image=None, **options):
    """Return the bytes of a picture in one of Pillow's formats."""
    buffer = io.BytesIO()
    (image or get_picture()).save(buffer, image_format, **options)
    return buffer.getvalue()


def encode_heic(**options):
    """Return the bytes of a picture in HEIC, the format of iPhones."""
    buffer = io.BytesIO()
    pillow_heif.from_pillow(get_picture()).save(buffer, quality=90, **options)
    return buffer.getvalue()


def get_photos():
    """Return turned photos with a position, by their file names."""
    exif = get_camera_exif().tobytes()
    return {
        "IMG_1.HEIC": encode_heic(exif=exif),
        "IMG_2.JPG": encode_picture("JPEG", exif=exif),
        "IMG_3.png": encode_picture("PNG", exif=exif),
        "IMG_4.webp": encode_picture("WEBP", exif=exif),
        # the name has the suffix of another format
        "IMG_5.jpg": encode_picture("WEBP", exif=exif),
    }


#: A position as phones write it into videos.
POSITION = b"+13.7500+100.5000+010.000/"


def get_box(kind, *parts, wide=False):
    """Return a box of an MP4 or MOV file; ``wide``: with a size of eight bytes."""
    content = b"".join(parts)
    if wide:
        return struct.pack(">I4sQ", 1, kind, len(content) + 16) + content
    return struct.pack(">I4s", len(content) + 8, kind) + content


def _get_keyed_values(keys, version):
    """Return the metadata of iPhones: numbered names, then numbered values."""
    handler = get_box(b"hdlr", bytes(8), b"mdta", bytes(12))
    names = [get_box(b"mdta", name) for name, _value in keys]
    values = [
        get_box(
            struct.pack(">I", number),
            get_box(b"data", b"\x00\x00\x00\x01", bytes(4), value),
        )
        for number, (_name, value) in enumerate(keys, start=1)
    ]
    return get_box(
        b"meta",
        version,
        handler,
        get_box(b"keys", bytes(4), struct.pack(">I", len(keys)), *names),
        get_box(b"ilst", *values),
    )


def get_videos():
    """Return videos and recordings with a position, by their file names.

    Each has the word ``Phone`` in a box that stays, and pixels after or before it.
    """
    header = get_box(b"mvhd", bytes(100))
    samples = get_box(b"mdat", b"pixels" * 50)
    text = struct.pack(">HH", len(POSITION), 0x15C7) + POSITION
    camera = get_box(b"\xa9mod", b"\x00\x05\x15\xc7", CAMERA)
    keys = [
        (b"com.apple.quicktime.make", CAMERA),
        (b"com.apple.quicktime.location.accuracy.horizontal", POSITION),
        (b"com.apple.quicktime.location.ISO6709", POSITION),
        (b"com.apple.quicktime.model", CAMERA),
    ]

    def get_start(brand):
        return get_box(b"ftyp", brand, bytes(4), brand, b"isom")

    # language, name, role, then longitude, latitude and altitude
    loci = (
        bytes(4) + b"\x15\xc7" + POSITION + b"\x00\x00" + bytes(12) + b"earth\x00\x00"
    )
    android = get_box(b"udta", get_box(b"\xa9xyz", text), camera)
    return {
        "android.mp4": get_start(b"isom") + samples + get_box(b"moov", header, android),
        "iphone.mov": get_start(b"qt  ")
        + get_box(b"wide")
        + get_box(b"mdat", b"pixels" * 50, wide=True)
        + get_box(b"moov", header, _get_keyed_values(keys, b"")),
        "converted.mp4": get_start(b"mp42")
        + get_box(b"moov", header, get_box(b"udta", _get_keyed_values(keys, bytes(4))))
        + samples,
        "old phone.3gp": get_start(b"3gp5")
        + get_box(b"moov", header, get_box(b"udta", camera, get_box(b"loci", loci)))
        + samples,
        "track.mp4": get_start(b"isom")
        + get_box(b"moov", header, get_box(b"trak", android))
        + samples,
        "edited.m4v": get_start(b"M4V ")
        + get_box(b"uuid", XMP_UUID, b"<x:xmpmeta>" + POSITION)
        + get_box(b"moov", header, get_box(b"udta", camera))
        + samples,
        "memo.m4a": get_start(b"M4A ")
        + samples
        + get_box(
            b"moov",
            header,
            get_box(b"udta", camera, get_box(b"\xa9xyz", text), bytes(4)),
        ),
    }


def get_zip(contents):
    """Return a zip of the given names and contents."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def get_word(**parts):
    """Return a Word document with additional parts."""
    types = b'<?xml version="1.0"?><Types/>'
    return get_zip({"[Content_Types].xml": types, "word/document.xml": b"", **parts})


def _get_zip_bomb():
    """Return a small document whose header claims four gigabytes."""
    content = bytearray(get_word())
    size = content.rindex(b"PK\x01\x02") + 24
    content[size : size + 4] = struct.pack("<I", 2**32 - 2)
    return bytes(content)


def _get_huge_png():
    """Return a small PNG whose header claims too many pixels for the memory."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(header))
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + encode_picture("PNG")[33:]
    )


JPEG = encode_picture("JPEG")
PNG = encode_picture("PNG")
HEIC = encode_heic()
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(64)
PAGE = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42\x00\x00\x00\x08free"
MAIL = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\n\r\nHello\r\n"
TURNED = "\u202e"
UNSEEN = "\u200b"

#: Files that every form refuses: the problem to ``(name, content)``.
DISGUISED = {
    "batch file like a video": ("start.bat", b"set ftyp=1\r\ndel *.*\r\n"),
    "batch file": ("a.bat", b"rem\r\nftyp=1\r\n"),
    "command file": ("a.cmd", b"@echo off\r\n"),
    "page": ("page.html", PAGE),
    "page in capitals": ("PAGE.HTM", PAGE),
    "page of XML": ("page.xhtml", b'<?xml version="1.0"?>' + PAGE),
    "saved page": ("page.mht", b"MIME-Version: 1.0\r\n\r\n" + PAGE),
    "page application": ("app.hta", b"<hta:application>" + PAGE),
    "script for Windows": ("a.vbs", b'CreateObject("WScript.Shell").Run "cmd"\r\n'),
    "script of PowerShell": ("a.ps1", b"Invoke-Expression $env:X\r\n"),
    "script for browsers": ("a.js", b"alert(1)\n"),
    "script host file": ("a.wsf", b"<job><script>x</script></job>"),
    "script of a shell": ("a.sh", b"#!/bin/sh\nrm -rf ~\n"),
    "screen saver": ("a.scr", PROGRAM),
    "program": ("setup.exe", PROGRAM),
    "program behind a picture's name": ("holiday.jpg.exe", JPEG),
    "program with a picture's name": ("holiday.jpg", PROGRAM),
    "program with a turned name": (f"photo{TURNED}gpj.exe", PROGRAM),
    "program with blanks at the end": ("tool.exe . ", PROGRAM),
    "program with an unseen end": (f"other.exe{UNSEEN}", PROGRAM),
    "program before a colon": ("run.exe:.jpg", PROGRAM),
    "program in wide letters": ("wide.ｅｘｅ", PROGRAM),
    "drawing": ("drawing.svg", DRAWING),
    "drawing like a PDF": ("plan.svg", b"<!-- %PDF-1.4 -->" + DRAWING),
    "drawing with a PDF's name": ("plan.pdf", b"<!-- %PDF-1.4 -->" + DRAWING),
    "drawing with a picture's name": ("plan.png", DRAWING),
    "page and PDF in one": ("letter.pdf", PAGE + PDF),
    "words before a PDF": ("words.pdf", b"var x = 1;\n" + PDF),
    "zip and PDF in one": ("report.pdf", PDF + get_zip({"run.exe": PROGRAM})),
    "script and picture in one": ("photo.gif", b"GIF89a=1;alert(1)//"),
    "page with a text's name": ("note.txt", PAGE),
    "drawing with a table's name": ("data.csv", DRAWING),
    "program with a text's name": ("notes.txt", PROGRAM),
    "program of Linux with a text's name": ("log.log", b"\x7fELF\x02\x01\x01\x00"),
    "zip with a table's name": ("table.csv", get_zip({"a.csv": b"1,2"})),
    "zip": ("archive.zip", get_zip({"run.exe": PROGRAM})),
    "zip with a letter's name": ("letter.docx", get_zip({"run.exe": PROGRAM})),
    "zip with a photo's name": ("photo.jpg", get_zip({"run.exe": PROGRAM})),
    "letter with macros": ("macros.docx", get_word(**{"word/vbaProject.bin": b"x"})),
    "letter that may have macros": ("letter.docm", get_word()),
    "letter with a table's name": ("table.xlsx", get_word()),
    "letter of huge size": ("bomb.docx", _get_zip_bomb()),
    "table with a letter's name": (
        "letter.odt",
        get_zip({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
    ),
    "program of Java": ("app.jar", get_zip({"META-INF/MANIFEST.MF": b""})),
    "7z archive": ("archive.7z", b"7z\xbc\xaf'\x1c\x00\x04" + bytes(24)),
    "RAR archive": ("archive.rar", b"Rar!\x1a\x07\x00" + bytes(24)),
    "image of a disk": ("disk.iso", bytes(32769) + b"CD001"),
    "link to a program": ("open.lnk", b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(68)),
    "link to a page": ("open.url", b"[InternetShortcut]\r\nURL=file://x\r\n"),
    "settings of Windows": ("a.reg", b"Windows Registry Editor Version 5.00\r\n"),
    "installer": ("setup.msi", OLE),
    "page with a mail's name": ("mail.eml", PAGE),
    "program with a mail's name": ("forwarded.eml", PROGRAM),
    "page with a video's name": ("clip.mp4", PAGE),
    "batch file with a video's name": ("film.mp4", b"set ftyp=1\r\ndel *.*\r\n"),
    "program with a recording's name": ("memo.m4a", PROGRAM),
    "photo that ends too early": ("cut.jpg", encode_picture("JPEG")[:300]),
    "photo of an iPhone that is broken": (
        "cut.heic",
        b"\x00\x00\x00\x18ftypheic" + b"\xff" * 200,
    ),
    "picture without pixels": ("junk.png", b"\x89PNG\r\n\x1a\n" + b"x" * 50),
    "picture of too many pixels": ("huge.png", _get_huge_png()),
    "text without a suffix": ("README", b"Read this\n"),
    "settings of a web server": (".htaccess", b"Options +ExecCGI\n"),
    "nothing": ("empty.png", b""),
}
#: Files of ``DISGUISED`` that keep their name when they arrive by mail.
BROKEN = ("cut.jpg", "cut.heic", "junk.png", "huge.png", "photo.gif", "empty.png")

#: Accepted files as ``(name, content, shown)``; ``shown``: a browser shows the file.
KNOWN = [
    ("photo.jpg", JPEG, True),
    ("screen.png", PNG, True),
    ("photo.gif", encode_picture("GIF"), True),
    ("photo.webp", encode_picture("WEBP"), True),
    ("IMG_0001.HEIC", HEIC, True),
    ("fax.tiff", encode_picture("TIFF"), True),
    ("paint.bmp", encode_picture("BMP"), True),
    ("blob", PNG, True),
    ("scan.pdf", PDF, True),
    ("scan 12.05.2026.pdf", b"\r\n" + PDF, True),
    ("ปัญหา.txt", "จอไม่ติด".encode(), True),
    ("windows.log", "จอไม่ติด;1\r\n".encode("cp874"), True),
    ("output.txt", "PS C:\\> ipconfig\r\n".encode("utf-16"), True),
    ("colours.log", b"\x1b[31mfailed\x1b[0m\n", True),
    ("list.csv", b"room;device\n101;Projector\n", False),
    ("letter.docx", get_word(), False),
    (
        "table.ods",
        get_zip({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
        False,
    ),
    ("old.xls", OLE, False),
    ("forwarded.msg", OLE, False),
    ("forwarded.eml", MAIL, False),
    ("clip.mp4", MP4, False),
    ("IMG_0002.MOV", b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ", False),
    ("memo.m4a", b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00isomM4A ", False),
    ("memo.mp3", b"ID3\x03\x00\x00\x00\x00\x00\x00" + bytes(64), False),
]


def get_shown_name(name):
    """Return a file's name as the desk shows it, without invisible characters."""
    for unseen in (TURNED, UNSEEN):
        name = name.replace(unseen, "")
    return name.replace(":", "_").strip(" .")


class FilesCommon:
    """Checks of files that were sent in any way."""

    def assert_all_refused(self, answer, files=None):
        """Check that a response names each of these files as refused."""
        answer = unescape(answer)
        for label, (name, _content) in (files or DISGUISED).items():
            with self.subTest(label):
                # the space: one name can be the start of another name
                self.assertRegex(answer, rf"(file|photo) {get_shown_name(name)} ")

    def assert_all_kept_safely(self, attachments):
        """Check how the disguised files, in this order, are stored."""
        self.assertEqual(len(attachments), len(DISGUISED))
        for attachment, (label, (name, content)) in zip(
            attachments, DISGUISED.items(), strict=True
        ):
            with self.subTest(label):
                name = get_shown_name(name)
                if name not in BROKEN:
                    name += ".blocked"
                self.assertEqual(attachment.name, name)
                self.assertEqual(attachment.mimetype, UNKNOWN_MIMETYPE)
                self.assertEqual(attachment.raw or b"", content)
                self.assert_served(attachment, shown=False)

    def assert_all_known(self, attachments):
        """Check how the accepted files, in this order, are stored."""
        for attachment, (name, _content, shown) in zip(attachments, KNOWN, strict=True):
            with self.subTest(name):
                self.assertNotIn("blocked", attachment.name)
                self.assert_served(attachment, shown)

    def assert_served(self, attachment, shown):
        """Check the HTTP headers of a file at all of its URLs."""
        [token] = attachment.generate_access_token()
        key = f"access_token={token}"
        self.env.flush_all()
        addresses = [
            f"/web/content/{attachment.id}?{key}",
            f"/web/content/{attachment.id}/asked.html?{key}&mimetype=text/html",
        ]
        if attachment.file_size:  # for an empty file, Odoo shows a placeholder
            addresses.append(
                f"/web/image/{attachment.id}?{key}&mimetype=image/svg%2Bxml"
            )
        for address in addresses:
            response = self.url_open(address)
            self.assertEqual(response.status_code, 200, address)
            headers = response.headers
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            policy = headers["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy)
            kind = headers["Content-Type"].partition(";")[0]
            self.assertEqual(kind, attachment.mimetype)
            self.assertEqual(kind != "application/pdf", "sandbox" in policy, policy)
            disposition = headers["Content-Disposition"]
            self.assertEqual(
                disposition.partition(";")[0], "inline" if shown else "attachment"
            )
            self.assertNotIn("asked.html", disposition)

    def assert_upright_without_place(self, attachment):
        """Check that a photo of ``get_photos`` is stored upright, without metadata."""
        content = attachment.raw
        self.assertNotIn(CAMERA, content)
        image = Image.open(io.BytesIO(content))
        self.assertFalse(image.getexif())
        self.assertEqual(image.size, (32, 64))
        # turned to the right: the left side is now at the top
        above, below = (image.convert("RGB").getpixel((16, y)) for y in (8, 56))
        self.assertGreater(above[0], 200)
        self.assertGreater(below[2], 200)
