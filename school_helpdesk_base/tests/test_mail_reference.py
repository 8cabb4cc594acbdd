"""A reply finds its ticket by the Message-ID or the marker of the desk's mails."""

import re

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import tell
from .mail_common import IntakeCommon

MARKER = re.compile(r"\[#desk-[^\]]+\]")


@tagged("post_install", "-at_install")
class TestMailReference(IntakeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["mail.template"].create(
            {
                "name": "News",
                "model_id": cls.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "News of {{ object.number }}",
                "body_html": "<p>There are news. Reply to this mail.</p>",
                "email_from": "noreply@school.example.com",
                "reply_to": "{{ object.team_id.alias_full_name }}",
                "partner_to": "{{ object.partner_id.id }}",
                "auto_delete": True,
            }
        )

    def _get_stage_mail(self, ticket, stage, **values):
        """Let a stage send its mail; return it as its recipient gets it."""
        self.template.write(values)
        stage.mail_template_id = self.template
        with self.mock_mail_gateway():
            ticket.stage_id = stage
            tell(self.env, send=True)
        return self._mails[-1]

    def _words(self, ticket):
        return "".join(ticket.message_ids.mapped("body"))

    # ------------------------------------------------------------------
    # Message-ID
    # ------------------------------------------------------------------

    def test_replies_to_stage_mails(self):
        """For each mode of sending, and for mails that are kept or deleted later."""
        modes = [
            {"auto_delete": auto_delete, "reply_to": reply_to}
            for auto_delete in (True, False)
            for reply_to in (False, "{{ object.team_id.alias_full_name }}")
        ]
        for values in modes:
            for stage in (self.stage_open, self.stage_waiting, self.stage_resolved):
                with self.subTest(stage=stage.name, **values):
                    ticket = self._mail()
                    mail = self._get_stage_mail(ticket, stage, **values)
                    self.assertFalse(
                        self._mail(
                            In_Reply_To=mail["message_id"],
                            References=f"<1@x.example> {mail['message_id']}",
                            Subject=f"Re: {mail['subject']}",
                            body="It is plugged in.",
                        )
                    )
                    self.assertIn("It is plugged in.", self._words(ticket))
                    self.assertEqual(ticket.status_category, "open")

    def test_reply_to_a_template_sent_by_hand(self):
        ticket = self._mail()
        with self.mock_mail_gateway():
            self.template.send_mail(ticket.id, force_send=True)
        mail = self._mails[-1]
        self.assertFalse(self._mail(References=mail["message_id"], body="Thank you."))
        self.assertIn("Thank you.", self._words(ticket))

    def test_reply_to_the_senders_own_address(self):
        """Some mail programs ignore Reply-To; no alias has this address."""
        ticket = self._mail()
        mail = self._get_stage_mail(ticket, self.stage_open)
        self.assertFalse(
            self._mail(
                To="noreply@school.example.com",
                References=mail["message_id"],
                body="Did you get this?",
            )
        )
        self.assertIn("Did you get this?", self._words(ticket))

    def test_reply_to_an_ended_ticket(self):
        ticket = self._mail()
        mail = self._get_stage_mail(ticket, self.stage_cancelled)
        self._mail(In_Reply_To=mail["message_id"], body="Please do not cancel it.")
        self.assertTrue(ticket.follow_up_id)
        self.assertIn("Please do not cancel it.", ticket.follow_up_id.description)

    def test_forged_message_ids(self):
        other = self.other_ticket
        mail = self._get_stage_mail(self._mail(), self.stage_open)
        real = mail["message_id"]
        for forged in (
            f"<1.2-openerp-{other.id}-helpdesk.ticket@host>",
            f"<1.2-openerp-{other.id}-helpdesk.ticket-c0123456789abcdef@host>",
            re.sub(r"openerp-\d+", f"openerp-{other.id}", real),
            re.sub("-c([0-9a-f]{16})@", r"-n\1@", real),
        ):
            with self.subTest(forged=forged):
                self.assertTrue(self._mail(References=forged, body="Let me in."))
        self.assertNotIn("Let me in.", self._words(other))

    def test_a_deleted_ticket(self):
        ticket = self._mail()
        mail = self._get_stage_mail(ticket, self.stage_open)
        ticket.unlink()
        self.assertTrue(self._mail(References=mail["message_id"]))

    def test_reply_to_a_deleted_note_stays_internal(self):
        ticket = self._mail()
        note = ticket.with_user(self.agent_all).message_post(
            body="Is it the lamp?", subtype_xmlid="mail.mt_note"
        )
        reference = note.message_id
        note.unlink()
        self.agent.email = "agent@school.example.com"
        self.assertFalse(
            self._mail(self.agent.email, References=reference, body="It is.")
        )
        answer = ticket.message_ids.filtered(lambda message: "It is." in message.body)
        self.assertTrue(answer.subtype_id.internal)

    # ------------------------------------------------------------------
    # Marker
    # ------------------------------------------------------------------

    def test_replies_without_message_ids(self):
        """Quoted by different mail programs."""
        for quote in (
            "> There are news.\n>\n> {}",
            "-----Original Message-----\nFrom: desk\n\nThere are news.\n{}",
            "On Mon, desk wrote:\n> > {}\n",
            "เมื่อวันจันทร์ desk เขียนว่า:\n    {}",
        ):
            with self.subTest(quote=quote):
                ticket = self._mail()
                mail = self._get_stage_mail(ticket, self.stage_waiting)
                marker = MARKER.search(mail["body"]).group()
                self.assertIn(marker, mail["body_alternative"])
                body = f"It is plugged in.\n\n{quote.format(marker)}"
                self.assertFalse(self._mail(Subject="Re: News", body=body))
                self.assertIn("It is plugged in.", self._words(ticket))
                self.assertEqual(ticket.status_category, "open")

    def test_messages_of_agents_have_a_marker(self):
        ticket = self._mail()
        with self.mock_mail_gateway():
            ticket.with_user(self.agent_all).message_post(
                body="Is it plugged in?", subtype_xmlid="mail.mt_comment"
            )
        marker = MARKER.search(self._mails[-1]["body"]).group()
        self.assertFalse(self._mail(body=f"Yes.\n> {marker}"))
        self.assertNotIn("[#desk", ticket.message_ids[1].body)

    def test_the_marker_leaves_the_text_as_it_is(self):
        """The text of a mail is HTML, although Odoo does not declare it as such."""
        ticket = self._mail()
        bodies = [
            self._get_stage_mail(ticket, stage)["body"]
            for stage in (self.stage_waiting, self.stage_resolved)
        ]
        with self.mock_mail_gateway():
            ticket.with_user(self.agent_all).message_post(
                body="Is it plugged in?", subtype_xmlid="mail.mt_comment"
            )
        for body in (*bodies, self._mails[-1]["body"]):
            self.assertIn("<p", body)
            self.assertNotIn("&lt;", body)
            self.assertEqual(len(MARKER.findall(body)), 1)

    def test_forged_markers(self):
        ticket = self._mail()
        for forged in (
            f"[#desk-{ticket.id}-c0123456789abcdef]",
            ticket._get_mail_marker("c").replace("-c", "-n"),
            self.other_ticket._get_mail_marker("c").replace(
                f"desk-{self.other_ticket.id}-", f"desk-{ticket.id}-"
            ),
            f"[{ticket.number}]",
        ):
            with self.subTest(forged=forged):
                self.assertTrue(
                    self._mail(body=f"> {forged}", Subject=f"Re: [{ticket.number}]")
                )

    def test_a_forwarded_mail_is_a_new_conversation(self):
        marker = self._mail()._get_mail_marker("c")
        for subject in ("Fwd: News", "FW: News", "ส่งต่อ: News"):
            with self.subTest(subject=subject):
                self.assertTrue(self._mail(Subject=subject, body=marker))

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_other_models_keep_odoos_message_ids(self):
        message = self.sender.message_post(body="Hello")
        self.assertNotRegex(message.message_id, "-c[0-9a-f]{16}@")
