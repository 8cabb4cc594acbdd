"""The page with the mails of the demo school: nothing is lost, nothing gets out."""

import http.client
import json
import re
import smtplib
from email.message import EmailMessage
from urllib.parse import parse_qs, urlencode, urlsplit

import mail_page
import psycopg2
import pytest
import suite
import up
from common import wait_until
from mail_page import Gateway, MailFolder, MailPage
from ports import free_port

DESK = "helpdesk@school.com"


class NoGateway(Gateway):
    """Remembers what it was to hand over."""

    def __init__(self):
        super().__init__("http://127.0.0.1:9", "none", "x", "x", lambda: [DESK])
        self.handed_over = []

    def hand_over(self, source):
        self.handed_over.append(source)
        return "handed over"


@pytest.fixture
def page(tmp_path):
    page = MailPage(
        tmp_path / "mail", NoGateway(), DESK, ["teacher@school.example"], 0, 0
    )
    yield page
    page.stop()


def ask(page, path, form=None, **headers):
    """Return the status, the headers and the text of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=60)
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    method, body = ("GET", None) if form is None else ("POST", urlencode(form))
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, text


def read_form(page, path="/"):
    """Return the values of the form on a page."""
    text = ask(page, path)[2]
    fields = re.findall(r'name="(\w+)"(?: required)? value="([^"]*)"', text)
    return dict(fields)


def send(page, path="/", **values):
    """Fill in the form of a page and send it; return what the next page says."""
    status, headers, _text = ask(page, "/send", {**read_form(page, path), **values})
    assert status == 303
    return parse_qs(urlsplit(headers["Location"]).query)["said"][0]


def listed(page):
    return json.loads(ask(page, "/mails.json")[2])


def by_smtp(page, mail, recipients):
    with smtplib.SMTP("127.0.0.1", page.smtp.port, timeout=60) as client:
        client.send_message(mail, "sender@home.example", recipients)


def make_mail(subject="Printer", text="Text", html=None, **headers):
    mail = EmailMessage()
    mail["From"] = "IT <noreply@school.com>"
    mail["To"] = "Malee <malee@home.example>"
    mail["Subject"] = subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


@pytest.mark.parametrize(
    "subject, text",
    [
        ("เครื่องพิมพ์", "ห้อง 204\n.\n..จุด\nจบ"),
        ("<b>&amp;\"'", "<script>alert(1)</script>"),
        ("", "x" * 2000),
    ],
)
def test_a_caught_mail_is_shown(page, subject, text):
    by_smtp(page, make_mail(subject, text), ["a@home.example", "b@home.example"])
    [row] = listed(page)
    assert (row["subject"], row["to"]) == (subject, "a@home.example, b@home.example")
    shown = ask(page, "/mail/1")[2]
    assert mail_page.html.escape(text) in shown.replace("\r\n", "\n")
    assert "<script" not in shown + ask(page, "/")[2]
    assert page.gateway.handed_over == []


def test_html_runs_no_script_and_loads_nothing(page):
    by_smtp(page, make_mail(html="<p>Hi</p><script>x</script>"), ["a@home.example"])
    _status, headers, text = ask(page, "/mail/1")
    [frame] = re.findall(r"<iframe[^>]*>", text)
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame
    assert "&lt;p&gt;Hi&lt;/p&gt;" in frame
    rules = headers["Content-Security-Policy"]
    assert "default-src 'none'" in rules and "script-src" not in rules


def test_files_are_only_downloaded(page):
    mail = make_mail()
    mail.add_attachment("<script>", subtype="html", filename="ใบ.html")
    by_smtp(page, mail, ["a@home.example"])
    status, headers, text = ask(page, "/mail/1/file/0")
    assert (status, text.strip()) == (200, "<script>")
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/mail/2", "/mail/x", "/mail/1/file/0", "/mail/../x", "/etc", "/mail/1/x"]
)
def test_other_addresses_are_not_found(page, path):
    by_smtp(page, make_mail(), ["a@home.example"])
    assert ask(page, path)[0] == 404


def test_other_sites_can_neither_read_nor_send(page):
    """They do not know the token, and a name of their own is refused."""
    form = {"sender": "x@x.example", "to": DESK, "text": "x"}
    for token in ({}, {"token": ""}, {"token": "wrong"}, {"token": "ผิด"}):
        assert ask(page, "/send", {**form, **token})[0] == 403
    form["token"] = page.token
    for host in ("evil.example", f"evil.example:{page.port}", ""):
        assert ask(page, "/", Host=host)[0] == 403
        assert ask(page, "/send", form, Host=host)[0] == 403
    assert ask(page, "/", {"x": "1"})[0] == 403
    assert not listed(page) and not page.gateway.handed_over


def test_only_mails_to_the_desk_are_handed_over(page):
    assert "kept here" in send(page, to="friend@home.example", text="Hi")
    assert send(page, to=DESK.upper(), subject="จอมืด", text="ห้อง 204") == "handed over"
    by_smtp(page, make_mail(), ["friend@home.example", DESK])
    wait_until(lambda: len(page.gateway.handed_over) == 2, "not handed over")
    first = mail_page.email.message_from_bytes(
        page.gateway.handed_over[0], policy=mail_page.email.policy.default
    )
    assert first["From"] == "teacher@school.example"
    assert first["Subject"] == "จอมืด"
    assert first.get_content().strip() == "ห้อง 204"
    assert len(listed(page)) == 3


def test_an_answer_names_the_mail_it_answers(page):
    mail = make_mail(Message_ID="<2@x>", References="<1@x>", Reply_To=DESK)
    by_smtp(page, mail, ["malee@home.example"])
    form = read_form(page, "/mail/1")
    assert (form["sender"], form["to"]) == ("malee@home.example", DESK)
    assert form["subject"] == "Re: Printer"
    assert "> Text" in ask(page, "/mail/1")[2].replace("&gt;", ">")
    assert send(page, "/mail/1", text="Yes.") == "handed over"
    source = page.gateway.handed_over[0].decode()
    assert "In-Reply-To: <2@x>" in source and "References: <1@x> <2@x>" in source


@pytest.mark.parametrize(
    "values",
    [
        {"sender": ""},
        {"to": "nobody"},
        {"to": "a@x\nBcc: b@x"},
        {"sender": "a@x\r\nX: 1"},
    ],
)
def test_a_mail_that_cannot_be_sent(page, values):
    said = send(page, text="x", **values)
    assert said.startswith("This mail cannot be sent"), said
    assert not listed(page)


def test_odoo_does_not_answer(tmp_path):
    gateway = Gateway(f"http://127.0.0.1:{free_port()}", "x", "x", "x", lambda: [DESK])
    page = MailPage(tmp_path, gateway, DESK, [])
    try:
        said = send(page, sender="a@home.example", text="x")
        assert said.startswith("Odoo does not answer")
        assert len(listed(page)) == 1
    finally:
        page.stop()


def test_old_mails_make_room(tmp_path, monkeypatch):
    monkeypatch.setattr(mail_page, "LIMIT", 3)
    mails = MailFolder(tmp_path)
    for _number in range(5):
        mails.add(["a@x.example"], make_mail().as_bytes())
    assert MailFolder(tmp_path).numbers() == [5, 4, 3]


@pytest.mark.parametrize("line", ["VRFY x", "RCPT TO:x", "DATA", "STARTTLS"])
def test_wrong_smtp_commands_are_refused(page, line):
    with smtplib.SMTP("127.0.0.1", page.smtp.port, timeout=60) as client:
        client.ehlo()
        code, _text = client.docmd(line)
        assert code >= 500
        assert client.noop()[0] == 250
    assert not listed(page)


def stop_between_jobs(server):
    """Stop a server while none of its scheduled actions runs: that one would fail."""
    connection = psycopg2.connect(dbname=server.database)
    try:
        with connection.cursor() as cursor:
            # Odoo locks the row of an action as long as it runs
            cursor.execute("SELECT 1 FROM ir_cron FOR UPDATE")
            server.stop()
    finally:
        connection.close()


def test_a_whole_conversation(make_database, start_server, tmp_path, monkeypatch):
    """A mail to the desk brings a receipt, and the answer to it finds the ticket."""
    database = make_database(demo=True)
    up.add_mail_user(database)
    forget = "DELETE FROM ir_config_parameter WHERE key = %s"
    suite.execute(database, forget, up.MAIL_PARAMETER)
    # somebody has such a user already
    up.add_mail_user(database)
    users = "SELECT count(*) FROM res_users WHERE login = %s"
    assert suite.execute(database, users, up.MAIL_LOGIN) == [(1,)]
    monkeypatch.setattr(suite, "CACHE", tmp_path)
    page = up.start_mail(database, free_port())
    try:
        server = start_server(
            database,
            "--smtp=127.0.0.1",
            f"--smtp-port={page.smtp.port}",
            # also sends the mails that wait in Odoo's queue
            "--max-cron-threads=1",
        )
        page.gateway.url = server.url
        assert read_form(page)["to"] == DESK
        assert send(page, subject="จอมืด", text="ห้อง 204") == (
            "The help desk has taken the mail."
        )
        receipt = wait_until(
            lambda: next(
                (row for row in listed(page) if row["to"] == "teacher@school.example"),
                None,
            ),
            "no receipt",
            60,
        )
        assert "school.com" in receipt["sender"]
        shown = ask(page, f"/mail/{receipt['number']}")[2]
        assert "&lt;p" in shown and "&amp;lt;" not in shown
        path = f"/mail/{receipt['number']}"
        assert "taken" in send(page, path, text="เปิดไม่ติดเลย")
        [[words]] = suite.execute(
            database,
            "SELECT string_agg(m.body, '') FROM mail_message m"
            " JOIN helpdesk_ticket t ON t.id = m.res_id"
            " WHERE m.model = 'helpdesk.ticket' AND t.name = 'จอมืด'",
        )
        assert "เปิดไม่ติดเลย" in words
        stop_between_jobs(server)
    finally:
        page.stop()
