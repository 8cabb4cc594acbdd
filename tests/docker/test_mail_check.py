"""The check of the mail settings: one line each, which says what to change."""

import os
import subprocess
from types import SimpleNamespace

import pytest
import suite
from dovecot import PASSWORD, USER, run_mailbox
from smtp_sink import SmtpSink

ENTRY = suite.ROOT / "docker/entrypoint.sh"
CHECK = suite.ROOT / "docker/mail_check.py"


class Servers(SimpleNamespace):
    """A mailbox, and an SMTP server that puts each mail into it."""

    def check(self, *arguments, program=CHECK, **settings):
        """Run the check; return its exit status and its lines."""
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHON": os.sys.executable,
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.smtp.port),
            "SMTP_STARTTLS": "False",
            "IMAP_HOST": "127.0.0.1",
            "IMAP_PORT": str(self.mailbox.port),
            "IMAP_SSL": "False",
            "IMAP_USER": USER,
            "IMAP_PASSWORD": PASSWORD,
            "MAIL_DOMAIN": "school.example",
            "EMAIL_FROM": "noreply@school.example",
            "MAIL_CHECK_SECONDS": "20",
        }
        command = [program] if program == ENTRY else [os.sys.executable, program]
        done = subprocess.run(
            [*command, *arguments],
            env={**environment, **settings},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert "Traceback" not in done.stderr
        assert PASSWORD not in done.stderr
        lines = done.stderr.splitlines()
        assert all(line.startswith("school-helpdesk: ") for line in lines)
        return done.returncode, [
            line.removeprefix("school-helpdesk: ") for line in lines
        ]


@pytest.fixture(scope="module")
def servers():
    with run_mailbox() as mailbox:
        servers = Servers(mailbox=mailbox, is_delivered=True, recipients=[])

        def deliver(recipients, source):
            servers.recipients.append(recipients)
            if servers.is_delivered:
                mailbox.put(source)

        servers.smtp = SmtpSink(deliver)
        yield servers
        servers.smtp.shutdown()
        servers.smtp.server_close()


def test_good_settings(servers):
    """Nothing is sent, and nothing is marked as read."""
    servers.mailbox.put(b"Subject: One\r\n\r\nText")
    assert servers.check() == (
        0,
        [
            "outgoing mail: 127.0.0.1 accepts mails from noreply@school.example",
            "incoming mail: helpdesk at 127.0.0.1, 1 unread",
        ],
    )
    assert servers.recipients == []
    assert servers.mailbox.count("UNSEEN") == 1


def test_nothing_is_set(servers):
    status, lines = servers.check(SMTP_HOST="", IMAP_HOST="")
    assert status == 0
    assert ["SMTP_HOST" in lines[0], "IMAP_HOST" in lines[1]] == [True, True]


@pytest.mark.parametrize(
    "settings, place, expected",
    [
        (
            {"SMTP_HOST": "no.such.invalid"},
            0,
            "no.such.invalid is unknown, see SMTP_HOST",
        ),
        (
            {"SMTP_PORT": "1"},
            0,
            "does not answer at port 1, see SMTP_HOST and SMTP_PORT",
        ),
        ({"SMTP_PORT": "smtp"}, 0, "invalid literal"),
        ({"SMTP_STARTTLS": "True"}, 0, "offers no STARTTLS, see SMTP_PORT"),
        ({"SMTP_USER": "x"}, 0, "refuses SMTP_USER or SMTP_PASSWORD"),
        (
            {"IMAP_HOST": "no.such.invalid"},
            1,
            "no.such.invalid is unknown, see IMAP_HOST",
        ),
        (
            {"IMAP_PORT": "1"},
            1,
            "does not answer at port 1, see IMAP_HOST and IMAP_PORT",
        ),
        ({"IMAP_SSL": "True"}, 1, "does not answer at port"),
        ({"IMAP_PASSWORD": "wrong"}, 1, "refuses IMAP_USER or IMAP_PASSWORD"),
    ],
)
def test_wrong_settings(servers, settings, place, expected):
    """The other line still says that the other server works."""
    status, lines = servers.check(**settings)
    assert status == 1
    assert len(lines) == 2
    assert "DOES NOT WORK: " in lines[place] and expected in lines[place]
    assert "DOES NOT WORK" not in lines[1 - place]


def test_a_refused_sender(servers):
    """The server knows SMTP, but not this address."""
    status, lines = servers.check(EMAIL_FROM="no\tblank@school.example>\r\nNOOP <x")
    assert status == 1
    assert "outgoing mail DOES NOT WORK: " in lines[0]


@pytest.mark.parametrize(
    "arguments, address",
    [((), "helpdesk@school.example"), (("it@school.example",), "it@school.example")],
)
def test_a_mail_arrives(servers, arguments, address, tmp_path):
    """By the image's entry script, which reads secrets from files."""
    secret = tmp_path / "password"
    secret.write_text(f"{PASSWORD}\n")
    before = servers.mailbox.count("UNSEEN")
    status, lines = servers.check(
        "check-mail",
        *arguments,
        program=ENTRY,
        IMAP_PASSWORD="",
        IMAP_PASSWORD_FILE=str(secret),
    )
    assert status == 0, lines
    assert lines[2].startswith(f"delivery: a mail to {address} arrived after ")
    assert servers.recipients[-1] == [address]
    # so Odoo fetches it too
    assert servers.mailbox.count("UNSEEN") == before + 1


def test_a_mail_that_does_not_arrive(servers):
    servers.is_delivered = False
    try:
        status, lines = servers.check("send", MAIL_CHECK_SECONDS="2")
    finally:
        servers.is_delivered = True
    assert status == 1
    assert "not in the mailbox of IMAP_USER after 2 s" in lines[2]
