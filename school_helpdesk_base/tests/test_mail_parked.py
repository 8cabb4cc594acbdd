"""Mails on no ticket are parked, and a manager decides about them."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .mail_common import IntakeCommon

SOURCE = """\
From: =?utf-8?b?4Lih4Liy4Lil4Li1?= <malee@home.example.com>
To: {address}
Subject: WiFi
Message-ID: <{id}@home.example.com>
Date: Mon, 02 Mar 2026 09:00:00 +0700

The WiFi is slow.
"""


@tagged("post_install", "-at_install")
class TestMailParked(IntakeCommon):
    def _source(self, number=1, address=None):
        return SOURCE.format(id=number, address=address or self.address).encode()

    def _park(self, number=1):
        """Receive a mail that raises an error."""
        Ticket = type(self.env["helpdesk.ticket"])
        with patch.object(Ticket, "message_new", side_effect=KeyError("broken")):
            outcome = self._receive(self._source(number))
        self.assertFalse(outcome.tickets or outcome.messages)
        return outcome.parked.with_user(self.agent_manager)

    # ------------------------------------------------------------------
    # Nothing is lost
    # ------------------------------------------------------------------

    def test_what_raises_an_error_is_parked(self):
        parked = self._park()
        self.assertEqual(len(parked), 1)
        self.assertEqual(parked.reason, "error")
        self.assertEqual(parked.state, "parked")
        self.assertEqual(parked.subject, "WiFi")
        self.assertIn("มาลี", parked.email_from)
        self.assertEqual(parked.team_id, self.team)
        self.assertIn("The WiFi is slow", parked.preview)
        self.assertIn("broken", parked.detail)
        self.assertEqual(parked._get_source(), self._source())
        self.assertFalse(self._new_mails, "the sender gets no error message")

    def test_an_error_leaves_nothing_behind(self):
        Ticket = type(self.env["helpdesk.ticket"])
        with patch.object(Ticket, "message_subscribe", side_effect=KeyError("late")):
            outcome = self._receive(self._source())
        self.assertFalse(outcome.tickets or outcome.messages)
        self.assertEqual(len(outcome.parked), 1)
        self.assertFalse(
            self.env["res.partner"].search([("email", "=", "malee@home.example.com")])
        )

    def test_unknown_addresses(self):
        """Mails from a mailbox are parked; a mail server informs the sender itself."""
        source = self._source(address="nobody@school.example.com")
        with self.assertRaises(ValueError), self.cr.savepoint():
            self._receive(source, fetched=False)
        outcome = self._receive(source)
        self.assertEqual(outcome.parked.reason, "no_route")

    def test_senders_that_may_not_write(self):
        self.team.alias_contact = "partners"
        outcome = self._receive(self._source())
        self.assertFalse(outcome.tickets)
        self.assertEqual(outcome.parked.reason, "refused")

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_what_odoo_ignores_is_kept(self):
        source = self._source().replace(
            b"Subject:", b"References: <1-loop-detection-bounce-email@x>\nSubject:"
        )
        outcome = self._receive(source)
        self.assertFalse(outcome.tickets)
        self.assertEqual(len(outcome.parked), 1)

    def test_the_original_is_kept_as_it_was(self):
        source = self._source() + "ภาษาไทย".encode("cp874")
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(False, source, save_original=True)
        ticket = self.env["helpdesk.ticket"].search([("name", "=", "WiFi")], limit=1)
        self.assertIn("ภาษาไทย", ticket.description)
        original = ticket.message_ids.attachment_ids
        self.assertEqual(original.mapped("raw"), [source])

    def test_huge_mails(self):
        source = (
            self._source().replace(
                b"\n\n",
                b'\nContent-Type: multipart/mixed; boundary="B"\n\n--B\n\n'
                b"See the video.\n--B\nContent-Type: video/mp4; name=video.mp4\n"
                b"Content-Transfer-Encoding: base64\n\n",
                1,
            )
            + b"QUJD" * (10 * 1024 * 1024 // 4 * 3)
            + b"\n--B--\n"
        )
        self.assertGreater(len(source), 30 * 1024 * 1024)
        outcome = self._receive(source)
        self.assertEqual(len(outcome.tickets | outcome.parked.ticket_id), 1)
        # no real video: the file gate gives it another name, but keeps it
        self.assertIn("video.mp4", outcome.tickets.attachment_ids.name)

    # ------------------------------------------------------------------
    # Never twice
    # ------------------------------------------------------------------

    def test_a_mail_is_processed_once(self):
        for source in (
            self._source(1),
            self._source(2).replace(b"Message-ID: <2@home.example.com>\n", b""),
            self._source(3).replace(b"<3@home.example.com>", b"<>"),
            self._source(4).replace(b"<4@", b"<" + b"4" * 5000 + b"@"),
        ):
            self.assertEqual(len(self._receive(source).tickets), 1)
            for fetched in (True, False):
                outcome = self._receive(source, fetched=fetched)
                self.assertFalse(outcome.tickets or outcome.messages or outcome.parked)

    def test_the_same_mail_over_two_servers(self):
        self.assertTrue(self._receive(b"Received: from a\n" + self._source()).tickets)
        outcome = self._receive(b"Received: from b\n" + self._source(), fetched=False)
        self.assertFalse(outcome.tickets or outcome.parked)

    def test_a_parked_mail_is_parked_once(self):
        self._park()
        outcome = self._receive(self._source())
        self.assertFalse(outcome.tickets or outcome.parked)

    def test_a_mail_received_before_there_were_receipts(self):
        self._receive(self._source())
        self.env["helpdesk.mail.receipt"].search([]).unlink()
        outcome = self._receive(self._source())
        self.assertFalse(outcome.tickets or outcome.parked)

    def test_copiers_use_one_message_id_for_all_mails(self):
        first = self._source()
        later = first.replace(b"02 Mar", b"03 Mar").replace(b"slow", b"down")
        other = first.replace(b"malee@", b"nid@").replace(b"slow", b"gone")
        for source in (first, later, other):
            self.assertEqual(len(self._receive(source).tickets), 1)
        for source in (first, later, other):
            self.assertFalse(self._receive(source).tickets)

    # ------------------------------------------------------------------
    # What a manager decides
    # ------------------------------------------------------------------

    def test_make_a_ticket(self):
        parked = self._park()
        parked.action_create_ticket()
        ticket = parked.ticket_id
        self.assertEqual(parked.state, "done")
        self.assertEqual(ticket.name, "WiFi")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.partner_id.email, "malee@home.example.com")
        self.assertEqual(ticket.message_partner_ids, ticket.partner_id)
        self.assertIn("The WiFi is slow", ticket.description)
        files = ticket.message_ids.attachment_ids
        self.assertEqual(files.mapped("name"), [parked.source_name])
        with self.assertRaises(UserError):
            parked.action_create_ticket()

    def test_make_a_ticket_of_what_cannot_be_read(self):
        parked = self._park()
        with patch.object(
            type(self.env["mail.thread"]), "message_parse", side_effect=KeyError
        ):
            parked.action_create_ticket()
        self.assertIn("The WiFi is slow", parked.ticket_id.description)
        self.assertEqual(parked.ticket_id.partner_id.email, "malee@home.example.com")

    def test_attach_to_a_ticket(self):
        parked = self._park(1) | self._park(2)
        with self.assertRaises(UserError):
            parked.action_attach()
        ticket = self.ticket
        parked.ticket_id = ticket
        parked[0].action_attach()
        # not the requester: only the desk reads it
        self.assertTrue(ticket.message_ids[0].subtype_id.internal)
        self.assertIn("The WiFi is slow", ticket.message_ids[0].body)
        ticket.partner_id = self.env["res.partner"].create(
            {"name": "Malee", "email": "malee@home.example.com"}
        )
        ticket._set_status("waiting")
        parked[1].action_attach()
        self.assertFalse(ticket.message_ids[0].subtype_id.internal)
        self.assertEqual(ticket.message_ids[0].author_id, ticket.partner_id)
        self.assertEqual(ticket.status_category, "open")

    def test_undecided_mails_cannot_be_deleted(self):
        parked = self._park()
        with self.assertRaises(UserError):
            parked.unlink()
        parked.action_dismiss()
        parked.unlink()

    def test_the_number_of_parked_mails(self):
        team = self.team.with_user(self.agent_manager)
        self.assertEqual(team.parked_mail_count, 0)
        parked = self._park(1) | self._park(2)
        parked[0].action_dismiss()
        team.invalidate_recordset()
        self.assertEqual(team.parked_mail_count, 1)

    def test_who_reads_parked_mails(self):
        parked = self._park()
        for user in (self.agent_all, self.employee, self.owner, self.public):
            with self.assertRaises(AccessError):
                parked.with_user(user).read(["subject"])
        # mails to other apps are not for the desk
        alias = self.env["mail.alias"].create(
            {
                "alias_name": "library.test",
                "alias_model_id": self.env["ir.model"]._get_id("res.partner"),
                "alias_domain_id": self.team.alias_domain_id.id,
            }
        )
        Partner = type(self.env["res.partner"])
        with patch.object(Partner, "message_new", side_effect=KeyError("x")):
            outcome = self._receive(self._source(5, address=alias.alias_full_name))
        self.assertEqual(len(outcome.parked), 1)
        mails = self.env["helpdesk.mail.parked"].with_user(self.agent_manager)
        self.assertNotIn(outcome.parked, mails.search([]))
