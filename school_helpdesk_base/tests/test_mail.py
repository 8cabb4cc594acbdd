"""Incoming mails, processed by the mail gateway."""

import logging
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields, modules
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import mute_logger

from .awkward_mails import mail
from .mail_common import IntakeCommon
from .reported_mails import word

GATEWAY = "odoo.addons.school_helpdesk_base.models.mail_thread"


@tagged("post_install", "-at_install")
class TestMail(IntakeCommon):
    # ------------------------------------------------------------------
    # The requester
    # ------------------------------------------------------------------

    def test_mail_of_a_known_person(self):
        ticket = self._mail(files=[("photo.jpg", b"\xff\xd8\xff\xe0 photo")])
        self.assertEqual(len(ticket), 1)
        self.assertEqual(ticket.name, "Projector")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.partner_id, self.sender)
        self.assertEqual(ticket.partner_name, "สมชาย ใจดี")
        self.assertEqual(ticket.partner_email, "somchai@school.example.com")
        self.assertIn(self.sender, ticket.message_partner_ids)
        self.assertEqual(ticket.message_ids[-1].author_id, self.sender)
        self.assertTrue(ticket.with_user(self.owner).has_access("read"))
        self.assertEqual(ticket.attachment_ids.mapped("name"), ["photo.jpg"])
        self.assertFalse(ticket.attachment_ids.with_user(self.owner)._get_desk_only())

    def test_mail_comes_by_the_email_channel(self):
        self.assertEqual(self._mail().channel_id, self.channel)

    def test_a_ticket_from_mail_is_unassigned(self):
        self.assertFalse(self._mail().user_id)

    def test_mail_of_a_stranger_creates_a_contact(self):
        ticket = self._mail("Malee Dee <Malee@Home.example.com>")
        person = ticket.partner_id
        self.assertEqual(person.name, "Malee Dee")
        self.assertEqual(person.email_normalized, "malee@home.example.com")
        self.assertEqual(ticket.partner_email, "malee@home.example.com")
        self.assertEqual(ticket.partner_name, "Malee Dee")
        self.assertEqual(ticket.message_partner_ids, person)
        self.assertFalse(ticket.user_id)
        self.assertEqual(ticket.message_ids[-1].author_id, person)

    def test_invisible_characters_in_the_name_of_the_sender(self):
        for number, (written, name) in enumerate(
            (
                ("Malee\u202egpj.exe", "Maleegpj.exe"),
                ("\u200b\u2060", "invisible1@home.example.com"),
            )
        ):
            with self.subTest(name=name):
                source = mail(
                    From=f"{word(written.encode())} "
                    f"<invisible{number}@home.example.com>",
                    To=self.address,
                    Message_ID=f"<invisible{number}@home.example.com>",
                )
                ticket = self._receive(source).tickets
                self.assertEqual(ticket.partner_id.name, name)
                self.assertEqual(ticket.partner_name, name)
                self.assertNotIn("\u202e", ticket.message_ids[-1].email_from)

    def test_the_address_of_the_desk_with_a_tag_is_no_other_person(self):
        tagged = self.address.replace("@", "+room.12@")
        ticket = self._mail(To=f"IT <{tagged}>", Cc="Nok <nok@home.example.com>")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.email_cc, '"Nok" <nok@home.example.com>')
        self.assertFalse(self._mail(tagged, Subject="Loop"))

    def test_mail_of_an_agent_is_not_assigned_to_the_agent(self):
        self.agent_all.email = "agent@school.example.com"
        ticket = self._mail("Agent <agent@school.example.com>")
        self.assertEqual(ticket.partner_id, self.agent_all.partner_id)
        self.assertFalse(ticket.user_id)

    def test_a_team_can_set_a_default_assignee(self):
        self.team.alias_defaults = str(
            {"team_id": self.team.id, "user_id": self.agent.id}
        )
        self.assertEqual(self._mail().user_id, self.agent)

    def test_a_photo_without_text(self):
        ticket = self._mail(body="", files=[("photo.jpg", b"\xff\xd8\xff\xe0")])
        self.assertIn("Projector", ticket.description)

    def test_people_in_copy_neither_follow_nor_read(self):
        self.stranger.email = "stranger@school.example.com"
        self.employee.email = "employee@school.example.com"
        ticket = self._mail(
            To=f"{self.address}, stranger@school.example.com",
            Cc="employee@school.example.com",
        )
        self.assertEqual(ticket.message_partner_ids, self.sender)
        self._reply(
            ticket, Cc="employee@school.example.com, stranger@school.example.com"
        )
        self.assertFalse(
            ticket.message_partner_ids & (self.stranger | self.employee).partner_id
        )
        for user in (self.stranger, self.employee):
            self.assertFalse(ticket.with_user(user).has_access("read"))
        # the agent sees them as suggested recipients
        self.assertIn("employee@school.example.com", ticket.email_cc)

    # ------------------------------------------------------------------
    # Automatic mails and rate limits
    # ------------------------------------------------------------------

    AUTOMATIC = (
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner-email=x@example.com"},
        {"Precedence": "bulk"},
        {"Precedence": "junk"},
        {"Precedence": "auto_reply"},
        {"X_Auto_Response_Suppress": "All"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
    )

    def test_automatic_mails_open_no_ticket(self):
        for headers in self.AUTOMATIC:
            with self.subTest(**headers), self.assertLogs(GATEWAY, logging.INFO):
                self.assertFalse(self._mail(**headers))
                self.assertFalse(self._new_mails, "an answer could cause a mail loop")
        for sender in ("MAILER-DAEMON@example.com", "postmaster@example.com"):
            self.assertFalse(self._mail(sender))

    def test_mails_of_people_open_tickets(self):
        for headers in (
            {"Auto_Submitted": "no"},
            {"Precedence": "list", "List_Id": "<teachers.school.example.com>"},
            {"X_Auto_Response_Suppress": "None"},
            {"Return_Path": None},
        ):
            with self.subTest(**headers):
                self.assertEqual(len(self._mail(**headers)), 1)

    def test_out_of_office_is_a_quiet_note(self):
        ticket = self._mail()
        ticket.message_subscribe((self.agent | self.submitter).partner_id.ids)
        for headers in self.AUTOMATIC:
            with self.subTest(**headers):
                ticket.stage_id = self.stage_waiting
                message = self._reply(ticket, body="I am away.", **headers)
                self.assertIn("I am away", message.body)
                self.assertEqual(ticket.stage_id, self.stage_waiting)
                self.assertTrue(message.subtype_id.internal)
                self.assertFalse(message.notification_ids)
                self.assertFalse(self._new_mails)
        message = self._reply(ticket, body="Plugged in now.")
        self.assertIn("Plugged in", message.body)
        self.assertEqual(ticket.stage_id, self.stage_open)
        self.assertFalse(message.subtype_id.internal)

    def test_mails_from_the_address_of_the_desk_open_no_ticket(self):
        for sender in (f"Desk <{self.address}>", self.address.upper()):
            with self.assertLogs(GATEWAY, logging.INFO):
                self.assertFalse(self._mail(sender))

    def test_a_reply_from_the_desks_own_address_is_kept(self):
        """A technician replies from the desk's mailbox, without Odoo."""
        ticket = self._mail()
        ticket.stage_id = self.stage_waiting
        known = ticket.message_ids
        sent = ticket.with_user(self.agent_all).message_post(
            body="Is it plugged in?", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(
            self._mail(self.address, In_Reply_To=sent.message_id, body="Plug it in.")
        )
        messages = (ticket.message_ids - known - sent).filtered(
            lambda message: "Plug it in" in message.body
        )
        self.assertEqual(len(messages), 1)
        self.assertTrue(messages.is_internal)
        self.assertFalse(messages.notification_ids)
        self.assertEqual(ticket.stage_id, self.stage_waiting)

    def test_people_write_from_the_addresses_of_other_apps(self):
        alias = self.env["mail.alias"].create(
            {
                "alias_name": "library.test",
                "alias_model_id": self.env["ir.model"]._get_id("res.partner"),
                "alias_domain_id": self.team.alias_domain_id.id,
            }
        )
        ticket = self._mail(f"Library <{alias.alias_full_name}>")
        self.assertEqual(ticket.partner_email, alias.alias_full_name)
        ticket.stage_id = self.stage_waiting
        sent = ticket.with_user(self.agent_all).message_post(
            body="Is it plugged in?", subtype_xmlid="mail.mt_comment"
        )
        self._mail(alias.alias_full_name, In_Reply_To=sent.message_id, body="It is.")
        self.assertEqual(ticket.stage_id, self.stage_open)

    def test_a_reply_from_a_second_address_arrives(self):
        ticket = self._mail()
        ticket.stage_id = self.stage_waiting
        sent = ticket.with_user(self.agent_all).message_post(
            body="Is it plugged in?", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(
            self._mail(
                "at.home@example.com", In_Reply_To=sent.message_id, body="It is."
            )
        )
        self.assertIn("It is.", "".join(ticket.message_ids.mapped("body")))
        self.assertEqual(ticket.stage_id, self.stage_open)

    def test_mails_above_the_limit_go_to_one_ticket(self):
        self.env.company.helpdesk_mail_limit = 3
        tickets = self.env["helpdesk.ticket"]
        for _count in range(3):
            tickets |= self._mail("robot@example.com")
        self.assertEqual(len(tickets), 3)
        newest = tickets.sorted("id")[-1]
        count = len(newest.message_ids)
        self.assertFalse(self._mail("robot@example.com", body="One more"))
        self.assertEqual(len(newest.message_ids), count + 1)
        self.assertIn("One more", newest.message_ids[0].body)
        # other senders are not limited, nor the same sender after an hour
        self.assertTrue(self._mail("xrobot@example.com"))
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s WHERE id IN %s",
            [fields.Datetime.now() - timedelta(hours=2), tuple(tickets.ids)],
        )
        self.env.invalidate_all()
        self.assertTrue(self._mail("robot@example.com"))

    def test_many_more_mails_are_not_posted(self):
        """What happens to many mails of one sender with the default settings."""
        tickets = self.env["helpdesk.ticket"]
        for number in range(30):
            tickets |= self._mail("robot@example.com", body=f"Mail number {number}.")
            self.assertFalse(
                self._new_mails.filtered(lambda mail: "limit" in (mail.subject or ""))
            )
        self.assertEqual(len(tickets), 20)
        newest = tickets.sorted("id")[-1]
        texts = newest.description + "".join(newest.message_ids.mapped("body"))
        for number in range(20, 30):
            self.assertIn(f"Mail number {number}.", texts)
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            for _count in range(30):
                self.assertFalse(self._mail("robot@example.com"))
        mails = newest.message_ids.filtered(
            lambda message: message.message_type == "email"
        )
        self.assertLess(len(mails), 30, "mails above the limit are still posted")

    def test_the_limit_is_for_one_hour(self):
        """Odoo's loop detection counts two hours and would drop permitted mails."""
        for hours in (1.5, 0):
            with freeze_time(fields.Datetime.now() - timedelta(hours=hours)):
                for _count in range(12):
                    ticket = self._mail()
                    self.env.cr.execute(
                        "UPDATE helpdesk_ticket SET create_date = %s WHERE id IN %s",
                        [fields.Datetime.now(), tuple(ticket.ids)],
                    )
                    self.assertEqual(len(ticket), 1)

    def test_a_mail_whose_sender_has_no_address_is_accepted(self):
        for limit in (20, 0):
            self.env.company.helpdesk_mail_limit = limit
            self.assertTrue(self._mail("Somebody"))

    def test_an_address_is_taken_literally(self):
        self.env.company.helpdesk_mail_limit = 1
        self.assertTrue(self._mail("a.b@example.com"))
        self.assertTrue(self._mail("a_b@example.com"))
        self.assertTrue(self._mail("a%@example.com"))
        self.assertFalse(self._mail("A_B@example.com"))

    def test_tickets_of_other_channels_do_not_count(self):
        self.env.company.helpdesk_mail_limit = 1
        self._create_ticket(partner_email="somchai@school.example.com")
        self.assertTrue(self._mail())

    # ------------------------------------------------------------------
    # Templates
    # ------------------------------------------------------------------

    def test_mails_about_a_ticket_start_the_queue(self):
        ticket = self._create_ticket()
        self.requester.email = "requester@school.example"
        people = self.requester.partner_id.ids
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
        started = Domain("cron_id", "=", queue.id)
        Trigger = self.env["ir.cron.trigger"]
        for name, send in (
            (
                "ticket",
                lambda: ticket.message_post(
                    body="A", partner_ids=people, subtype_xmlid="mail.mt_comment"
                ),
            ),
            (
                # as addons do that know only the id of a record
                "thread",
                lambda: self.env["mail.thread"].message_notify(
                    body="A", model=ticket._name, res_id=ticket.id, partner_ids=people
                ),
            ),
        ):
            with self.subTest(name):
                Trigger.search(started).unlink()
                with patch.object(modules.module, "current_test", False):
                    send()
                self.assertEqual(Trigger.search_count(started), 1)

    def test_templates_are_translated_to_thai(self):
        self.env["res.lang"]._activate_lang("th_TH")
        self.env["ir.module.module"].search(
            [("name", "in", ("helpdesk_mgmt", "school_helpdesk_base"))]
        )._update_translations(["th_TH"])
        self.sender.lang = "th_TH"
        ticket = self._create_ticket(partner_id=self.sender.id, user_id=self.agent.id)
        for name in (
            "assignment_email_template",
            "closed_ticket_template",
            "changed_stage_template",
        ):
            template = self.env.ref(f"helpdesk_mgmt.{name}")
            with self.subTest(template=name):
                values = template._generate_template(
                    ticket.ids, ["subject", "body_html"]
                )[ticket.id]
                self.assertIn("ใบแจ้ง", values["subject"])
                self.assertIn(ticket.number, values["subject"])
                self.assertIn("สวัสดี", values["body_html"])
                self.assertIn(self.sender.name, values["body_html"])
                self.assertIn(ticket.name, values["body_html"])

    def test_templates_greet_their_recipient(self):
        ticket = self._create_ticket(partner_id=self.sender.id, user_id=self.agent.id)
        for name in (
            "assignment_email_template",
            "closed_ticket_template",
            "changed_stage_template",
        ):
            template = self.env.ref(f"helpdesk_mgmt.{name}")
            values = template._generate_template(
                ticket.ids, ("body_html", "partner_to", "subject")
            )[ticket.id]
            self.assertEqual(values["partner_ids"], self.sender.ids)
            self.assertIn(f"Hello {self.sender.name}", values["body_html"])
            self.assertNotIn(f"Hello {self.agent.name}", values["body_html"])
            self.assertIn(ticket.number, values["body_html"] + values["subject"])
