"""Says in one line each whether outgoing and incoming mail can work.

mail_check.py         sign in to both servers; send nothing
mail_check.py send    send a mail to the mailbox of the help desk and wait until it is
                      there; another address can follow

The settings are those of docs/docker.md. The exit status is 1 if something fails.
"""

import imaplib
import os
import smtplib
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

PATIENCE = 10
#: How long a mail may take from server to server.
DELIVERY_SECONDS = int(os.environ.get("MAIL_CHECK_SECONDS") or 120)


class MailError(Exception):
    """What is wrong, with the setting to look at; one line."""


def setting(name, default=""):
    return os.environ.get(name) or default


def sender():
    return setting("EMAIL_FROM", "noreply@school.com")


def describe(error):
    """Return the text of an error in one line."""
    if isinstance(error, smtplib.SMTPResponseException):
        error = f"{error.smtp_code} {_to_text(error.smtp_error)}"
    elif isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        error = f"{code} {_to_text(text)}"
    elif error.args and isinstance(error.args[-1], bytes):
        error = _to_text(error.args[-1])
    return " ".join(str(error).split())


def _to_text(text):
    return text.decode(errors="replace") if isinstance(text, bytes) else str(text)


@contextmanager
def told_as(text, *kinds):
    """Turn an error of these kinds into a ``MailError``."""
    try:
        yield
    except kinds as error:
        raise MailError(f"{text}: {describe(error)}") from error


@contextmanager
def connected(kind, connect):
    """Connect to the server of a kind, ``SMTP`` or ``IMAP``."""
    host, port = setting(f"{kind}_HOST"), setting(f"{kind}_PORT")
    with told_as(f"{host} is unknown, see {kind}_HOST", socket.gaierror):
        socket.getaddrinfo(host, None)
    silent = f"{host} does not answer at port {port}, see {kind}_HOST and {kind}_PORT"
    with told_as(silent, OSError, smtplib.SMTPException, imaplib.IMAP4.error):
        connection = connect(host, int(port), timeout=PATIENCE)
    yield connection


@contextmanager
def outgoing():
    """A connection to the SMTP server that has accepted our sender."""
    os.environ["SMTP_PORT"] = setting("SMTP_PORT", "587")
    with connected("SMTP", smtplib.SMTP) as server, server:
        host = setting("SMTP_HOST")
        if setting("SMTP_STARTTLS", "True") == "True":
            plain = f"{host} offers no STARTTLS, see SMTP_PORT and SMTP_STARTTLS"
            with told_as(plain, smtplib.SMTPException):
                server.starttls()
        if setting("SMTP_USER"):
            refused = f"{host} refuses SMTP_USER or SMTP_PASSWORD"
            with told_as(refused, smtplib.SMTPException):
                server.login(setting("SMTP_USER"), setting("SMTP_PASSWORD"))
        server.ehlo_or_helo_if_needed()
        code, text = server.mail(sender())
        if code >= 400:
            raise MailError(
                f"{host} accepts no mail from {sender()}, see EMAIL_FROM:"
                f" {code} {_to_text(text)}"
            )
        server.rset()
        yield server


@contextmanager
def incoming():
    """A connection to the mailbox, which nothing is changed in."""
    os.environ["IMAP_PORT"] = setting("IMAP_PORT", "993")
    is_encrypted = setting("IMAP_SSL", "True") == "True"
    with connected(
        "IMAP", imaplib.IMAP4_SSL if is_encrypted else imaplib.IMAP4
    ) as server:
        with server:
            host = setting("IMAP_HOST")
            refused = f"{host} refuses IMAP_USER or IMAP_PASSWORD"
            with told_as(refused, imaplib.IMAP4.error):
                server.login(setting("IMAP_USER"), setting("IMAP_PASSWORD"))
            status, answer = server.select("INBOX", readonly=True)
            if status != "OK":
                raise MailError(f"{host} has no INBOX: {_to_text(answer[0])}")
            yield server


def check_outgoing():
    if not setting("SMTP_HOST"):
        return "not set up: without SMTP_HOST, the help desk sends no mail"
    with outgoing():
        return f"{setting('SMTP_HOST')} accepts mails from {sender()}"


def check_incoming():
    if not setting("IMAP_HOST"):
        return "not set up: without IMAP_HOST, the help desk fetches no mail"
    with incoming() as server:
        unread = len(server.search(None, "UNSEEN")[1][0].split())
        return f"{setting('IMAP_USER')} at {setting('IMAP_HOST')}, {unread} unread"


def check_delivery(address=None):
    """Send a mail to the mailbox and wait until it is there.

    Odoo may fetch it first: it is automatic, so it becomes no ticket.
    """
    for name in ("SMTP_HOST", "IMAP_HOST"):
        if not setting(name):
            raise MailError(f"set {name} first")
    user = setting("IMAP_USER")
    address = address or (
        user if "@" in user else f"helpdesk@{setting('MAIL_DOMAIN', 'school.com')}"
    )
    mail = EmailMessage()
    mail["From"], mail["To"] = sender(), address
    mail["Subject"] = "Test of the mails of the help desk"
    mail["Date"] = formatdate(localtime=True)
    mail["Message-ID"] = make_msgid(domain=sender().rpartition("@")[2] or None)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("This mail was sent to test the settings. Nobody needs to answer.")
    with outgoing() as server:
        with told_as(f"{address} is not accepted", smtplib.SMTPException):
            server.send_message(mail)
    start = time.monotonic()
    while time.monotonic() < start + DELIVERY_SECONDS:
        with incoming() as server:
            found = server.search(None, "HEADER", "Message-ID", mail["Message-ID"])
            if found[1][0].split():
                seconds = time.monotonic() - start
                return f"a mail to {address} arrived after {seconds:.0f} s"
        time.sleep(min(3, DELIVERY_SECONDS / 4))
    raise MailError(
        f"a mail to {address} was sent, but is not in the mailbox of IMAP_USER after"
        f" {DELIVERY_SECONDS} s"
    )


def run(name, check, *arguments):
    """Return whether a check succeeds, and its line."""
    try:
        return True, f"{name}: {check(*arguments)}"
    except MailError as error:
        return False, f"{name} DOES NOT WORK: {error}"
    except (OSError, smtplib.SMTPException, imaplib.IMAP4.error, ValueError) as error:
        return False, f"{name} DOES NOT WORK: {describe(error)}"


def main(command="", *arguments):
    checks = (("outgoing mail", check_outgoing), ("incoming mail", check_incoming))
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(lambda one: run(*one), checks))
    if command == "send" and all(is_good for is_good, _line in results):
        results.append(run("delivery", check_delivery, *arguments[:1]))
    for _is_good, line in results:
        print(f"school-helpdesk: {line}", file=sys.stderr)
    return not all(is_good for is_good, _line in results)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
