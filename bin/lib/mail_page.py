"""The mails of the demo school: a page on which to read, answer and write them.

Nothing leaves this computer. Odoo sends its mails to an SMTP server of ours, which
keeps each as a file. A mail to an address of the help desk is handed over to Odoo as a
mail server does it, whether it was written on the page or came by SMTP.
"""

import email
import email.policy
import html
import json
import re
import secrets
import socketserver
import threading
import xmlrpc.client
from base64 import b64encode
from email.message import EmailMessage
from email.utils import formatdate, getaddresses, make_msgid, parseaddr
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from smtp_sink import SmtpSink

#: How many mails are kept.
LIMIT = 500
#: The largest form, in bytes.
MAX_FORM = 1 << 20
RECIPIENTS = "X-Caught-For"
CID = re.compile(r"""(?<=["'(])cid:([^"')]+)""")

STYLE = """
body { font: 16px/1.5 system-ui, "Noto Sans Thai", sans-serif; margin: 0 auto;
  max-width: 60rem; padding: 1rem; color: #212529; overflow-wrap: anywhere }
a { color: #0b5394 }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
ul { list-style: none; padding: 0 }
li { border-top: 1px solid #dee2e6; padding: .5rem 0 }
li small, dt { color: #495057 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0 }
dd { margin: 0 }
label { display: block; margin-top: .5rem }
input, textarea { box-sizing: border-box; font: inherit; padding: .4rem; width: 100% }
button { font: inherit; margin-top: .75rem; min-height: 44px; padding: 0 1.25rem }
iframe { border: 1px solid #ced4da; height: 70vh; width: 100% }
pre { white-space: pre-wrap }
.said { background: #e7f1ff; padding: .75rem }
"""
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{style}</style></head><body><main>{said}{main}</main></body></html>
"""
FORM = """
<form method="post" action="/send">
<input type="hidden" name="token" value="{token}">
<input type="hidden" name="answers" value="{answers}">
<label>From <input name="sender" required value="{sender}" list="people"></label>
<datalist id="people">{people}</datalist>
<label>To <input name="to" required value="{to}"></label>
<label>Subject <input name="subject" value="{subject}"></label>
<label>Text <textarea name="text" rows="8" required>{text}</textarea></label>
<button>Send</button></form>
"""


class MailFolder:
    """The caught mails, each a file with its number as its name."""

    def __init__(self, folder):
        self.folder = folder
        self.lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def numbers(self):
        """Return the numbers of the mails, newest first."""
        paths = self.folder.glob("*.eml")
        return sorted((int(path.stem) for path in paths), reverse=True)

    def path(self, number):
        return self.folder / f"{number:06}.eml"

    def add(self, recipients, source):
        with self.lock:
            known = self.numbers()
            path = self.path(known[0] + 1 if known else 1)
            head = f"{RECIPIENTS}: {', '.join(recipients)}\n".encode()
            path.with_suffix(".new").write_bytes(head + source)
            path.with_suffix(".new").rename(path)
            for number in known[LIMIT - 1 :]:
                self.path(number).unlink()

    def read(self, number):
        """Return a mail; None if there is none with this number."""
        try:
            source = self.path(number).read_bytes()
        except FileNotFoundError:
            return None
        # this policy shows text instead of raising an error for a broken header
        return email.message_from_bytes(source, policy=email.policy.default)


class Gateway:
    """Hands over mails to Odoo.

    :param str url: the address of Odoo
    :param find_addresses: returns the addresses of the help desk
    """

    def __init__(self, url, database, login, password, find_addresses):
        self.url = url
        self.account = database, login, password
        self.find_addresses = find_addresses

    def is_for_desk(self, recipients):
        desk = {address.lower() for address in self.find_addresses()}
        return any(address.lower() in desk for address in recipients)

    def hand_over(self, source):
        """Return in words what Odoo has done with a mail."""
        database, login, password = self.account
        try:
            common = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/common")
            user = common.authenticate(database, login, password, {})
            if not user:
                return f"The user {login} cannot sign in to Odoo any more."
            models = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/object")
            arguments = [False, xmlrpc.client.Binary(source)]
            models.execute_kw(
                database, user, password, "mail.thread", "message_process", arguments
            )
        except xmlrpc.client.Fault as fault:
            if "No possible route" in fault.faultString:
                return "The help desk has no such address."
            return f"Odoo refuses the mail: {fault.faultString.splitlines()[-1]}"
        except (OSError, xmlrpc.client.Error) as error:
            return f"Odoo does not answer: {error}"
        return "The help desk has taken the mail."


class MailPage:
    """The SMTP server and the page; they run until ``stop``.

    :param folder: where the mails are kept
    :param Gateway gateway: gets the mails to the help desk
    :param str desk: the address to write to
    :param people: addresses to write from
    :param int port: of the page; 0 for any free port
    """

    def __init__(self, folder, gateway, desk="", people=(), port=0, smtp_port=0):
        self.mails = MailFolder(folder)
        self.gateway = gateway
        self.desk = desk
        self.people = people
        self.token = secrets.token_urlsafe()
        self.smtp = SmtpSink(self.catch, smtp_port)
        self.web = _WebServer(("127.0.0.1", port), _Handler)
        self.web.page = self
        self.port = self.web.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(
            target=self.web.serve_forever, args=(0.1,), daemon=True
        ).start()

    def stop(self):
        for server in (self.smtp, self.web):
            server.shutdown()
            server.server_close()

    def catch(self, recipients, source):
        """Keep a mail that came by SMTP."""
        self.mails.add(recipients, source)
        if self.gateway.is_for_desk(recipients):
            # Odoo itself may be waiting for the answer of the SMTP server
            hand_over = threading.Thread(
                target=self.gateway.hand_over, args=(source,), daemon=True
            )
            hand_over.start()

    def send(self, mail):
        """Send a mail that was written on the page; return what became of it."""
        recipients = [address for _name, address in getaddresses(mail.get_all("To"))]
        source = mail.as_bytes()
        self.mails.add(recipients, source)
        if not self.gateway.is_for_desk(recipients):
            return "The mail is kept here: it is not for the help desk."
        return self.gateway.hand_over(source)


class _WebServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True


class _Handler(BaseHTTPRequestHandler):
    timeout = 60

    def log_message(self, *args):
        """Nothing: the terminal shows what bin/up says."""

    @property
    def page(self):
        return self.server.page

    # --- requests -------------------------------------------------------------------

    def do_GET(self):
        if not self._is_asked_by_name():
            return self._fail(HTTPStatus.FORBIDDEN)
        address = urlsplit(self.path)
        said = parse_qs(address.query).get("said", [""])[0]
        match address.path.strip("/").split("/"):
            case [""]:
                return self._answer("Mails of the demo school", self._list(), said)
            case ["mails.json"]:
                return self._send(self._list_json(), "application/json")
            case ["mail", number, *rest] if re.fullmatch(r"[0-9]{1,6}", number):
                mail = self.page.mails.read(int(number))
                if mail and not rest:
                    title = read_header(mail, "Subject")
                    return self._answer(title, self._show(int(number), mail), said)
                if mail and rest == ["source"]:
                    source = self.page.mails.path(int(number)).read_bytes()
                    return self._send(source, "text/plain; charset=utf-8")
                files = get_files(mail) if mail else []
                if rest[:1] == ["file"] and rest[1:] in [
                    [str(n)] for n in range(len(files))
                ]:
                    return self._send_file(files[int(rest[1])])
        return self._fail(HTTPStatus.NOT_FOUND)

    def do_POST(self):
        try:
            size = int(self.headers.get("Content-Length") or 0)
        except ValueError:
            size = -1
        if not self._is_asked_by_name() or self.path != "/send":
            return self._fail(HTTPStatus.FORBIDDEN)
        if not 0 <= size <= MAX_FORM:
            return self._fail(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        form = parse_qs(self.rfile.read(size).decode(errors="replace"))
        values = {name: found[0] for name, found in form.items()}
        # another site in the same browser does not know it
        if not secrets.compare_digest(
            values.get("token", "").encode(), self.page.token.encode()
        ):
            return self._fail(HTTPStatus.FORBIDDEN)
        try:
            said = self.page.send(self._make_mail(values))
        except (IndexError, ValueError) as error:
            said = f"This mail cannot be sent: {error}"
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", f"/?{urlencode({'said': said})}")
        self.send_header("Content-Length", "0")
        self.end_headers()
        return None

    def _is_asked_by_name(self):
        """Whether the browser asks this computer: another site may name itself so."""
        port = self.page.port
        names = (f"127.0.0.1:{port}", f"localhost:{port}")
        return self.headers.get("Host", "") in names

    def _make_mail(self, values):
        mail = EmailMessage()
        mail["From"] = values.get("sender", "")
        mail["To"] = values.get("to", "")
        mail["Subject"] = " ".join(values.get("subject", "").split())
        mail["Date"] = formatdate(localtime=True)
        mail["Message-ID"] = make_msgid(domain="localhost")
        answered = values.get("answers", "")
        if answered.isdecimal() and (old := self.page.mails.read(int(answered[:6]))):
            if message_id := read_header(old, "Message-ID").strip():
                references = read_header(old, "References").split()
                mail["In-Reply-To"] = message_id
                mail["References"] = " ".join([*references, message_id])
        mail.set_content(values.get("text", "").replace("\r\n", "\n"))
        if not all("@" in parseaddr(mail[name])[1] for name in ("From", "To")):
            raise ValueError("it needs the addresses of its sender and its recipient")
        return mail

    # --- answers --------------------------------------------------------------------

    def _send(self, content, kind, **headers):
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        # no script, and nothing from another computer, whatever is in a mail
        self.send_header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
            f" img-src data: {self.page.gateway.url}; base-uri 'none';"
            " frame-ancestors 'none'",
        )
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def _answer(self, title, main, said=""):
        said = f'<p class="said" role="status">{html.escape(said)}</p>' if said else ""
        text = PAGE.format(title=html.escape(title), style=STYLE, said=said, main=main)
        self._send(text.encode(errors="replace"), "text/html; charset=utf-8")

    def _fail(self, status):
        self.send_error(status)

    def _send_file(self, part):
        name = quote(part.get_filename() or "file", safe="")
        self._send(
            part.get_payload(decode=True) or b"",
            "application/octet-stream",
            Content_Disposition=f"attachment; filename*=utf-8''{name}",
        )

    # --- pages ----------------------------------------------------------------------

    def _each(self):
        for number in self.page.mails.numbers():
            if mail := self.page.mails.read(number):
                names = ("Date", "From", RECIPIENTS, "Subject")
                yield number, *(read_header(mail, name) for name in names)

    def _list(self):
        rows = "".join(
            f'<li><a href="/mail/{number}">{html.escape(subject or "(no subject)")}</a>'
            f"<br><small>{html.escape(f'{sender} → {to}, {date}')}</small></li>"
            for number, date, sender, to, subject in self._each()
        )
        form = self._form(to=self.page.desk, sender=next(iter(self.page.people), ""))
        return (
            "<h1>Mails of the demo school</h1><p>Every mail that the help desk sends is"
            ' caught here; none leaves this computer. <a href="/">Look again</a></p>'
            f"<ul>{rows or '<li>No mail yet.</li>'}</ul>"
            f"<h2>Write to the help desk</h2>{form}"
        )

    def _list_json(self):
        names = ("number", "date", "sender", "to", "subject")
        rows = [dict(zip(names, row, strict=True)) for row in self._each()]
        return json.dumps(rows, ensure_ascii=False).encode(errors="replace")

    def _show(self, number, mail):
        rows = "".join(
            f"<dt>{name}</dt><dd>{html.escape(value)}</dd>"
            for name in ("From", "To", "Cc", "Reply-To", "Subject", "Date")
            if (value := read_header(mail, name))
        )
        files = "".join(
            f'<li><a href="/mail/{number}/file/{place}">'
            f"{html.escape(part.get_filename() or 'file')}</a></li>"
            for place, part in enumerate(get_files(mail))
        )
        subject = read_header(mail, "Subject")
        answer = self._form(
            to=read_header(mail, "Reply-To") or read_header(mail, "From"),
            sender=read_header(mail, RECIPIENTS).split(",")[0],
            subject=subject if subject[:3].lower() == "re:" else f"Re: {subject}",
            text=quote_text(mail),
            answers=number,
        )
        return (
            '<p><a href="/">All mails</a></p>'
            f"<h1>{html.escape(subject or '(no subject)')}</h1><dl>{rows}</dl>"
            f'{show_text(mail)}<ul>{files}</ul><p><a href="/mail/{number}/source">'
            f"The mail as it was sent</a></p><h2>Answer</h2>{answer}"
        )

    def _form(self, to="", sender="", subject="", text="", answers=""):
        values = {
            "token": self.page.token,
            "to": to,
            "sender": sender,
            "subject": subject,
            "text": text,
            "answers": str(answers),
        }
        people = "".join(
            f'<option value="{html.escape(one)}">' for one in self.page.people
        )
        escaped = {name: html.escape(value) for name, value in values.items()}
        return FORM.format(people=people, **escaped)


def read_header(mail, name):
    """Return a header as text; never raises an error."""
    try:
        return str(mail.get(name) or "")
    except Exception:  # noqa: BLE001 - Python's parser raises many kinds
        return ""


def find_text(mail, subtype):
    """Return the text of a mail in this form; None if it has none."""
    part = mail.get_body((subtype,))
    if part is None:
        return None
    try:
        return part.get_content()
    except (KeyError, LookupError, ValueError):
        return (part.get_payload(decode=True) or b"").decode(errors="replace")


def get_files(mail):
    return [part for part in mail.walk() if part.get_filename()]


def show_text(mail):
    text = find_text(mail, "html")
    if text is None:
        return f"<pre>{html.escape(find_text(mail, 'plain') or '')}</pre>"
    pictures = {}
    for part in mail.walk():
        if part.get_content_maintype() == "image" and part.get("Content-ID"):
            content = b64encode(part.get_payload(decode=True) or b"").decode()
            name = str(part["Content-ID"]).strip().strip("<>")
            pictures[name] = f"data:{part.get_content_type()};base64,{content}"
    text = CID.sub(lambda found: pictures.get(found[1], found[0]), text)
    # a link opens a new tab, in which Odoo works as usual
    text = f'<base target="_blank">{text}'
    return (
        '<iframe title="The text" sandbox="allow-popups allow-popups-to-escape-sandbox"'
        f' srcdoc="{html.escape(text)}"></iframe>'
    )


def quote_text(mail):
    """Return the text of a mail as a mail program quotes it in an answer."""
    text = find_text(mail, "plain")
    if text is None:
        text = re.sub(
            r"(?is)<(style|script|head)\b.*?</\1>", "", find_text(mail, "html") or ""
        )
        text = html.unescape(re.sub(r"<[^>]+>", " ", text))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    quoted = "".join(f"> {line}\n" for line in lines if any(map(str.isalnum, line)))
    return f"\n\n{read_header(mail, 'From')} wrote:\n{quoted}"
