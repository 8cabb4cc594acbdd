"""Fetching marks a mail as read only after its outcome is stored."""

import imaplib
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.models.fetchmail import OdooIMAP4, OdooPOP3

from .mail_common import IntakeCommon

FETCHMAIL = "odoo.addons.mail.models.fetchmail"
PROCESS = "odoo.addons.school_helpdesk_base.models.mail_intake.mail_thread_process"
OURS = "odoo.addons.school_helpdesk_base.models.mail_intake.fetchmail_server"


class FakeImap(OdooIMAP4):
    """An IMAP mailbox in memory; ``seen`` are the numbers of the mails marked read."""

    def __init__(self, mails):
        self.mails = dict(enumerate(mails, start=1))
        self.seen = set()
        self._unread_messages = None

    def select(self, *args, **kwargs):
        return "OK", []

    def search(self, *args):
        unseen = [str(number) for number in self.mails if number not in self.seen]
        return "OK", [" ".join(unseen).encode()]

    def fetch(self, number, parts):
        number = int(number)
        if "PEEK" not in parts:
            self.seen.add(number)
        source = self.mails[number]
        if source is None:
            return "NO", [None]
        return "OK", [(b"1 (BODY[] {1}", source), b")"]

    def store(self, number, command, flags):
        change = self.seen.add if command.startswith("+") else self.seen.discard
        change(int(number))

    def close(self):
        pass

    def logout(self):
        pass


class FakePop(OdooPOP3):
    def __init__(self, mails):
        self.mails = dict(enumerate(mails, start=1))
        self.seen = set()

    def stat(self):
        return len(self.mails), 0

    def list(self):
        pass

    def retr(self, number):
        return b"", self.mails[number].split(b"\n"), 0

    def dele(self, number):
        self.seen.add(number)

    def quit(self):
        pass


@tagged("post_install", "-at_install")
class TestMailFetch(IntakeCommon):
    def _sources(self, count):
        return [
            f"From: a{number}@x.example\nTo: {self.address}\nSubject: Mail {number}\n"
            f"Message-ID: <{number}.fetch@x.example>\n\nText {number}".encode()
            for number in range(1, count + 1)
        ]

    def _fetch(self, box):
        """Fetch the mails of a fake mailbox; return the new tickets' names."""
        server = self.env["fetchmail.server"].create(
            {
                "name": "Fake",
                "server_type": "pop" if isinstance(box, FakePop) else "imap",
                "server": "mail.school.example.com",
                "state": "done",
            }
        )
        module = "odoo.addons.mail.models.fetchmail"
        Ticket = self.env["helpdesk.ticket"]
        before = Ticket.search([])
        Server = type(server)
        login = patch.object(Server, "_imap_login__", lambda *args: None)
        with (
            patch(f"{module}.OdooIMAP4", lambda *args, **kwargs: box),
            patch(f"{module}.OdooPOP3", lambda *args, **kwargs: box),
            patch.object(FakePop, "user", create=True),
            patch.object(FakePop, "pass_", create=True),
            patch(f"{OURS}.OdooIMAP4", FakeImap),
            login,
            self.enter_registry_test_mode(),
            self.mock_mail_gateway(),
            mute_logger(FETCHMAIL),
        ):
            with self.env.registry.cursor() as cr:
                server.with_env(server.env(cr=cr))._fetch_mail()
        self.env.invalidate_all()
        return sorted((Ticket.search([]) - before).mapped("name"))

    def test_each_mail_is_a_ticket_and_read(self):
        for Box in (FakeImap, FakePop):
            with self.subTest(box=Box):
                sources = [one + Box.__name__.encode() for one in self._sources(3)]
                sources = [
                    one.replace(b".fetch", Box.__name__.encode()) for one in sources
                ]
                box = Box(sources)
                self.assertEqual(self._fetch(box), ["Mail 1", "Mail 2", "Mail 3"])
                self.assertEqual(box.seen, {1, 2, 3})

    def test_fetching_marks_nothing_as_read(self):
        """A process that is killed as soon as it has fetched a mail."""
        box = FakeImap(self._sources(1))
        fetch = FakeImap.fetch

        def killed(*args):
            fetch(*args)
            raise imaplib.IMAP4.abort("killed")

        with patch.object(FakeImap, "fetch", killed):
            self.assertEqual(self._fetch(box), [])
        self.assertEqual(box.seen, set())
        self.assertEqual(self._fetch(box), ["Mail 1"])
        self.assertEqual(box.seen, {1})

    def test_killed_before_the_mail_is_marked(self):
        box = FakeImap(self._sources(2))
        with patch.object(FakeImap, "store", side_effect=imaplib.IMAP4.abort("killed")):
            self.assertEqual(self._fetch(box), ["Mail 1"])
        self.assertEqual(box.seen, set())
        self.assertEqual(self._fetch(box), ["Mail 2"])
        self.assertEqual(box.seen, {1, 2})

    def test_a_conflict_is_tried_again(self):
        Ticket = type(self.env["helpdesk.ticket"])
        message_new = Ticket.message_new
        tries = []

        def conflict(*args, **kwargs):
            tries.append(1)
            if len(tries) < 3:
                raise SerializationFailure("another transaction")
            return message_new(*args, **kwargs)

        box = FakeImap(self._sources(1))
        with (
            patch.object(Ticket, "message_new", conflict),
            patch(f"{PROCESS}.time.sleep"),
            mute_logger("odoo.sql_db"),
        ):
            self.assertEqual(self._fetch(box), ["Mail 1"])
        self.assertEqual(len(tries), 3)
        self.assertEqual(box.seen, {1})

    def test_a_lasting_conflict_leaves_the_mail_unread(self):
        Ticket = type(self.env["helpdesk.ticket"])
        box = FakeImap(self._sources(2))

        def conflict(ticket, msg, custom_values=None):
            if msg["subject"] == "Mail 1":
                raise SerializationFailure("another transaction")
            return message_new(ticket, msg, custom_values)

        message_new = Ticket.message_new
        with (
            patch.object(Ticket, "message_new", conflict),
            patch(f"{PROCESS}.time.sleep"),
            mute_logger("odoo.sql_db", OURS),
        ):
            self.assertEqual(self._fetch(box), ["Mail 2"])
        self.assertEqual(box.seen, {2})
        self.assertFalse(self._new_mails, "the sender gets no error message")
        self.assertEqual(self._fetch(box), ["Mail 1"])
        self.assertEqual(box.seen, {1, 2})

    def test_what_cannot_be_read_is_parked_and_marked(self):
        box = FakeImap(self._sources(3))
        Ticket = type(self.env["helpdesk.ticket"])
        message_new = Ticket.message_new

        def broken(ticket, msg, custom_values=None):
            if msg["subject"] == "Mail 2":
                raise KeyError("broken")
            return message_new(ticket, msg, custom_values)

        with patch.object(Ticket, "message_new", broken):
            self.assertEqual(self._fetch(box), ["Mail 1", "Mail 3"])
        self.assertEqual(box.seen, {1, 2, 3})
        parked = self.env["helpdesk.mail.parked"].search([], limit=1)
        self.assertEqual(parked.subject, "Mail 2")

    def test_a_mail_that_cannot_be_fetched(self):
        sources = self._sources(3)
        sources[0] = None
        box = FakeImap(sources)
        with mute_logger(OURS):
            self.assertEqual(self._fetch(box), ["Mail 2", "Mail 3"])
        self.assertEqual(box.seen, {2, 3})
