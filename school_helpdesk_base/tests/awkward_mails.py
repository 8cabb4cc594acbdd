"""Mails as mail programs, robots and broken servers really send them.

``AWKWARD`` has one line for each mail: its name, its bytes, its outcome, and what
must be found afterwards. The outcomes:

``ticket``: a new ticket; ``reply``: a message that the requester may read; ``note``: an
internal note; ``kept``: no ticket, and nobody needs to decide; ``parked``: no ticket,
and a manager decides.
"""

import base64
import random
import struct
from email.header import Header
from typing import NamedTuple

THAI = "เครื่องพิมพ์ห้อง 204 ไม่ทำงาน กรุณาช่วยด้วยครับ"


class Awkward(NamedTuple):
    name: str
    source: bytes
    outcome: str
    text: str = ""
    files: tuple = ()
    title: str = ""
    #: the address of the requester; False if there is no requester
    sender: str | bool = ""


def mail(body=b"The printer is broken.", kind="text/plain", **headers):
    """Return the bytes of a mail; the keywords are headers, ``_`` for ``-``.

    ``{desk}`` is the address of the desk, ``{reference}`` the Message-ID of a mail of
    the desk and ``{marker}`` the marker in it.
    """
    defaults = {
        "From": "Malee <malee@home.example.com>",
        "To": "{desk}",
        "Subject": "Printer",
        "Message-ID": "<{number}@awkward.example.com>",
        "Date": "Mon, 02 Mar 2026 09:00:00 +0700",
        "MIME-Version": "1.0",
        "Content-Type": kind,
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [
        name.encode() + b": " + (value if isinstance(value, bytes) else value.encode())
        for name, value in {**defaults, **named}.items()
        if value is not None
    ]
    body = body if isinstance(body, bytes) else body.encode()
    return b"\n".join(lines) + b"\n\n" + body


def multi(*parts, subtype="mixed", **headers):
    """Return a mail of several parts, each a pair of headers and content."""
    body = b"".join(
        b"--B\n" + head.encode() + b"\n\n" + _to_bytes(content) + b"\n"
        for head, content in parts
    )
    kind = f'multipart/{subtype}; boundary="B"'
    return mail(body + b"--B--\n", headers.pop("kind", kind), **headers)


def file(name, content=b"content", kind="application/octet-stream", **extra):
    """Return a part with a file."""
    more = "".join(f"\n{key.replace('_', '-')}: {text}" for key, text in extra.items())
    head = (
        f'Content-Type: {kind}\nContent-Disposition: attachment; filename="{name}"\n'
        f"Content-Transfer-Encoding: base64{more}"
    )
    return head, base64.encodebytes(content)


def reply(body="It is plugged in.", **headers):
    return mail(
        body,
        **{
            "Subject": "Re: Projector",
            "From": "somchai@school.example.com",
            "In_Reply_To": "{reference}",
            "References": "{reference}",
            **headers,
        },
    )


def thai(charset, declared=None, **headers):
    kind = f"text/plain; charset={declared}" if declared else "text/plain"
    content = base64.encodebytes(THAI.encode(charset))
    return mail(content, kind, Content_Transfer_Encoding="base64", **headers)


def tnef(files=(), body=b"", rtf=b""):
    """Return a container of Outlook.

    :param bytes rtf: the text in Outlook's own format, of a length that four divides
    """

    def attribute(level, name, kind, content):
        checksum = sum(content) & 0xFFFF
        return (
            struct.pack("<BHHL", level, name, kind, len(content))
            + content
            + struct.pack("<H", checksum)
        )

    result = struct.pack("<LH", 0x223E9F78, 1)
    result += attribute(1, 0x9006, 8, struct.pack("<L", 0x10000))
    result += attribute(1, 0x9007, 6, struct.pack("<LL", 874, 0))
    if body:
        result += attribute(1, 0x800C, 2, body + b"\0")
    if rtf:
        head = struct.pack("<LHHLL", 1, 0x0102, 0x1009, 1, len(rtf))
        result += attribute(1, 0x9003, 6, head + rtf)
    for name, content in files:
        result += attribute(2, 0x9002, 6, b"\0" * 14)
        result += attribute(2, 0x8010, 1, name + b"\0")
        result += attribute(2, 0x800F, 6, content)
    return result


def report(action="failed", original="Message-ID: {reference}", **headers):
    return multi(
        ("Content-Type: text/plain", "The mailbox is full."),
        (
            "Content-Type: message/delivery-status",
            "Reporting-MTA: dns; mx.example.com\n\n"
            "Final-Recipient: rfc822; somchai@school.example.com\n"
            f"Action: {action}\nStatus: 5.2.2\n",
        ),
        ("Content-Type: text/rfc822-headers", f"Subject: x\n{original}\n"),
        kind='multipart/report; report-type=delivery-status; boundary="B"',
        **{
            "From": "MAILER-DAEMON@mx.example.com",
            "Subject": "Undelivered",
            "Return_Path": "<>",
            **headers,
        },
    )


def nested(depth):
    """Return a mail with containers in containers."""
    text = b"Content-Type: text/plain\n\nDeep inside."
    for level in range(depth):
        mark = b"L%d" % level
        text = b'Content-Type: multipart/mixed; boundary="%b"\n\n--%b\n%b\n--%b--\n' % (
            mark,
            mark,
            text,
            mark,
        )
    head, body = text.split(b"\n\n", 1)
    return mail(body, head.split(b": ", 1)[1].decode())


def _to_bytes(content):
    return content if isinstance(content, bytes) else content.encode()


def _word(text, charset, kind="b"):
    encoded = base64.b64encode(text.encode(charset)).decode()
    return f"=?{kind}?B?{encoded}?="


PDF = b"%PDF-1.4\n%%EOF\n"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
INNER = (
    "From: Nid <nid@home.example.com>\nSubject: Inner mail\nMessage-ID: <i@x>\n\n"
    "Inside."
)

AWKWARD = [
    # Character sets
    Awkward("utf-8", thai("utf-8", "utf-8"), "ticket", THAI),
    Awkward("utf-8 undeclared", thai("utf-8"), "ticket", THAI),
    Awkward("utf-8 as ascii", thai("utf-8", "us-ascii"), "ticket", THAI),
    Awkward("utf-8 as latin", thai("utf-8", "iso-8859-1"), "ticket", THAI),
    Awkward("tis-620", thai("tis-620", "tis-620"), "ticket", THAI),
    Awkward("tis-620 undeclared", thai("tis-620"), "ticket", THAI),
    Awkward("windows-874", thai("cp874", "windows-874"), "ticket", THAI),
    Awkward("x-windows-874", thai("cp874", "x-windows-874"), "ticket", THAI),
    Awkward("iso-8859-11", thai("cp874", "iso-8859-11"), "ticket", THAI),
    Awkward("unknown-8bit", thai("cp874", "unknown-8bit"), "ticket", THAI),
    Awkward("thai as latin", thai("cp874", "iso-8859-1"), "ticket", THAI),
    Awkward("thai as utf-8", thai("cp874", "utf-8"), "ticket", THAI),
    Awkward("nonsense charset", thai("utf-8", "x-no-such-charset"), "ticket", THAI),
    Awkward("charset base64", thai("utf-8", "base64"), "ticket", THAI),
    Awkward("empty charset", thai("utf-8", '""'), "ticket", THAI),
    Awkward("utf-16", thai("utf-16", "utf-16"), "ticket", THAI),
    Awkward(
        "utf-7", mail(b"1 +AD0- 1", "text/plain; charset=utf-7"), "ticket", "1 = 1"
    ),
    Awkward(
        "latin undeclared", mail("Café fermé".encode("latin-1")), "ticket", "Café fermé"
    ),
    Awkward(
        "russian",
        mail("Принтер не работает".encode("koi8-r"), "text/plain; charset=koi8-r"),
        "ticket",
        "Принтер не работает",
    ),
    Awkward(
        "chinese",
        mail("打印机不工作了".encode("gb18030"), "text/plain; charset=gb2312"),
        "ticket",
        "打印机不工作了",
    ),
    Awkward(
        "half a character",
        mail(THAI.encode()[:-1], "text/plain; charset=utf-8"),
        "ticket",
    ),
    Awkward("nul characters", mail(b"One\0two"), "ticket", "Onetwo"),
    Awkward("8 bit subject", mail(Subject=THAI.encode("cp874")), "ticket", title=THAI),
    Awkward("utf-8 subject", mail(Subject=THAI.encode()), "ticket", title=THAI),
    Awkward(
        "encoded subject",
        mail(Subject=Header(THAI, "utf-8").encode()),
        "ticket",
        title=THAI,
    ),
    Awkward(
        "subject in an unknown charset",
        mail(Subject=_word(THAI, "cp874", "x-windows-874")),
        "ticket",
        title=THAI,
    ),
    Awkward(
        "subject in no charset",
        mail(Subject="=?x-nothing?B?" + base64.b64encode(b"Hello").decode() + "?="),
        "ticket",
        title="Hello",
    ),
    Awkward("broken encoded subject", mail(Subject="=?utf-8?B?abc"), "ticket"),
    Awkward(
        "name in an unknown charset",
        mail(
            From=_word("มาลี, ดี", "cp874", "x-windows-874") + " <malee@home.example.com>"
        ),
        "ticket",
        sender="malee@home.example.com",
    ),
    Awkward("nul in the subject", mail(Subject="Prin\0ter"), "ticket"),
    # Headers
    Awkward("no subject", mail(Subject=None), "ticket"),
    Awkward("empty subject", mail(Subject=""), "ticket"),
    Awkward("long subject", mail(Subject="x" * 10_000), "ticket"),
    Awkward("folded subject", mail(Subject="Prin\n ter"), "ticket"),
    Awkward("no message id", mail(Message_ID=None), "ticket"),
    Awkward("empty message id", mail(Message_ID=""), "ticket"),
    Awkward("long message id", mail(Message_ID="<" + "x" * 5000 + "@x>"), "ticket"),
    Awkward("message id without brackets", mail(Message_ID="{number}.naked"), "ticket"),
    Awkward("no date", mail(Date=None), "ticket"),
    Awkward("wrong date", mail(Date="yesterday at noon"), "ticket"),
    Awkward("impossible date", mail(Date="Mon, 99 Foo 20260 99:99:99 +9999"), "ticket"),
    Awkward("no sender", mail(From=None), "ticket"),
    Awkward("empty sender", mail(From="<>"), "ticket"),
    Awkward("sender without an address", mail(From="Malee"), "ticket"),
    Awkward(
        "two senders", mail(From="a@home.example.com, b@home.example.com"), "ticket"
    ),
    Awkward("wrong sender", mail(From='"Malee <malee@home.example.com'), "ticket"),
    Awkward("group of senders", mail(From="People: a@home.example.com;"), "ticket"),
    Awkward("thai address", mail(From="<สมชาย@home.example.com>".encode()), "ticket"),
    Awkward(
        "many recipients",
        mail(To="{desk}, " + ", ".join(f"a{n}@x.example" for n in range(500))),
        "ticket",
    ),
    Awkward("blind copy", mail(To="x@x.example", Delivered_To="{desk}"), "ticket"),
    Awkward("address in capitals", mail(To="{desk_upper}"), "ticket"),
    Awkward("another address", mail(To="nobody@school.example.com"), "parked"),
    Awkward("no recipient", mail(To=None), "parked"),
    Awkward("many references", mail(References="<a@b> " * 500), "ticket"),
    Awkward("wrong references", mail(References="<<<>>> <", In_Reply_To="x"), "ticket"),
    # Text
    Awkward("empty", mail(b""), "ticket"),
    Awkward("only blanks", mail(b" \n \n"), "ticket"),
    Awkward(
        "html", mail(b"<p>The <b>printer</b></p>", "text/html"), "ticket", "printer"
    ),
    Awkward("empty html", mail(b"<html></html>", "text/html"), "ticket"),
    Awkward("html comment", mail(b"<!-- x -->", "text/html"), "ticket"),
    Awkward(
        "xhtml",
        mail(b'<?xml version="1.0" encoding="utf-8"?><p>printer</p>', "text/html"),
        "ticket",
        "printer",
    ),
    Awkward(
        "html with a script",
        mail(b"<p>printer</p><script>alert(1)</script>", "text/html"),
        "ticket",
        "printer",
    ),
    Awkward("broken html", mail(b"<p><table><<<printer", "text/html"), "ticket"),
    Awkward("thai html", mail(f"<p>{THAI}</p>", "text/html"), "ticket", THAI),
    Awkward(
        "both",
        multi(
            ("Content-Type: text/plain", "printer"),
            ("Content-Type: text/html", "<p>printer in colours</p>"),
            subtype="alternative",
        ),
        "ticket",
        "printer in colours",
    ),
    Awkward("long text", mail(b"printer " * 200_000), "ticket", "printer"),
    Awkward(
        "long html",
        mail(b"<p>printer</p>" * 200_000, "text/html"),
        "ticket",
        files=("message.html",),
    ),
    Awkward("long line", mail(b"x" * 100_000), "ticket"),
    # MIME
    Awkward("no boundary", mail(b"printer", "multipart/mixed"), "ticket", "printer"),
    Awkward(
        "wrong boundary", mail(b"printer", 'multipart/mixed; boundary="no"'), "ticket"
    ),
    Awkward(
        "cut off",
        multi(("Content-Type: text/plain", "printer"), file("a.pdf", PDF))[:-60],
        "ticket",
        "printer",
    ),
    Awkward("no parts", mail(b"--B--", 'multipart/mixed; boundary="B"'), "ticket"),
    Awkward("deep", nested(20), "ticket", "Deep inside"),
    Awkward("too deep", nested(300), "any"),
    Awkward("no content type", mail(b"printer", ""), "ticket", "printer"),
    Awkward("wrong content type", mail(b"printer", "text"), "ticket", "printer"),
    Awkward("strange content type", mail(b"printer", "*/*; a=;;"), "ticket"),
    Awkward(
        "wrong encoding",
        mail(b"printer", Content_Transfer_Encoding="x-nothing"),
        "ticket",
        "printer",
    ),
    Awkward(
        "broken base64",
        mail(b"cHJpbnRlcg=", Content_Transfer_Encoding="base64"),
        "ticket",
        "printer",
    ),
    Awkward(
        "broken quoted-printable",
        mail(b"printer =ZZ =", Content_Transfer_Encoding="quoted-printable"),
        "ticket",
        "printer",
    ),
    Awkward("no header", b"Just text, and no header at all", "parked"),
    Awkward("no bytes", b"", "parked"),
    Awkward("only line ends", b"\r\n" * 50, "parked"),
    Awkward("random bytes", random.Random(9).randbytes(5000), "parked"),
    # Files
    Awkward("file", multi(file("a.pdf", PDF)), "ticket", files=("a.pdf",)),
    Awkward(
        "file without a name",
        multi(("Content-Type: application/pdf", PDF)),
        "ticket",
    ),
    Awkward("path as a name", multi(file("../../etc/passwd.txt")), "ticket"),
    Awkward("thai name", multi(file("ใบงาน.pdf", PDF)), "ticket", files=("ใบงาน.pdf",)),
    Awkward(
        "encoded name",
        multi(
            (
                "Content-Type: application/pdf\nContent-Disposition: attachment;"
                " filename*=utf-8''%E0%B9%83%E0%B8%9A.pdf",
                PDF,
            )
        ),
        "ticket",
        files=("ใบ.pdf",),
    ),
    Awkward("long name", multi(file("x" * 1000 + ".pdf", PDF)), "ticket"),
    Awkward("name reversed", multi(file("a\u202efdp.exe")), "ticket"),
    Awkward(
        "text file in an unknown charset",
        multi(
            file("a.csv", THAI.encode("cp874"), "text/csv; charset=x-windows-874"),
        ),
        "ticket",
        files=("a.csv",),
    ),
    Awkward(
        "calendar", mail(b"BEGIN:VCALENDAR\nEND:VCALENDAR", "text/calendar"), "any"
    ),
    Awkward(
        "invitation",
        multi(
            ("Content-Type: text/plain", "Meeting"),
            (
                "Content-Type: text/calendar; method=REQUEST; charset=utf-8",
                "BEGIN:VCALENDAR\nEND:VCALENDAR",
            ),
            subtype="alternative",
        ),
        "ticket",
        "Meeting",
    ),
    Awkward(
        "picture in the text",
        multi(
            ("Content-Type: text/html", '<p>See <img src="cid:p1"></p>'),
            (
                "Content-Type: image/png; name=p.png\nContent-ID: <p1>\n"
                "Content-Transfer-Encoding: base64",
                base64.encodebytes(PNG),
            ),
            subtype="related",
        ),
        "ticket",
        "See",
        files=("p.png",),
    ),
    Awkward(
        "signed",
        multi(
            ("Content-Type: text/plain", "printer"),
            ("Content-Type: application/pgp-signature; name=s.asc", "-----BEGIN PGP"),
            subtype="signed",
        ),
        "ticket",
        "printer",
        files=("s.asc",),
    ),
    Awkward(
        "encrypted",
        multi(
            ("Content-Type: application/pgp-encrypted", "Version: 1"),
            file("encrypted.asc", b"-----BEGIN PGP MESSAGE-----"),
            subtype="encrypted",
        ),
        "ticket",
        files=("encrypted.asc",),
    ),
    Awkward(
        "encrypted by S/MIME",
        mail(
            base64.b64encode(b"0\x82secret"),
            "application/pkcs7-mime; name=smime.p7m; smime-type=enveloped-data",
            Content_Transfer_Encoding="base64",
        ),
        "ticket",
        files=("smime.p7m",),
    ),
    Awkward(
        "winmail.dat",
        multi(file("winmail.dat", tnef([(b"a.pdf", PDF)], b"Text of Outlook"))),
        "ticket",
        "Text of Outlook",
        files=("a.pdf",),
    ),
    Awkward(
        "broken winmail.dat",
        multi(file("winmail.dat", tnef([(b"a.pdf", PDF)])[:60])),
        "ticket",
    ),
    Awkward(
        "winmail.dat that is none", multi(file("winmail.dat", b"x" * 50)), "ticket"
    ),
    Awkward(
        "attached mail",
        multi(
            ("Content-Type: text/plain", "See"), ("Content-Type: message/rfc822", INNER)
        ),
        "ticket",
        "See",
        files=("Inner mail.eml",),
    ),
    Awkward(
        "attached mail in base64",
        multi(
            (
                "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64",
                base64.encodebytes(INNER.encode()),
            )
        ),
        "ticket",
    ),
    Awkward("only a mail", mail(INNER, "message/rfc822"), "any"),
    Awkward("external body", mail(b"x", "message/external-body"), "any"),
    Awkward("partial", mail(b"x", "message/partial; id=1; number=1"), "any"),
    # Automatic mails
    Awkward("newsletter", mail(List_Unsubscribe="<https://x.example>"), "kept"),
    Awkward("bulk", mail(Precedence="bulk"), "kept"),
    Awkward("robot", mail(Auto_Submitted="auto-generated"), "kept"),
    Awkward("no return path", mail(Return_Path="<>"), "kept"),
    Awkward("away", reply("I am away.", Auto_Submitted="auto-replied"), "note", "away"),
    Awkward("away in Exchange", reply(X_Auto_Response_Suppress="All"), "note"),
    Awkward("away in Thai", reply(Subject="ตอบกลับอัตโนมัติ: ลา".encode()), "note"),
    Awkward("away by its subject", reply(Subject="Automatic reply: x"), "note"),
    Awkward(
        "read receipt",
        multi(
            ("Content-Type: text/plain", "Was read."),
            ("Content-Type: message/disposition-notification", "Disposition: x"),
            kind="multipart/report; report-type=disposition-notification; boundary=B",
            In_Reply_To="{reference}",
        ),
        "note",
    ),
    Awkward("failure", report(), "note", "mailbox is full"),
    Awkward("delay", report("delayed"), "note"),
    Awkward("failure of nothing", report(original="X: y"), "kept"),
    Awkward("failure in text only", mail(From="MAILER-DAEMON@x.example"), "kept"),
    Awkward(
        "failure with the marker",
        mail("Could not deliver:\n> {marker}", From="mailer-daemon@x.example"),
        "note",
    ),
    Awkward("from the desk", mail(From="{desk}"), "kept"),
    Awkward("from the desk in a thread", reply(From="{desk}"), "note"),
    Awkward("loop", mail(References="<1.2-loop-detection-bounce-email@x>"), "any"),
    # Forged
    Awkward(
        "forged reference",
        mail(References="<1.2-openerp-1-helpdesk.ticket-c0123456789abcdef@x>"),
        "ticket",
    ),
    Awkward("forged marker", mail("> [#desk-1-c0123456789abcdef]"), "ticket"),
    Awkward("number in the subject", mail(Subject="Re: [{ticket}]"), "ticket"),
    Awkward("from the gateway", mail(From="odoobot@example.com"), "ticket"),
    # Replies
    Awkward(
        "reply by Gmail",
        reply("Yes.\n\nOn Mon, Mar 2, 2026 at 9:00 AM <desk> wrote:\n\n> Plugged?"),
        "reply",
        "Yes.",
    ),
    Awkward(
        "reply by Outlook",
        reply("Yes.\n\n________________________________\nFrom: Desk\nSent: Monday"),
        "reply",
        "Yes.",
    ),
    Awkward(
        "reply by Apple Mail",
        reply("Yes.\n\n> On 2 Mar 2026, at 09:00, Desk wrote:\n> \n> Plugged?"),
        "reply",
        "Yes.",
    ),
    Awkward(
        "reply by Thunderbird",
        reply("Am 02.03.26 um 09:00 schrieb Desk:\n> Plugged?\nYes."),
        "reply",
        "Yes.",
    ),
    Awkward(
        "reply by Yahoo",
        mail(
            '<div>Yes.</div><div class="yahoo_quoted"><p>Plugged?</p></div>',
            "text/html",
            From="somchai@school.example.com",
            References="<x@y> {reference} <z@y>",
        ),
        "reply",
        "Yes.",
    ),
    Awkward(
        "reply by a phone",
        reply("Yes.\n\nSent from my iPhone\n\n> On Mar 2, 2026, at 9:00, Desk wrote:"),
        "reply",
        "Yes.",
    ),
    Awkward(
        "reply by Lotus Notes",
        reply("Yes.\n\n-----desk@x wrote: -----\nPlugged?", References=None),
        "reply",
        "Yes.",
    ),
    Awkward(
        "reply by LINE WORKS",
        reply("ครับ\n\n-----Original Message-----\nจาก: Desk", In_Reply_To=None),
        "reply",
        "ครับ",
    ),
    Awkward(
        "reply without any header",
        reply("Yes.\n> {marker}", In_Reply_To=None, References=None),
        "reply",
        "Yes.",
    ),
    Awkward("folded references", reply(References="<a@b>\n\t{reference}"), "reply"),
    Awkward("reply of a stranger", reply(From="x@home.example.com"), "reply"),
    Awkward(
        "reply in an unknown charset",
        reply(THAI.encode("cp874"), Content_Type="text/plain; charset=x-windows-874"),
        "reply",
        THAI,
    ),
]
