"""Every mail has exactly one outcome, even if it is broken."""

import re
import tempfile
from datetime import timedelta
from email import message_from_bytes, policy
from itertools import count

from hypothesis import HealthCheck, configuration, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.tests import tagged
from odoo.tools import html2plaintext, mute_logger

from ..tools.mail_repair import decode_text, is_thai, repair_mail
from ..tools.mail_source import make_readable
from .awkward_mails import AWKWARD, THAI, mail
from .mail_common import IntakeCommon
from .reported_mails import REPORTED

QUIET = (
    "odoo.addons.mail.models.mail_thread",
    "odoo.addons.school_helpdesk_base.models.mail_thread",
    "odoo.addons.school_helpdesk_base.tools.tnef",
    "odoo.tools.mail",
    "tnefparse",
)
#: A number for each random mail.
NUMBERS = count(1000)


@tagged("post_install", "-at_install")
class TestAwkwardMails(IntakeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.helpdesk_mail_limit = 0
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        configuration.set_hypothesis_home_dir(folder.name)
        #: A ticket that waits for its requester, and our mail about it. Each test of a
        #: mail is rolled back, so they are the same for all.
        cls.waiting = cls._create_ticket(partner_id=cls.sender.id)
        cls.question = cls.waiting.with_user(cls.agent_all).message_post(
            body="Is it plugged in?", subtype_xmlid="mail.mt_comment"
        )
        cls.waiting._set_status("waiting")
        cls._server()
        # the changes are followed at the end of a transaction
        cls.cr.flush()

    def _process(self, source, number):
        """Process a mail twice; return ``(word, outcome)``.

        The word is a key of ``awkward_mails.py``, for example ``note``. The second
        time, nothing may happen.
        """
        ticket, sent = self.waiting, self.question
        for name, text in (
            ("desk", self.address),
            ("desk_upper", self.address.upper()),
            ("desk_tagged", self.address.replace("@", "+room.12@")),
            ("number", f"{number}.{id(source)}"),
            ("reference", sent.message_id),
            ("marker", ticket._get_mail_marker("c")),
            ("ticket", ticket.number),
            ("folded", f"{sent.message_id[:30]}\n {sent.message_id[30:]}"),
            ("soft_reference", sent.message_id.replace("openerp", "open=\nerp")),
            ("soft", ticket._get_mail_marker("c").replace("desk", "de=\nsk")),
        ):
            source = source.replace(b"{%b}" % name.encode(), text.encode())
        with mute_logger(*QUIET):
            outcome = self._receive(source)
        messages = outcome.messages.filtered(
            lambda message: message.res_id == ticket.id
            and message.message_type in ("email", "auto_comment")
        )
        found = []
        if outcome.tickets:
            found.append("ticket")
        if outcome.parked:
            found.append(outcome.parked.state)
        for message in messages:
            is_note = message.is_internal or message.subtype_id.internal
            found.append("note" if is_note else "reply")
        self.assertEqual(len(found), 1, f"outcomes: {found}")
        self.assertLessEqual(len(outcome.tickets | outcome.parked.ticket_id), 1)
        if found[0] in ("note", "kept", "parked"):
            self.assertEqual(ticket.status_category, "waiting")
        if found[0] == "reply":
            self.assertEqual(ticket.status_category, "open")
        again = self._receive(source)
        self.assertFalse(again.tickets or again.parked or again.messages, "twice")
        return found[0], outcome

    def test_the_table_has_many_different_mails(self):
        mails = AWKWARD + REPORTED
        self.assertGreaterEqual(len(mails), 200)
        self.assertEqual(len({one.name for one in mails}), len(mails))

    def test_each_mail_has_its_outcome(self):
        for number, one in enumerate(AWKWARD + REPORTED):
            with self.subTest(mail=one.name), self.cr.savepoint() as savepoint:
                found, outcome = self._process(one.source, number)
                if one.outcome != "any":
                    self.assertEqual(found, one.outcome)
                texts = [
                    *outcome.tickets.mapped("description"),
                    *outcome.messages.mapped("body"),
                ]
                text = html2plaintext("".join(map(str, texts)))
                self.assertIn(re.sub(r"\s+", " ", one.text), re.sub(r"\s+", " ", text))
                if one.title:
                    self.assertEqual(outcome.tickets.name, one.title)
                if one.sender != "":
                    self.assertEqual(outcome.tickets.partner_id.email, one.sender)
                now = fields.Datetime.now()
                for message in outcome.messages:
                    self.assertLess(message.date, now + timedelta(days=1))
                    self.assertGreater(message.date, now - timedelta(days=3660))
                self.assertLessEqual(len(outcome.tickets.name or ""), 200)
                names = outcome.messages.attachment_ids.mapped("name")
                for name in one.files:
                    self.assertTrue(
                        any(found.startswith(name) for found in names),
                        f"{name} not in {names}",
                    )
                savepoint.rollback()
            self.env.invalidate_all()

    def test_text_files_keep_their_bytes(self):
        one = next(one for one in AWKWARD if one.name.startswith("text file"))
        _found, outcome = self._process(one.source, 0)
        self.assertEqual(
            outcome.messages.attachment_ids.raw, THAI.encode("cp874"), "changed"
        )

    # ------------------------------------------------------------------
    # Random mails
    # ------------------------------------------------------------------

    HEADERS = st.dictionaries(
        st.sampled_from(
            [
                "From",
                "To",
                "Subject",
                "Message-ID",
                "References",
                "In-Reply-To",
                "Content-Type",
                "Content-Transfer-Encoding",
                "Content-Disposition",
                "Date",
                "Return-Path",
                "Auto-Submitted",
            ]
        ),
        st.one_of(
            st.binary(max_size=60),
            st.sampled_from(
                [
                    b"{desk}",
                    b"{reference}",
                    b"multipart/mixed; boundary=B",
                    b"multipart/report; report-type=delivery-status; boundary=B",
                    b"text/html; charset=x-windows-874",
                    b"message/rfc822",
                    b"message/delivery-status",
                    b"base64",
                    b"quoted-printable",
                    b"=?x-nothing?B?4Lih?= <a@b.example>",
                    b"attachment; filename*=x''%E0%B9",
                    b"a@b.example, \xe0\xb8 <c@d.example>",
                    b"<>",
                ]
            ),
        ),
        max_size=8,
    )
    BODIES = st.recursive(
        st.binary(max_size=200),
        lambda inner: st.lists(inner, min_size=1, max_size=3).map(
            lambda parts: b"--B\n" + b"\n--B\n".join(parts) + b"\n--B--\n"
        ),
        max_leaves=6,
    )

    def _fuzz(self, source):
        with self.cr.savepoint() as savepoint:
            self._process(source, next(NUMBERS))
            savepoint.rollback()
        self.env.invalidate_all()

    def test_random_bytes(self):
        @settings(
            max_examples=12,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.binary(max_size=400), st.booleans())
        def check(source, is_to_desk):
            self._fuzz(b"To: {desk}\n" + source if is_to_desk else source)

        check()

    def test_random_sources_can_be_split(self):
        """Python's parser reads each, and a second repair changes nothing."""
        pieces = st.sampled_from(
            [
                *(b"To: ", b"Content-Type:", b"content-id :", b"X Y: ", b"From "),
                *(b"multipart/report; boundary=B", b"text/plain; name*0*", b"--B\n"),
                *(b"message/global-headers", b"\n", b"\r\n", b"\r", b" ", b";", b"="),
                *(b"\xef\xbb\xbf", b"\xe0\xb8", b'"', b"(", b"*", b"\0", b"text"),
            ]
        )

        @settings(max_examples=300, derandomize=True, deadline=None, database=None)
        @given(st.lists(pieces, max_size=40).map(b"".join))
        def check(source):
            readable = make_readable(source)
            message_from_bytes(readable, policy=policy.SMTP)
            self.assertEqual(make_readable(readable), readable)

        check()

    def test_random_structures(self):
        @settings(
            max_examples=25,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(self.HEADERS, self.BODIES)
        def check(headers, body):
            head = {"To": b"{desk}", **headers}
            lines = [name.encode() + b": " + text for name, text in head.items()]
            self._fuzz(b"\n".join(lines) + b"\n\n" + body)

        check()

    def test_random_text_is_never_thai_by_mistake(self):
        for charset, text in (
            ("latin-1", "Là-bas, les élèves ont déjà été très occupés à l'école"),
            ("cp1251", "Принтер в кабинете не работает, помогите"),
            ("koi8-r", "Принтер в кабинете не работает, помогите"),
            ("gb18030", "打印机不工作了请帮忙，教室里的投影仪也坏了"),
            ("shift_jis", "プリンターが動きません。助けてください"),
            ("euc-kr", "프린터가 작동하지 않습니다 도와주세요"),
            ("iso-8859-7", "Ο εκτυπωτής δεν λειτουργεί"),
            ("big5", "印表機壞了請幫忙謝謝老師"),
            ("cp1258", "Máy in không hoạt động"[:5]),
        ):
            self.assertFalse(is_thai(text.encode(charset)), charset)
        for text in (THAI, "สวัสดีครับ", "WiFi ห้อง 5 ช้ามาก", "น้ำรั่วที่ห้องคอมพิวเตอร์ชั้น ๓"):
            self.assertTrue(is_thai(text.encode("cp874")), text)
            self.assertEqual(decode_text(text.encode("cp874")), text)

    def test_a_correct_mail_is_not_changed(self):
        for one in AWKWARD:
            if one.name not in ("utf-8", "html", "both", "file", "russian"):
                continue
            message = message_from_bytes(one.source, policy=policy.SMTP)
            before = message.as_bytes()
            repair_mail(message)
            self.assertEqual(message.as_bytes(), before, one.name)
            self.assertEqual(make_readable(one.source), one.source, one.name)
        message = message_from_bytes(mail(), policy=policy.SMTP)
        repair_mail(message)
        self.assertEqual(message["Subject"], "Printer")
