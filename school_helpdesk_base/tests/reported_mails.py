"""More awkward mails, of kinds that other programs' bug reports tell of.

Each kind made a help desk, a mail program or a mail library raise an error, lose the
text or a file, or miss the ticket. The lines are those of ``AWKWARD``.
"""

import base64
import binascii
import quopri
import struct

from .awkward_mails import (
    INNER,
    PDF,
    PNG,
    THAI,
    Awkward,
    file,
    mail,
    multi,
    reply,
    report,
    tnef,
)

PLAIN = "Content-Type: text/plain; charset=utf-8"
HTML = "Content-Type: text/html; charset=utf-8"
EXCHANGE_ID = "<[83c48dddbea7492e873224a5ae1c04be@microsoft.com]>"


def inner(*parts, subtype="alternative", mark="I"):
    """Return a container of parts, as a part of ``multi``."""
    body = "".join(f"--{mark}\n{head}\n\n{content}\n" for head, content in parts)
    return (
        f'Content-Type: multipart/{subtype}; boundary="{mark}"',
        f"{body}--{mark}--\n",
    )


def picture(name="p.png"):
    return (
        f"Content-Type: image/png; name={name}\n"
        f"Content-Disposition: inline; filename={name}\n"
        "Content-Transfer-Encoding: base64",
        base64.b64encode(PNG).decode(),
    )


def status(final_recipient, kind="delivery-status"):
    """Return the part of a report that says which address has failed."""
    return (
        f"Content-Type: message/{kind}",
        f"Reporting-MTA: dns; x\n\nFinal-Recipient: {final_recipient}\n"
        "Action: failed\nStatus: 5.1.1\n",
    )


def uuencode(content):
    lines = b"".join(
        binascii.b2a_uu(content[start : start + 45])
        for start in range(0, len(content), 45)
    )
    return b"begin 644 a.txt\n" + lines + b"`\nend\n"


def word(content, charset="utf-8"):
    return f"=?{charset}?B?{base64.b64encode(content).decode()}?="


REPORTED = [
    # Headers that Python's parser cannot read
    Awkward("message id of Exchange", mail(Message_ID=EXCHANGE_ID), "ticket"),
    Awkward(
        "answers a message id of Exchange", mail(In_Reply_To=EXCHANGE_ID), "ticket"
    ),
    Awkward("comma at the end", mail(Cc="a@home.example.com,"), "ticket"),
    Awkward("comment as a group", mail(Cc="(x): a@home.example.com;"), "ticket"),
    Awkward("only a quote", mail(Cc='"', Reply_To='"'), "ticket"),
    Awkward("star in a parameter", mail("Text", "text/plain; name*"), "ticket"),
    Awkward("star and a number", mail("Text", "text/plain; name*0*"), "ticket"),
    Awkward("open quote", mail("Text", 'text/plain; charset="utf-8'), "ticket", "Text"),
    Awkward(
        "empty charset of an English text",
        mail("printer", 'text/plain; charset=""'),
        "ticket",
        "printer",
    ),
    Awkward(
        "blank charset of an English text",
        mail("<p>printer</p>", 'text/html; charset=" "'),
        "ticket",
        "printer",
    ),
    Awkward(
        "empty charset of a file",
        multi((PLAIN, "See"), file("a.csv", b"a,b", 'text/csv; charset=""')),
        "ticket",
        "See",
        files=("a.csv",),
    ),
    Awkward("two charsets", mail(THAI, "text/plain; charset=utf-8; charset=x"), "any"),
    Awkward("charset and a dot", mail(THAI, "text/plain; charset=utf-8."), "any", THAI),
    Awkward("charset of a list", mail(THAI, "text/plain; charset=idna"), "ticket"),
    Awkward(
        "charset that decodes nothing",
        mail(THAI, "text/plain; charset=undefined"),
        "ticket",
        THAI,
    ),
    Awkward("charset rot13", mail(THAI, "text/plain; charset=rot13"), "ticket", THAI),
    Awkward("date of a machine", mail(Date="Sat, 1 Apr 2050 13:51:46"), "ticket"),
    Awkward("date before 1900", mail(Date="Mon, 1 Jan 1601 00:00:00 +0000"), "ticket"),
    Awkward("date in Thai", mail(Date="จ., 2 มี.ค. 2569 09:00".encode()), "ticket"),
    Awkward(
        "line end in an encoded subject",
        mail(Subject="=?utf-8?Q?Prin=0D=0ABcc:_x@home.example.com?="),
        "ticket",
    ),
    Awkward(
        "half a character in each word",
        mail(Subject=f"{word('ก'.encode()[:2])} {word('ก'.encode()[2:])}"),
        "ticket",
        title="ก",
    ),
    Awkward(
        "name with an address in it",
        mail(From="=?utf-8?Q?desk@school.com_=3Cx@y.z=3E?= <malee@home.example.com>"),
        "ticket",
        sender="malee@home.example.com",
    ),
    Awkward(
        "line end in an encoded name",
        mail(From="=?utf-8?Q?Malee=0D=0ABcc:_x@y.example?= <malee@home.example.com>"),
        "ticket",
        sender="malee@home.example.com",
    ),
    Awkward(
        "encoded Thai subject that was cut off",
        mail(Subject="=?windows-874?B?4KTD1+jNp77Uwb7s4MrVw?="),
        "ticket",
        title="เครื่องพิมพ์เสี",
    ),
    Awkward(
        "encoded Thai name that was cut off",
        mail(From="=?windows-874?B?4KTD1+jNp?= <malee@home.example.com>"),
        "ticket",
        sender="malee@home.example.com",
    ),
    Awkward(
        "attached mail with a subject that was cut off",
        multi(
            (PLAIN, "See"),
            (
                "Content-Type: message/rfc822",
                INNER.replace("Inner mail", "=?utf-8?B?SW5uZ?="),
            ),
        ),
        "ticket",
        "See",
        files=("Inn",),
    ),
    Awkward("address with a tag", mail(To="{desk_tagged}"), "ticket"),
    Awkward(
        "address with a tag, as a blind copy",
        mail(To="x@x.example", Delivered_To="{desk_tagged}"),
        "ticket",
    ),
    Awkward(
        "name in a comment",
        mail(From="malee@home.example.com (Malee)"),
        "ticket",
        sender="malee@home.example.com",
    ),
    Awkward(
        "address of a link", mail(From="<mailto:malee@home.example.com>"), "ticket"
    ),
    Awkward("blank in the address", mail(From="ma lee@home.example.com"), "ticket"),
    Awkward("two brackets", mail(From="Malee <<malee@home.example.com>>"), "ticket"),
    Awkward(
        "international domain",
        mail(From="malee@โรงเรียน.example".encode()),
        "ticket",
    ),
    Awkward(
        "two subjects",
        mail(Subject="First\nSubject: Second"),
        "ticket",
    ),
    Awkward(
        "two senders in two lines",
        mail(From="a@x.example\nFrom: b@x.example"),
        "ticket",
    ),
    Awkward(
        "two content types",
        mail("Text", "text/plain\nContent-Type: text/html"),
        "ticket",
    ),
    Awkward("line of a mailbox", b"From malee Mon Mar  2 09:00\n" + mail(), "ticket"),
    Awkward("quoted line of a mailbox", b">From malee Mon\n" + mail(), "ticket"),
    Awkward("byte order mark", b"\xef\xbb\xbf" + mail(), "ticket"),
    Awkward("blank lines first", b"\r\n\r\n" + mail(), "ticket"),
    Awkward("only carriage returns", mail().replace(b"\n", b"\r"), "ticket"),
    Awkward(
        "header that is not folded",
        multi((PLAIN, "printer"), kind='multipart/mixed;\nboundary="B"'),
        "ticket",
        "printer",
    ),
    Awkward(
        "line that is no header",
        mail(To="someone@x.example\nThis is no header\nTo: {desk}"),
        "ticket",
        title="Printer",
    ),
    Awkward(
        "blank in a header's name", mail(To="x@x.example\nX Y: 1\nCc: {desk}"), "ticket"
    ),
    Awkward("huge header", mail(X_Spam="x" * 500_000), "ticket"),
    Awkward(
        "many headers", mail(X_Spam="\n".join(["1"] + ["X-S: 1"] * 5000)), "ticket"
    ),
    Awkward("resent", mail(To="x@x.example", Resent_To="{desk}"), "ticket"),
    Awkward("hidden recipients", mail(To="undisclosed-recipients:;"), "parked"),
    Awkward(
        "forwarded by Gmail's filter",
        mail(
            THAI.encode("cp874"),
            "text/plain; charset=windows-874",
            To="it@home.example.com",
            X_Forwarded_To="{desk}",
            X_Forwarded_For="it@home.example.com {desk}",
            Delivered_To="{desk}",
        ),
        "ticket",
        THAI,
    ),
    # Text
    Awkward(
        "Japanese",
        mail(
            "プリンター".encode("iso-2022-jp"),
            "text/plain; charset=iso-2022-jp",
            Subject=word("プリンター".encode("iso-2022-jp"), "iso-2022-jp"),
        ),
        "ticket",
        "プリンター",
        title="プリンター",
    ),
    Awkward(
        "quote of windows-1258",
        mail(b"m\x92\xe9tablir", "text/plain; charset=windows-1258"),
        "ticket",
        "m’établir",
    ),
    Awkward(
        "utf-16 without a mark",
        mail(
            base64.encodebytes(THAI.encode("utf-16-le")),
            "text/plain; charset=utf-16le",
            Content_Transfer_Encoding="base64",
        ),
        "ticket",
        THAI,
    ),
    Awkward(
        "mark at the beginning",
        mail(b"\xef\xbb\xbf" + THAI.encode(), "text/plain; charset=utf-8"),
        "ticket",
        THAI,
    ),
    Awkward(
        "uuencoded",
        mail(uuencode(b"printer"), Content_Transfer_Encoding="x-uuencode"),
        "ticket",
        "printer",
    ),
    Awkward(
        "encoding with a comment",
        mail(
            quopri.encodestring(THAI.encode()),
            "text/plain; charset=utf-8",
            Content_Transfer_Encoding="Quoted-Printable; x=1",
        ),
        "ticket",
        THAI,
    ),
    Awkward(
        "base64 in one line",
        mail(
            base64.b64encode(THAI.encode() * 500),
            "text/plain; charset=utf-8",
            Content_Transfer_Encoding=" BASE64 ",
        ),
        "ticket",
        THAI,
    ),
    Awkward(
        "html of an old page",
        mail(
            b'<html><head><meta http-equiv="Content-Type" content="text/html;'
            b' charset=windows-874"></head><body>'
            + THAI.encode("cp874")
            + b"</body></html>",
            "text/html",
        ),
        "ticket",
        THAI,
    ),
    Awkward("deep html", mail(b"<div>" * 5000 + b"printer", "text/html"), "ticket"),
    Awkward(
        "signs that no text may have",
        mail("<p>prin&#0;ter &#xD800; &#x1F; &#x110000;</p>", "text/html"),
        "ticket",
    ),
    Awkward(
        "only a style", mail("<style>p {color: red}</style>", "text/html"), "ticket"
    ),
    Awkward(
        "attributes that are none",
        mail('<p foo:bar=1 =2 "x" onclick>printer</p>', "text/html"),
        "ticket",
        "printer",
    ),
    Awkward(
        "two documents",
        mail("<html><p>one</p></html><html><p>two</p></html>", "text/html"),
        "ticket",
        "two",
    ),
    Awkward("enriched", mail("<bold>printer</bold>", "text/enriched"), "ticket"),
    # Several texts
    Awkward(
        "text around a picture",
        multi((PLAIN, "Look at"), picture(), (PLAIN, "this lamp")),
        "ticket",
        "Look at this lamp",
        files=("p.png",),
    ),
    Awkward(
        "text below a file",
        multi(file("a.pdf", PDF), (PLAIN, "See above")),
        "ticket",
        "See above",
        files=("a.pdf",),
    ),
    Awkward(
        "text and a signature in HTML",
        multi((PLAIN, "printer"), (HTML, "<p>Malee, room 204</p>")),
        "ticket",
        "printer Malee, room 204",
    ),
    Awkward(
        "text before two versions of a signature",
        multi((PLAIN, "printer"), inner((PLAIN, "Malee"), (HTML, "<p>Malee</p>"))),
        "ticket",
        "printer Malee",
    ),
    Awkward(
        "text below two versions",
        multi(
            inner((PLAIN, "Look at"), (HTML, "<p>Look at</p>")),
            picture(),
            (PLAIN, "this lamp"),
        ),
        "ticket",
        "Look at this lamp",
    ),
    Awkward(
        "versions of which one has the files",
        multi(
            (PLAIN, "Look at this lamp"),
            inner(
                (HTML, "<p>Look at</p>"),
                picture(),
                (HTML, "<p>this lamp</p>"),
                subtype="mixed",
            ),
            subtype="alternative",
        ),
        "ticket",
        "Look at this lamp",
        files=("p.png",),
    ),
    Awkward(
        "two conversations",
        multi(
            inner((PLAIN, "one"), (HTML, "<p>one</p>")),
            inner((PLAIN, "two"), (HTML, "<p>two</p>"), mark="J"),
        ),
        "ticket",
        "one two",
    ),
    Awkward(
        "version without a text",
        multi(
            (PLAIN, "printer"),
            (HTML, "<html><body></body></html>"),
            subtype="alternative",
        ),
        "ticket",
        "printer",
    ),
    Awkward(
        "version without anything",
        multi((PLAIN, "printer"), (HTML, ""), subtype="alternative"),
        "ticket",
        "printer",
    ),
    Awkward(
        "versions the wrong way round",
        multi((HTML, "<p>printer</p>"), (PLAIN, "printer"), subtype="alternative"),
        "ticket",
        "printer",
    ),
    Awkward(
        "version of Gmail",
        multi(
            (PLAIN, "printer"),
            ("Content-Type: text/x-amp-html", "<html amp4email>lively</html>"),
            (HTML, "<p>printer in colours</p>"),
            subtype="alternative",
        ),
        "ticket",
        "printer in colours",
    ),
    Awkward(
        "the same mark inside",
        multi((PLAIN, "printer"), inner((PLAIN, "x"), mark="B")),
        "ticket",
        "printer",
    ),
    Awkward(
        "empty boundary",
        mail("printer", 'multipart/mixed; boundary=""'),
        "ticket",
        "printer",
    ),
    Awkward(
        "many parts",
        multi(*[(PLAIN, f"line {n}") for n in range(300)]),
        "ticket",
        "line 299",
    ),
    Awkward(
        "many files",
        multi(*[file(f"{n}.txt") for n in range(100)]),
        "ticket",
        files=("99.txt",),
    ),
    Awkward(
        "digest",
        multi(("X-Part: 1", INNER), ("X-Part: 2", INNER), subtype="digest"),
        "ticket",
    ),
    Awkward(
        "two halves of an Apple file",
        multi(
            (PLAIN, "See"),
            inner(
                ("Content-Type: application/applefile; name=a.pdf", "x"),
                ("Content-Type: application/pdf; name=a.pdf", "%PDF-1.4"),
                subtype="appledouble",
            ),
        ),
        "ticket",
        "See",
        files=("a.pdf",),
    ),
    # Files
    Awkward(
        "kind of file that nobody knows",
        multi((PLAIN, "See"), file("a.pdf", PDF, "bin/plain")),
        "ticket",
        "See",
        files=("a.pdf",),
    ),
    Awkward(
        "kind of file in an encoded word",
        multi((PLAIN, "See"), file("a.pdf", PDF, word(b"application/pdf"))),
        "ticket",
        "See",
        files=("a.pdf",),
    ),
    Awkward(
        "disposition that is none",
        multi(
            (
                "Content-Type: application/pdf; name=a.pdf\n"
                "Content-Disposition: attachments; filename=a.pdf",
                PDF,
            )
        ),
        "ticket",
        files=("a.pdf",),
    ),
    Awkward(
        "name in several lines",
        multi(
            (
                "Content-Type: application/pdf\nContent-Disposition: attachment;\n"
                " filename*0*=UTF-8''%E0%B9%83%E0%B8%9A;\n filename*1*=%E0%B8%87.p;\n"
                " filename*2=df",
                PDF,
            )
        ),
        "ticket",
        files=("ใบง.pdf",),
    ),
    Awkward(
        "name in a wrong charset",
        multi(
            (
                "Content-Type: application/pdf\nContent-Disposition: attachment;"
                " filename*=us-ascii''W%F6lbung.pdf",
                PDF,
            )
        ),
        "ticket",
    ),
    Awkward(
        "Thai name in a wrong charset",
        multi(
            (
                "Content-Type: application/pdf\nContent-Disposition: attachment;"
                " filename*=windows-874''%E3%BA%A7%D2%B9.pdf",
                PDF,
            )
        ),
        "ticket",
        files=("ใบงาน.pdf",),
    ),
    Awkward(
        "encoded word as a name",
        multi(file(word("ใบงาน.pdf".encode()), PDF)),
        "ticket",
        files=("ใบงาน.pdf",),
    ),
    Awkward(
        "encoded words as a name",
        multi(file(f"{word('ใบ'.encode())}\n {word('งาน.pdf'.encode())}", PDF)),
        "ticket",
        files=("ใบงาน.pdf",),
    ),
    Awkward(
        "encoded word in an unknown charset as a name",
        multi(file(word("ใบงาน.pdf".encode("cp874"), "x-windows-874"), PDF)),
        "ticket",
        files=("ใบงาน.pdf",),
    ),
    Awkward("name of dots", multi(file("..", PDF)), "ticket"),
    Awkward("name of nothing", multi(file("", PDF)), "ticket"),
    Awkward(
        "container of Outlook under another name",
        multi(file("ATT00001.dat", tnef([(b"a.pdf", PDF)]), "application/ms-tnef")),
        "ticket",
        files=("a.pdf",),
    ),
    Awkward(
        "container of Outlook that does not end",
        multi(
            (PLAIN, "See"),
            file(
                "winmail.dat",
                tnef(rtf=b"LZFu").replace(
                    struct.pack("<LHH", 1, 0x0102, 0x1009),
                    struct.pack("<LHH", 0xFFFFFFFF, 0x0102, 0x1009),
                ),
            ),
        ),
        "ticket",
        "See",
        files=("winmail.dat",),
    ),
    Awkward(
        "container of Outlook with a file that does not begin",
        multi(
            (PLAIN, "See"),
            file(
                "winmail.dat",
                tnef([(b"a.pdf", PDF)]).replace(
                    struct.pack("<BHHL", 2, 0x9002, 6, 14) + bytes(16), b""
                ),
            ),
        ),
        "ticket",
        "See",
        files=("winmail.dat",),
    ),
    Awkward(
        "container of Outlook without a name",
        multi(
            (
                "Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64",
                base64.encodebytes(tnef([(b"a.pdf", PDF)], b"Text of Outlook")),
            )
        ),
        "ticket",
        "Text of Outlook",
        files=("a.pdf",),
    ),
    Awkward(
        "only a container of Outlook",
        mail(
            base64.encodebytes(tnef([(b"a.pdf", PDF)], b"Text of Outlook")),
            "application/ms-tnef; name=winmail.dat",
            Content_Transfer_Encoding="base64",
        ),
        "ticket",
        "Text of Outlook",
        files=("a.pdf",),
    ),
    Awkward(
        "container with a text in Outlook's own format",
        multi(file("winmail.dat", tnef([(b"a.pdf", PDF)], rtf=b"LZFu" * 8))),
        "ticket",
        files=("a.pdf", "winmail.dat"),
    ),
    Awkward(
        "container with Thai text",
        multi(file("winmail.dat", tnef(body=THAI.encode("cp874")))),
        "ticket",
        THAI,
    ),
    Awkward(
        "signed text in one file",
        mail(
            base64.b64encode(b"0\x82signed"),
            "application/pkcs7-mime; name=smime.p7m; smime-type=signed-data",
            Content_Transfer_Encoding="base64",
        ),
        "ticket",
        files=("smime.p7m",),
    ),
    Awkward(
        "attached mail without anything",
        multi((PLAIN, "See"), ('Content-Type: message/rfc822; name="Mail";', "")),
        "ticket",
        "See",
    ),
    Awkward(
        "scan without a text",
        mail(
            base64.encodebytes(PDF),
            "application/pdf; name=scan.pdf",
            Content_Transfer_Encoding="base64",
        ),
        "ticket",
        files=("scan.pdf",),
    ),
    # Automatic mails
    Awkward("away in German", reply(Subject="Automatische Antwort: Beamer"), "note"),
    Awkward("away in Chinese", reply(Subject="自动答复: 投影仪".encode()), "note"),
    Awkward("away in Japanese", reply(Subject="自動応答: 件名".encode()), "note"),
    Awkward("away in Dutch", reply(Subject="Automatisch antwoord: Beamer"), "note"),
    Awkward("away in Italian", reply(Subject="Risposta automatica: x"), "note"),
    Awkward("away by cPanel", reply(X_Autorespond="Re: x"), "note"),
    Awkward("away by Zimbra", reply(X_Mail_Autoreply="x"), "note"),
    Awkward("away by FirstClass", reply(X_FC_MachineGenerated="true"), "note"),
    Awkward("away by DirectAdmin", reply(X_AutoReply_From="x@x.example"), "note"),
    Awkward("receipt of a help desk", reply(X_Autogenerated="Reply"), "note"),
    Awkward(
        "failure in another alphabet",
        multi(
            (PLAIN, "The mailbox is full."),
            status("utf-8; ก@x.example", "global-delivery-status"),
            ("Content-Type: message/global-headers", "Message-ID: {reference}\n"),
            kind='multipart/report; report-type=delivery-status; boundary="B"',
            From="MAILER-DAEMON@mx.example.com",
        ),
        "note",
        "mailbox is full",
    ),
    Awkward(
        "failure with quoted headers",
        multi(
            (PLAIN, "The mailbox is full."),
            status("rfc822; somchai@school.example.com"),
            (
                "Content-Type: text/rfc822-headers\n"
                "Content-Transfer-Encoding: quoted-printable",
                "Subject: =3D?x?=3D\nMessage-ID: {soft_reference}\n",
            ),
            kind='multipart/report; report-type=delivery-status; boundary="B"',
            From="MAILER-DAEMON@mx.example.com",
        ),
        "note",
    ),
    Awkward(
        "failure that is no report",
        multi(
            (PLAIN, "I'm sorry to have to inform you"),
            (
                "Content-Type: message/rfc822",
                "Subject: x\nMessage-ID: {reference}\n\nx",
            ),
            From="MAILER-DAEMON@mx.example.com",
            Return_Path="<MAILER-DAEMON>",
        ),
        "note",
        "sorry",
    ),
    Awkward("failure without a status", report(action=""), "any"),
    # Replies
    Awkward(
        "id folded in the middle",
        reply(In_Reply_To="{folded}", References=None),
        "reply",
    ),
    Awkward(
        "ids with commas",
        reply(References="<a@b>,{reference},<c@d>", In_Reply_To=None),
        "reply",
    ),
    Awkward(
        "ids without blanks",
        reply(References="<a@b>{reference}<c@d>", In_Reply_To=None),
        "reply",
    ),
    Awkward(
        "id with words",
        reply(In_Reply_To='Your message of "Mon, 2 Mar" {reference}', References=None),
        "reply",
    ),
    Awkward(
        "id of Exchange before ours",
        reply(References=EXCHANGE_ID + " {reference}", In_Reply_To=EXCHANGE_ID),
        "reply",
    ),
    Awkward(
        "marker in HTML",
        reply(
            "<p>Yes.</p><blockquote><span>{marker}</span></blockquote>",
            In_Reply_To="<010001@email.amazonses.com>",
            References=None,
            Content_Type="text/html",
        ),
        "reply",
        "Yes.",
    ),
    Awkward(
        "marker in soft line ends",
        reply(
            "Yes.\n> {soft}",
            In_Reply_To=None,
            References=None,
            Content_Transfer_Encoding="quoted-printable",
        ),
        "reply",
        "Yes.",
    ),
    Awkward(
        "signed reply",
        multi(
            (PLAIN, "Yes."),
            file("smime.p7s", b"0\x82", "application/pkcs7-signature"),
            kind="multipart/signed; protocol=x; boundary=B",
            From="somchai@school.example.com",
            In_Reply_To="{reference}",
        ),
        "reply",
        "Yes.",
    ),
    Awkward(
        "reply to a mailing list",
        reply(List_Id="<teachers.school.example.com>", Precedence="list"),
        "reply",
    ),
    Awkward(
        "answer to an invitation",
        multi(
            (PLAIN, "Accepted"),
            (
                "Content-Type: text/calendar; method=REPLY",
                "BEGIN:VCALENDAR\nEND:VCALENDAR",
            ),
            subtype="alternative",
            From="somchai@school.example.com",
            In_Reply_To="{reference}",
        ),
        "reply",
        "Accepted",
    ),
    # Who has written
    Awkward(
        "comma in the name, without quotes",
        mail(From="some name, some name2@example.com"),
        "ticket",
        sender="name2@example.com",
    ),
    Awkward(
        "comma in an encoded name",
        mail(From=f"{word(b'Doe, Jane')} <jane@home.example.com>"),
        "ticket",
        sender="jane@home.example.com",
    ),
    Awkward(
        "dot after the address",
        mail(From="jane@home.example.com."),
        "ticket",
        sender="jane@home.example.com",
    ),
    Awkward(
        "address that does not end",
        mail(From="Jane Doe<jane@home.example.com"),
        "ticket",
        sender="jane@home.example.com",
    ),
    Awkward(
        "group in a group",
        mail(From="a: b: jane@home.example.com;;"),
        "ticket",
        sender="jane@home.example.com",
    ),
    Awkward(
        "no address, but one to answer to",
        mail(From="undisclosed:;", Reply_To="Jane <jane@home.example.com>"),
        "ticket",
        sender="jane@home.example.com",
    ),
    Awkward(
        "only a Sender",
        mail(From="<>", Sender="jane@home.example.com"),
        "ticket",
        sender="jane@home.example.com",
    ),
    Awkward("nobody", mail(From="<>"), "ticket", sender=False),
    Awkward("empty group", mail(From="undisclosed:;"), "ticket", sender=False),
    Awkward(
        "empty first part of the address",
        mail(From='"Kristein" <""@home.example.com>'),
        "ticket",
        sender=False,
    ),
    Awkward(
        "form of a website",
        mail(
            From="Website <no-reply@web.example.com>", Reply_To="jane@home.example.com"
        ),
        "ticket",
        sender="jane@home.example.com",
    ),
    Awkward(
        "form of a website, from the desk",
        mail(From="Website <{desk}>", Reply_To="Jane <jane@home.example.com>"),
        "ticket",
        sender="jane@home.example.com",
    ),
    Awkward(
        "form of a website, from the desk to the desk",
        mail(From="Website <{desk}>", Reply_To="{desk}"),
        "kept",
    ),
    Awkward(
        "group of Google",
        mail(
            From="\"'Jane' via IT\" <{desk}>",
            Reply_To="IT <{desk}>",
            X_Original_From="Jane <jane@home.example.com>",
            X_Original_Sender="jane@home.example.com",
            List_ID="<desk.school.example.com>",
            Precedence="list",
        ),
        "ticket",
        sender="jane@home.example.com",
    ),
    Awkward(
        "reply through a group of Google",
        reply(
            From="\"'Somchai' via IT\" <{desk}>",
            X_Original_From="Somchai <somchai@school.example.com>",
            Precedence="list",
        ),
        "reply",
        "It is plugged in.",
    ),
    Awkward(
        "person with another address for answers",
        mail(Reply_To="other@home.example.com"),
        "ticket",
        sender="malee@home.example.com",
    ),
    Awkward(
        "mailing list that takes the answers",
        mail(Reply_To="list@x.example", List_Post="<mailto:list@x.example>"),
        "ticket",
        sender="malee@home.example.com",
    ),
    # To whom
    Awkward(
        "hidden recipients and an envelope",
        mail(To="undisclosed-recipients:;", Envelope_To="{desk}"),
        "ticket",
    ),
    Awkward(
        "hidden recipients and a former address",
        mail(To="undisclosed-recipients:;", X_Original_To="{desk_upper}"),
        "ticket",
    ),
    Awkward(
        "blind copy, named by the mail server",
        mail(
            To="x@x.example",
            Received="from a by b for <{desk}>; Mon, 2 Mar 2026 10:00:00 +0700",
        ),
        "ticket",
    ),
    Awkward(
        "forwarded by a rule",
        mail(To="x@x.example", X_Forwarded_To="{desk}"),
        "ticket",
    ),
    Awkward("address in quotes of Outlook", mail(To="'{desk}'"), "ticket"),
    Awkward("recipient without an address", mail(To="IT <>, {desk}"), "ticket"),
    # When, and about what
    Awkward(
        "year of the Thai calendar",
        mail(Date="Mon, 02 Mar 2569 09:00:00 +0700"),
        "ticket",
    ),
    Awkward(
        "headers in the date",
        mail(Date="Thu, 1 Aug 2024 10:55:28 +0300\n    Precedence: bulk"),
        "ticket",
    ),
    Awkward("subject of 5000 letters", mail(Subject="ก" * 5000), "ticket"),
    Awkward(
        "lines in the subject",
        mail(Subject=word(b"one\r\ntwo\0three")),
        "ticket",
        title="one twothree",
    ),
    Awkward(
        "ends of lines converted twice",
        mail("printer").replace(b"\n", b"\r\r\n"),
        "ticket",
        "printer",
    ),
    # Text
    Awkward(
        "broken lines of Apple",
        mail(
            "เครื่องพิมพ์ห้อง \n204 ไม่ \nทำงาน\n-- \nมาลี",
            "text/plain; charset=utf-8; format=flowed; delsp=yes",
        ),
        "ticket",
        "เครื่องพิมพ์ห้อง204 ไม่ทำงาน -- มาลี",
    ),
    Awkward(
        "base64 that is none",
        mail(
            "The printer is broken, help.",
            "text/plain; charset=utf-8",
            Content_Transfer_Encoding="base64",
        ),
        "ticket",
        "The printer is broken, help.",
    ),
    Awkward(
        "lines of a mailing list below base64",
        mail(
            base64.encodebytes(THAI.encode()) + b"______\nlist of the teachers\n",
            "text/plain; charset=utf-8",
            Content_Transfer_Encoding="base64",
        ),
        "ticket",
        f"{THAI} ______ list of the teachers",
    ),
    Awkward(
        "damaged base64",
        mail(
            "cHJpbnRlciBp!!!!cyBicm9rZW4",
            "text/plain; charset=utf-8",
            Content_Transfer_Encoding="base64",
        ),
        "ticket",
        "printer is broken",
    ),
    Awkward(
        "line of a mail server in another charset",
        mail(
            THAI.encode() + b"\n" + "ตรวจไวรัสแล้ว".encode("cp874"),
            "text/plain; charset=utf-8",
        ),
        "ticket",
        f"{THAI} ตรวจไวรัสแล้ว",
    ),
    Awkward(
        "escape in the name of a charset",
        mail(
            "プリンター".encode("iso-2022-jp"), "text/plain; charset=_iso-2022-jp$ESC"
        ),
        "ticket",
        "プリンター",
    ),
    Awkward(
        "large picture in the text",
        mail(
            '<p>printer</p><img src="data:image/png;base64,'
            f'{base64.b64encode(PNG + bytes(1_500_000)).decode()}">',
            "text/html",
        ),
        "ticket",
        "printer",
        files=("picture1.png",),
    ),
    Awkward(
        "large text in HTML",
        mail("<p>printer</p>" + "<p>log</p>" * 150_000, "text/html"),
        "ticket",
        "printer",
    ),
    Awkward(
        "mails in mails in mails",
        mail("<blockquote>" * 400 + "printer" + "</blockquote>" * 400, "text/html"),
        "ticket",
        "printer",
    ),
    Awkward(
        "boundary without quotes",
        mail(
            "------=_Part_1\nContent-Type: text/plain\n\nprinter\n------=_Part_1--\n",
            "multipart/mixed; boundary=----=_Part_1",
        ),
        "ticket",
        "printer",
    ),
    Awkward(
        "boundary with other signs",
        mail(
            "--=_a/b:c\nContent-Type: text/plain\n\nprinter\n--=_a/b:c--\n",
            "multipart/mixed; boundary==_a/b:c",
        ),
        "ticket",
        "printer",
    ),
    Awkward(
        "containers in containers",
        mail(
            "".join(
                f"--B{n}\nContent-Type: multipart/mixed; boundary=B{n + 1}\n\n"
                for n in range(200)
            )
            + "--B200\nContent-Type: text/plain\n\nprinter\n",
            "multipart/mixed; boundary=B0",
        ),
        "ticket",
        "printer",
    ),
    # Files
    Awkward(
        "only an invitation",
        mail("BEGIN:VCALENDAR\nEND:VCALENDAR", "text/calendar; method=REQUEST"),
        "ticket",
        files=("invite.ics",),
    ),
    Awkward(
        "names for old and new programs",
        multi(
            (
                "Content-Type: application/pdf\nContent-Disposition: attachment;"
                " filename=\"???.pdf\"; filename*=UTF-8''%E0%B9%83%E0%B8%9A.pdf",
                PDF,
            )
        ),
        "ticket",
        files=("ใบ.pdf",),
    ),
    Awkward(
        "blanks in a name without quotes",
        multi(
            (
                "Content-Type: application/pdf\n"
                "Content-Disposition: attachment; filename=my work sheet.pdf",
                PDF,
            )
        ),
        "ticket",
        files=("my work sheet.pdf",),
    ),
    Awkward(
        "folders in a name",
        multi((PLAIN, "See"), file("../../etc/a.pdf", PDF)),
        "ticket",
        "See",
    ),
]
