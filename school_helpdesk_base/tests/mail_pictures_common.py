"""Mails with pictures in their text, as usual mail programs send them."""

from base64 import encodebytes

from .files_common import PNG


def _get_part(headers, content=""):
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", content])


def _get_picture(content=PNG, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return _get_part(
        {**headers, "Content-Transfer-Encoding": "base64"},
        encodebytes(content).decode(),
    )


def _get_multipart(kind, *parts):
    subtype, *parameters = kind.split(";")
    # parts are nested, and each level needs its own boundary
    boundary = f"----=_{subtype}_{sum(map(len, parts))}"
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    header = "".join([f"multipart/{subtype}; ", *(f"{one}; " for one in parameters)])
    return _get_part(
        {"Content-Type": f'{header}boundary="{boundary}"'}, f"{body}--{boundary}--"
    )


def _get_text(plain, html):
    return (
        _get_part({"Content-Type": 'text/plain; charset="utf-8"'}, plain),
        _get_part({"Content-Type": 'text/html; charset="utf-8"'}, html),
    )


def get_outlook():
    """A picture named in its type, in a part "related" around the two texts."""
    name = "image001.png@01DB5A3C.2B8A7C10"
    return _get_multipart(
        'related;type="multipart/alternative"',
        _get_multipart(
            "alternative",
            *_get_text(
                "The screen says:\r\n[cid:image001.png@01DB5A3C.2B8A7C10]\r\nRegards",
                '<html xmlns:v="urn:schemas-microsoft-com:vml"><head><style>p.Mso {'
                'margin:0}</style></head><body lang="EN-US"><div class="WordSection1">'
                '<p class="MsoNormal">The screen says:</p><p class="MsoNormal">'
                f'<img width="602" id="Picture_x0020_1" src="cid:{name}" alt="Dark">'
                "</p><p>Regards</p></div></body></html>",
            ),
        ),
        _get_picture(
            Content_Type='image/png; name="image001.png"',
            Content_Description="image001.png",
            Content_Disposition='inline; filename="image001.png"; size=70',
            Content_ID=f"<{name}>",
        ),
    )


def get_gmail():
    """Two pictures of the same name, each with a short name of its part."""
    return _get_multipart(
        "related",
        _get_multipart(
            "alternative",
            *_get_text(
                "The screen says:\r\n[image: image.png]\r\n[image: image.png]",
                '<div dir="ltr">The screen says:<div><img src="cid:ii_m9x1a2b30" '
                'alt="image.png" width="542" height="306"><br></div><div><img src="'
                'cid:ii_m9x1a2b31" alt="image.png" width="10"></div>Regards</div>',
            ),
        ),
        *(
            _get_picture(
                Content_Type='image/png; name="image.png"',
                Content_Disposition='inline; filename="image.png"',
                X_Attachment_Id=name,
                Content_ID=f"<{name}>",
            )
            for name in ("ii_m9x1a2b30", "ii_m9x1a2b31")
        ),
    )


def get_apple():
    """A picture beside the HTML only: the plain text is the other alternative."""
    name = "5E0B1A2C-77F1-4B0E-9E4C-0A1B2C3D4E5F@school.example.com"
    plain, html = _get_text(
        "The screen says:\r\n\r\nRegards",
        '<html><head></head><body style="overflow-wrap: break-word;">The screen says:'
        f'<div><br></div><div><img alt="IMG_1.png" src="cid:{name}"></div>'
        "<div>Regards</div></body></html>",
    )
    return _get_multipart(
        "alternative",
        plain,
        _get_multipart(
            'related;type="text/html"',
            html,
            _get_picture(
                Content_Type='image/png; name="IMG_1.png"; x-unix-mode=0666',
                Content_Disposition="inline; filename=IMG_1.png",
                Content_Id=f"<{name}>",
            ),
        ),
    )


def get_nameless():
    """A picture without a file name, with an encoded name of its part, and a file."""
    plain, html = _get_text(
        "The screen says: Regards",
        '<p>The screen says:</p><IMG alt="" SRC="CID:part1.ABC%2Bd%40school.example">'
        "<p>Regards</p>",
    )
    return _get_multipart(
        "mixed",
        _get_multipart(
            "alternative",
            plain,
            _get_multipart(
                "related",
                html,
                _get_picture(
                    Content_Type="image/png",
                    Content_Disposition="inline",
                    Content_ID="<part1.ABC+d@school.example>",
                ),
            ),
        ),
        _get_picture(
            Content_Type='image/png; name="photo.png"',
            Content_Disposition='attachment; filename="photo.png"',
        ),
    )


#: For each mail program: a function that returns the mail without the address lines,
#: and the number of pictures in its text.
MAILS = {
    "Outlook": (get_outlook, 1),
    "Gmail": (get_gmail, 2),
    "Apple Mail": (get_apple, 1),
    "without a name": (get_nameless, 1),
}


def get_mail(program, sender, recipient, message_id, **headers):
    """Return a mail as bytes.

    :param str program: a key of ``MAILS``
    :param headers: other headers, with ``_`` for ``-``
    """
    lines = {
        "From": sender,
        "To": recipient,
        "Subject": "Dark screen",
        "Message-ID": message_id,
        "Date": "Mon, 02 Mar 2026 09:00:00 +0700",
        "MIME-Version": "1.0",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    make, _count = MAILS[program]
    head = "\r\n".join(f"{name}: {value}" for name, value in lines.items())
    return f"{head}\r\n{make()}".encode()
