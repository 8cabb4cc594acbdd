"""The steps of the mail intake, tested alone and together."""

from email.message import EmailMessage
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.mail_thread import INTAKE_STEPS, TicketMail
from .mail_common import IntakeCommon

GATEWAY = "odoo.addons.school_helpdesk_base.models.mail_thread"


def report(action="failed", original="", final="somchai@school.example.com"):
    """Return a delivery report as bytes."""
    return f"""\
From: MAILER-DAEMON@mx.example.com
To: bounce@school.example.com
Subject: Undelivered Mail Returned to Sender
Message-ID: <report.{action}.{abs(hash(original))}@mx.example.com>
Date: Mon, 02 Mar 2026 09:00:00 +0700
Return-Path: <>
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

The mailbox is full.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {final}
Action: {action}
Status: 5.2.2
--B
Content-Type: text/rfc822-headers

{original}
--B--
""".encode()


@tagged("post_install", "-at_install")
class TestMailIntake(IntakeCommon):
    def _ticket_mail(self, ticket=None, body="Text", **headers):
        """Return a mail as the steps get it."""
        message = EmailMessage()
        headers = {
            "From": "somchai@school.example.com",
            "Subject": "Projector",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        for name, value in headers.items():
            message[name] = value
        message.set_content(body)
        values = self.env["mail.thread"].message_parse(message)
        route = (
            "helpdesk.ticket",
            ticket.id if ticket else 0,
            {"team_id": self.team.id},
            self.env.uid,
            self.team.alias_id,
        )
        return TicketMail(message, values, route)

    def test_who_may_hand_over_a_mail(self):
        """Anybody else could write a mail of any sender by RPC."""
        message = EmailMessage()
        message["From"] = "somchai@school.example.com"
        message["To"] = self.address
        message["Subject"] = "Projector"
        message["Message-ID"] = "<handed.over@school.example.com>"
        message.set_content("Text")
        Ticket = self.env["helpdesk.ticket"]
        Thread = self.env["mail.thread"]
        before = Ticket.search_count([])
        for user in (self.owner, self.employee, self.agent_own, self.agent_all):
            with self.subTest(user.login), self.assertRaises(AccessError):
                Thread.with_user(user).message_process(False, message.as_bytes())
        self.assertEqual(Ticket.search_count([]), before)
        self.employee.group_ids |= self.env.ref(
            "school_helpdesk_base.group_mail_gateway"
        )
        Thread.with_user(self.employee).message_process(False, message.as_bytes())
        self.assertEqual(Ticket.search_count([]), before + 1)

    def _step(self, name, mail):
        self.assertIn(name, INTAKE_STEPS)
        return getattr(self.env["mail.thread"], name)(mail)

    # ------------------------------------------------------------------
    # Each step alone
    # ------------------------------------------------------------------

    def test_step_own_mail(self):
        mail = self._ticket_mail(From=self.address)
        self.assertTrue(self._step("_intake_own_mail", mail))
        self.assertEqual(mail.kept, "own")
        mail = self._ticket_mail(self.ticket, From=f"Desk <{self.address.upper()}>")
        self._step("_intake_own_mail", mail)
        self.assertTrue(mail.is_quiet and not mail.kept)
        mail = self._ticket_mail()
        self.assertFalse(self._step("_intake_own_mail", mail))
        self.assertFalse(mail.is_quiet or mail.kept)

    def test_step_automatic_mail(self):
        automatic = (
            {"Auto_Submitted": "auto-replied"},
            {"Precedence": "bulk"},
            {"X_Auto_Response_Suppress": "OOF"},
            {"X_Autoreply": "yes"},
            {"Return_Path": "<>"},
            {"List_Unsubscribe": "<https://shop.example.com/stop>"},
            {"List_Unsubscribe": "<mailto:a@b.example>", "List_Post": "NO"},
            {"From": "postmaster@example.com"},
        )
        for headers in automatic:
            for ticket in (None, self.ticket):
                with self.subTest(ticket=ticket, **headers):
                    mail = self._ticket_mail(ticket, **headers)
                    is_last = self._step("_intake_automatic_mail", mail)
                    self.assertEqual(is_last, not ticket)
                    self.assertTrue(mail.is_quiet)
                    self.assertEqual(mail.kept, None if ticket else "automatic")
        for headers in (
            {},
            {"Auto_Submitted": "no"},
            {"Precedence": "list", "List_Id": "<teachers.school.example.com>"},
            {
                "List_Unsubscribe": "<mailto:stop@groups.example.com>",
                "List_Post": "<mailto:teachers@groups.example.com>",
            },
        ):
            with self.subTest(**headers):
                mail = self._ticket_mail(**headers)
                self.assertFalse(self._step("_intake_automatic_mail", mail))
                self.assertFalse(mail.is_quiet or mail.kept)

    def test_step_automatic_mail_by_its_subject(self):
        for subject in ("Automatic reply: x", "Out of Office", "ตอบกลับอัตโนมัติ: ลา"):
            with self.subTest(subject=subject):
                mail = self._ticket_mail(self.ticket, Subject=subject)
                self._step("_intake_automatic_mail", mail)
                self.assertTrue(mail.is_quiet)
                # a person may report a problem with these words
                mail = self._ticket_mail(Subject=subject)
                self.assertFalse(self._step("_intake_automatic_mail", mail))
        mail = self._ticket_mail(self.ticket, Subject="Re: automatic reply is broken")
        self._step("_intake_automatic_mail", mail)
        self.assertFalse(mail.is_quiet)

    def test_step_unverified_sender(self):
        self.agent.email = "agent@school.example.com"
        failed = "mx.school.example.com; spf=fail; dmarc=fail header.from=x"
        for ticket in (None, self.ticket):
            mail = self._ticket_mail(
                ticket, From=self.agent.email, Authentication_Results=failed
            )
            self._step("_intake_unverified_sender", mail)
            self.assertTrue(mail.is_quiet)
            self.assertFalse(mail.values["author_id"])
            self.assertEqual(mail.kept, None if ticket else "refused")
        for headers in (
            {"From": self.agent.email},
            {"From": self.agent.email, "Authentication_Results": "x; dmarc=pass"},
            {"Authentication_Results": failed},
            {"From": "nobody@home.example.com", "Authentication_Results": failed},
        ):
            mail = self._ticket_mail(**headers)
            self.assertFalse(self._step("_intake_unverified_sender", mail))
            self.assertFalse(mail.is_quiet or mail.kept)

    def test_step_limit(self):
        self.env.company.helpdesk_mail_limit = 2
        mail = self._ticket_mail()
        self.assertFalse(self._step("_intake_limit", mail))
        self.assertFalse(mail.ticket_id)
        tickets = self._mail() | self._mail()
        mail = self._ticket_mail()
        self.assertFalse(self._step("_intake_limit", mail))
        self.assertEqual(mail.ticket_id, max(tickets.ids))
        self._mail(body="1")
        self._mail(body="2")
        mail = self._ticket_mail()
        mail.values["author_id"] = self.sender.id
        self.assertTrue(self._step("_intake_limit", mail))
        self.assertEqual(mail.kept, "limit")
        # Odoo's own list of exceptions
        self.env["mail.gateway.allowed"].create({"email": self.sender.email})
        mail = self._ticket_mail()
        self.assertFalse(self._step("_intake_limit", mail))
        self.assertFalse(mail.kept or mail.ticket_id)

    HEADS = (
        "---------- Forwarded message ---------\nFrom: Malee <malee@home.example.com>\n"
        "Date: Mon, 2 Mar 2026\nSubject: WiFi",
        "-----Original Message-----\nFrom: malee@home.example.com\nSent: Monday",
        "Begin forwarded message:\n\n> From: Malee <malee@home.example.com>\n"
        "> Subject: WiFi",
        "*From:* Malee [malee@home.example.com]\n*Sent:* Monday\n*To:* it",
        "Von: Malee <malee@home.example.com>\nGesendet: Montag",
        "จาก: มาลี <malee@home.example.com>\nวันที่: จ. 2 มี.ค.\nหัวเรื่อง: WiFi",
    )

    def test_step_forwarded_mail(self):
        self.agent.email = "agent@school.example.com"
        for head in self.HEADS:
            with self.subTest(head=head):
                body = f"See below.\n\n{head}\n\nThe WiFi is slow."
                mail = self._forwarded(body)
                self.assertTrue(self._step("_intake_forwarded_mail", mail))
                self.assertIn("malee@home.example.com", mail.values["email_from"])

    def _forwarded(self, body, user=None, **headers):
        user = user or self.agent
        headers = {"From": user.email, "Subject": "Fwd: WiFi", **headers}
        mail = self._ticket_mail(body=body, **headers)
        mail.route = (*mail.route[:3], user.id, mail.route[4])
        mail.values["author_id"] = user.partner_id.id
        return mail

    def test_step_forwarded_mail_of_others(self):
        self.agent.email = "agent@school.example.com"
        self.owner.email = "somchai@school.example.com"
        body = self.HEADS[0]
        own = body.replace("malee@home.example.com", self.agent.email)
        for mail in (
            self._forwarded(body, self.owner),
            self._forwarded(body, Subject="WiFi"),
            self._forwarded("From: malee@home.example.com is a nice address."),
            self._forwarded(own),
        ):
            self.assertFalse(self._step("_intake_forwarded_mail", mail))
        self.env.company.helpdesk_mail_forward = False
        self.assertFalse(self._step("_intake_forwarded_mail", self._forwarded(body)))

    # ------------------------------------------------------------------
    # Mails as a whole
    # ------------------------------------------------------------------

    def test_a_forwarded_mail_is_the_original_senders_ticket(self):
        self.agent.email = "agent@school.example.com"
        ticket = self._mail(
            self.agent.email, Subject="FW: WiFi", body=f"Look.\n\n{self.HEADS[0]}\n\nHi"
        )
        self.assertEqual(ticket.partner_id.email, "malee@home.example.com")
        self.assertEqual(ticket.message_partner_ids, ticket.partner_id)
        self.assertFalse(ticket.first_response_date)
        self.assertIn(self.agent.name, "".join(ticket.message_ids.mapped("body")))

    def test_an_agent_forwards_a_mail_of_the_desk(self):
        """The desk is no requester: it would write to itself."""
        self.agent.email = "agent@school.example.com"
        for address in (self.address, "no-reply@shop.example.com"):
            body = self.HEADS[0].replace("malee@home.example.com", address)
            with self.subTest(address=address):
                ticket = self._mail(self.agent.email, Subject="FW: WiFi", body=body)
                self.assertEqual(ticket.partner_id, self.agent.partner_id)
            with self.subTest(address=address, quoted=True):
                ticket = self._mail(
                    self.agent.email,
                    Subject="FW: WiFi",
                    body=f"{body}\n\nDone.\n\n{self.HEADS[0]}\n\nIt is slow.",
                )
                self.assertEqual(ticket.partner_id.email, "malee@home.example.com")

    def test_a_mail_that_an_agent_attaches(self):
        self.agent.email = "agent@school.example.com"
        inner = EmailMessage()
        inner["From"] = "Malee <malee@home.example.com>"
        inner["Subject"] = "WiFi"
        inner.set_content("It is slow.")
        message = EmailMessage()
        message["From"] = self.agent.email
        message["To"] = self.address
        message["Subject"] = "Fwd: WiFi"
        message["Message-ID"] = "<attached@x.example>"
        message.set_content("See the attached mail.")
        message.add_attachment(inner)
        ticket = self._receive(message.as_bytes()).tickets
        self.assertEqual(ticket.partner_id.email, "malee@home.example.com")
        self.assertEqual(ticket.attachment_ids.mapped("name"), ["WiFi.eml"])
        self.assertNotIn("It is slow", ticket.description)

    def test_automatic_mails_without_a_ticket_are_kept(self):
        for headers in ({"Auto_Submitted": "auto-replied"}, {"Precedence": "junk"}):
            before = self.env["helpdesk.mail.parked"].search([])
            self._mail(**headers)
            kept = self.env["helpdesk.mail.parked"].search([]) - before
            self.assertEqual(kept.mapped("reason"), ["automatic"])
            self.assertEqual(kept.state, "kept")
            self.assertIn("projector is dark", kept.preview)

    def test_automatic_replies_are_limited(self):
        self.env.company.helpdesk_mail_limit = 3
        ticket = self._mail()
        reference = ticket.message_ids[-1].message_id
        before = self.env["helpdesk.mail.parked"].search([])
        for _number in range(8):
            self._mail(In_Reply_To=reference, Auto_Submitted="auto-replied")
        kept = self.env["helpdesk.mail.parked"].search([]) - before
        notes = ticket.message_ids.filtered("is_internal")
        self.assertEqual(len(kept) + len(notes), 8)
        self.assertLessEqual(len(notes), 3)
        self.assertEqual(set(kept.mapped("state")), {"kept"})

    def test_out_of_office_changes_nothing(self):
        ticket = self._mail()
        for status in ("waiting", "resolved"):
            ticket._set_status(status)
            ticket.first_response_date = False
            facts = ticket.read(["stage_id", "reopen_count", "first_response_date"])
            self._mail(
                In_Reply_To=ticket.message_ids[-1].message_id,
                Auto_Submitted="auto-replied",
                body="I am away.",
            )
            message = ticket.message_ids[0]
            self.assertIn("I am away", message.body)
            self.assertTrue(message.is_internal)
            self.assertEqual(
                ticket.read(["stage_id", "reopen_count", "first_response_date"]), facts
            )

    def test_a_forged_mail_of_an_agent_becomes_a_note(self):
        self.agent.email = "agent@school.example.com"
        ticket = self._mail()
        self._mail(
            self.agent.email,
            In_Reply_To=ticket.message_ids[-1].message_id,
            Authentication_Results="mx.school.example.com; dmarc=fail",
            body="Send me your password.",
        )
        message = ticket.message_ids.filtered(lambda one: "password" in one.body)
        self.assertEqual(len(message), 1)
        self.assertTrue(message.is_internal)
        self.assertFalse(message.author_id)
        self.assertFalse(ticket.first_response_date)
        self.assertFalse(self._new_mails)

    def test_people_in_to_and_cc_are_stored(self):
        ticket = self._mail(
            To=f"{self.address}, Malee <malee@home.example.com>",
            Cc=f"Head <head@school.example.com>, {self.address}",
        )
        self.assertEqual(
            ticket.email_cc,
            '"Malee" <malee@home.example.com>, "Head" <head@school.example.com>',
        )
        self._reply(ticket, Cc="other@school.example.com, head@school.example.com")
        for address in ("malee@home", "head@school", "other@school"):
            self.assertEqual(ticket.email_cc.count(address), 1)
        self.assertEqual(
            ticket.message_partner_ids, self.sender | self.agent_all.partner_id
        )
        with patch.object(
            type(self.env["mail.thread"]), "_mail_find_partner_from_emails"
        ) as find:
            self._mail(Cc="head@school.example.com")
        for call in find.call_args_list:
            self.assertFalse(call.args[0], "OCA gets no recipients to subscribe")

    # ------------------------------------------------------------------
    # Delivery reports
    # ------------------------------------------------------------------

    def _get_answer(self, ticket):
        return ticket.with_user(self.agent_all).message_post(
            body="Is it plugged in?", subtype_xmlid="mail.mt_comment"
        )

    def test_a_failure_is_kept_on_its_ticket(self):
        ticket = self._mail()
        answer = self._get_answer(ticket)
        template_id = self.env["mail.message"]._get_message_id(
            {"model": ticket._name, "res_id": ticket.id, "reply_to_force_new": True}
        )
        self.assertFalse(ticket.undeliverable_emails)
        for original in (answer.message_id, template_id):
            with self.subTest(original=original):
                ticket._set_status("waiting")
                self.flush_tracking()
                outcome = self._receive(report(original=f"Message-ID: {original}"))
                self.assertFalse(outcome.tickets or outcome.parked)
                self.assertIn("The mailbox is full", outcome.messages.body)
                self.assertTrue(outcome.messages.subtype_id.internal)
                self.assertFalse(outcome.messages.notification_ids)
                self.assertEqual(ticket.status_category, "waiting")
                self.assertEqual(
                    ticket.undeliverable_emails, "somchai@school.example.com"
                )
        self._mail()
        self.assertFalse(ticket.undeliverable_emails, "the address works again")

    def test_a_delay_is_no_failure(self):
        ticket = self._mail()
        answer = self._get_answer(ticket)
        for action in ("delayed", "relayed"):
            outcome = self._receive(report(action, f"Message-ID: {answer.message_id}"))
            self.assertEqual(outcome.messages.res_id, ticket.id)
            self.assertFalse(ticket.undeliverable_emails)

    def test_the_receipt_of_a_reader_is_no_failure(self):
        ticket = self._mail()
        answer = self._get_answer(ticket)
        source = f"""\
From: somchai@school.example.com
To: {self.address}
Subject: Read: Projector
Message-ID: <mdn@x.example>
In-Reply-To: {answer.message_id}
Content-Type: multipart/report; report-type=disposition-notification; boundary="B"

--B
Content-Type: text/plain

Your message was read.
--B
Content-Type: message/disposition-notification

Final-Recipient: rfc822; somchai@school.example.com
Disposition: manual-action/MDN-sent-manually; displayed
--B--
"""
        outcome = self._receive(source.encode())
        self.assertIn("was read", outcome.messages.body)
        self.assertTrue(outcome.messages.is_internal)
        self.assertFalse(ticket.undeliverable_emails)

    def test_a_report_without_a_ticket_is_kept(self):
        outcome = self._receive(report(original="Message-ID: <unknown@x.example>"))
        self.assertFalse(outcome.tickets or outcome.messages)
        self.assertEqual(outcome.parked.reason, "report")
        self.assertEqual(outcome.parked.state, "kept")

    # ------------------------------------------------------------------
    # Loops
    # ------------------------------------------------------------------

    def test_a_mail_of_the_desk_that_comes_back_is_kept(self):
        """A mailing list, or a rule of a mailbox, sends our own mail to us."""
        ticket = self._mail()
        answer = self._get_answer(ticket)
        known = ticket.message_ids
        self._mail("Odoo <noreply@school.example.com>", Message_ID=answer.message_id)
        self.assertEqual(ticket.message_ids, known)
        kept = self.env["helpdesk.mail.parked"].search([], limit=1)
        self.assertEqual(kept.reason, "own")

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_a_loop_with_a_robot_ends(self):
        """The robot answers each of our mails, and no header shows what it is."""
        self.env.company.helpdesk_mail_limit = 3
        count = 20
        Parked = self.env["helpdesk.mail.parked"]
        before = Parked.search([])
        sent = 0
        known = self.env["helpdesk.ticket"]
        for number in range(count):
            known |= self._mail("robot@example.com", body=f"Number {number}")
            sent += len(self._new_mails)
        parked = Parked.search([]) - before
        texts = known.message_ids.filtered(lambda message: "Number" in message.body)
        self.assertEqual(len(known), 3)
        self.assertEqual(len(texts) + len(known) - 3 + len(parked), count)
        self.assertEqual(set(parked.mapped("reason")), {"limit"})
        self.assertLessEqual(sent, 2 * 3)

    # ------------------------------------------------------------------
    # The receipt
    # ------------------------------------------------------------------

    def _count_receipts(self, *args, **headers):
        """Return how many mails our answer to a mail consists of."""
        self._mail(*args, **headers)
        return len([mail for mail in self._mails if mail["subject"] == "Received"])

    def test_the_requester_gets_one_receipt(self):
        self.stage_new.mail_template_id = self.env["mail.template"].create(
            {
                "name": "Receipt",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "Received",
                "body_html": "<p>Thank you.</p>",
                "partner_to": "{{ object.partner_id.id }}",
            }
        )
        self.env.company.helpdesk_mail_limit = 2
        ticket = self._mail()
        self.assertEqual(len(self._mails), 1)
        self.assertEqual(self._count_receipts("malee@home.example.com"), 1)
        reference = ticket.message_ids[-1].message_id
        self.assertEqual(self._count_receipts(In_Reply_To=reference), 0)
        for headers in self.AUTOMATIC_HEADERS:
            for answer in ({}, {"In_Reply_To": reference}):
                self.assertEqual(self._count_receipts(**headers, **answer), 0)
        received = [self._count_receipts("robot@home.example.com") for _i in range(9)]
        self.assertEqual(received, [1, 1] + [0] * 7)

    AUTOMATIC_HEADERS = (
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Unsubscribe": "<https://shop.example.com>"},
        {"Return_Path": "<>"},
    )

    # ------------------------------------------------------------------
    # Cost
    # ------------------------------------------------------------------

    def test_queries_of_a_mail_of_a_known_sender(self):
        costs = []
        for number in range(3):
            message = EmailMessage()
            message["From"] = self.sender.email
            message["To"] = self.address
            message["Subject"] = "Projector"
            message["Message-ID"] = f"<{number}.cost@school.example.com>"
            message.set_content("It is dark.")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["mail.thread"].message_process(False, message.as_bytes())
            costs.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(costs[-1], 65, costs)
