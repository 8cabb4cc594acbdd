"""Answering a ticket with one dialog, and the solution of a resolved ticket."""

from datetime import datetime, timedelta

from markupsafe import escape

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCommon

from .common import HelpdeskCommon, tell


class TestAnswer(MailCommon, HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.canned = cls.env["mail.canned.response"].create(
            {
                "source": "restart",
                "substitution": "Please switch it off.\nThen <on> again.",
                "group_ids": [
                    (4, cls.env.ref("helpdesk_mgmt.group_helpdesk_user_own").id)
                ],
            }
        )

    def _open(self, ticket, user=None):
        action = ticket.with_user(user or self.agent).action_answer()
        return Form(
            self.env[action["res_model"]]
            .with_user(user or self.agent)
            .with_context(**action["context"])
        )

    def _answers(self, ticket):
        return ticket._get_answers().mapped("body")

    def test_who_gets_the_answer(self):
        """The people outside the desk, requesters first; names are enough."""
        self.env["res.users"].browse(self.requester.id).partner_id.name = "Anong"
        Partner = self.env["res.partner"]
        submitter, follower, silent = Partner.create(
            [
                {"name": "Malee", "email": "malee@example.com"},
                {"name": "Niran", "email": "niran@example.com"},
                {"name": "Walk-in"},
            ]
        )
        anong = self.requester.partner_id
        for requester, reporter, followers, expected in (
            (anong, False, False, "Anong"),
            (anong, submitter, False, "Anong, Malee"),
            (submitter, anong, follower, "Malee, Anong, Niran"),
            (silent, False, False, "Walk-in (no mail address)"),
            (False, False, False, ""),
        ):
            ticket = self._create_ticket(
                partner_id=requester and requester.id,
                submitter_id=reporter and reporter.id,
                user_id=self.agent.id,
            )
            ticket.message_subscribe(
                (self.agent | self.agent_2).partner_id.ids
                + (followers.ids if followers else [])
            )
            form = self._open(ticket)
            with self.subTest(expected):
                self.assertEqual(form.recipients, expected)
                form.body = "<p>Soon</p>"
                form.save().action_send()
                answer = ticket._get_answers()
                told = answer.notified_partner_ids - self.agent_2.partner_id
                people = filter(None, (requester, reporter, followers))
                self.assertEqual(told, Partner.union(*people))

    def test_a_requester_without_a_contact_gets_the_answer(self):
        """The name and the address were typed: answering makes or finds the contact."""
        self.assertFalse(
            self.env["res.partner"].with_user(self.agent).has_access("create")
        )
        known = self.env["res.partner"].create(
            {"name": "Malee", "email": "malee@example.com"}
        )
        for typed, address, shown in (
            ("Prasert", "prasert@home.example", "Prasert <prasert@home.example>"),
            ("Mali", "Malee@example.com", "Mali <malee@example.com>"),
            (False, "Ning <ning@home.example>", "Ning <ning@home.example>"),
            (False, "bare@home.example", "bare@home.example"),
        ):
            for action in ("action_send", "action_send_and_resolve"):
                ticket = self._create_ticket(
                    partner_id=False, partner_name=typed, partner_email=address
                )
                form = self._open(ticket)
                form.body = "<p>Use the other cable.</p>"
                with self.subTest(address=address, action=action):
                    self.assertEqual(form.recipients, shown)
                    with self.mock_mail_gateway():
                        getattr(form.save(), action)()
                        tell(self.env, send=True)
                    [mail] = [m for m in self._mails if "other cable" in m["body"]]
                    self.assertIn(ticket.partner_id.email, str(mail["email_to"]))
                    self.assertIn(
                        ticket.partner_id, ticket.message_follower_ids.partner_id
                    )
                    if "malee" in shown:
                        self.assertEqual(ticket.partner_id, known)

    def test_an_answer_to_an_address_that_is_none_is_not_sent(self):
        ticket = self._create_ticket(partner_id=False, partner_email="room 204")
        form = self._open(ticket)
        self.assertFalse(form.recipients)
        form.body = "<p>Use the other cable.</p>"
        answer = form.save()
        for action in (
            "action_send",
            "action_send_and_resolve",
            "action_send_and_wait",
        ):
            with (
                self.subTest(action),
                self.assertRaisesRegex(UserError, "room 204"),
                self.env.cr.savepoint(),
            ):
                getattr(answer, action)()
        self.assertFalse(self._answers(ticket))

    def test_people_in_copy_get_the_answer_if_wanted(self):
        copied = '"Anna Berg" <anna@parents.example>, bare@parents.example'
        for wanted in (False, True):
            ticket = self._create_ticket(email_cc=copied)
            form = self._open(ticket)
            self.assertEqual(form.email_cc, copied)
            self.assertFalse(form.to_people_in_copy)
            form.to_people_in_copy = wanted
            form.body = "<p>Soon</p>"
            with self.mock_mail_gateway():
                form.save().action_send()
            sent = [address for mail in self._mails for address in mail["email_to"]]
            for address in ("anna@parents.example", "bare@parents.example"):
                found = [to for to in sent if address in to]
                self.assertEqual(len(found), int(wanted), (address, sent))

    def test_ready_made_answers_in_the_requesters_language_come_first(self):
        """They have names, and say in which other language they are."""
        self.env["res.lang"]._activate_lang("th_TH")
        Canned = self.env["mail.canned.response"].with_user(self.agent)
        self.env["mail.canned.response"].search([]).unlink()
        group = self.env.ref("helpdesk_mgmt.group_helpdesk_user_own")
        english, thai, neutral = self.env["mail.canned.response"].create(
            [
                {
                    "source": f"restart-{code}",
                    "title": title,
                    "substitution": "Text",
                    "lang_id": code and self.env["res.lang"]._get_data(code=code).id,
                    "group_ids": [(4, group.id)],
                }
                for code, title in (
                    ("en_US", "Restart"),
                    ("th_TH", "Restart"),
                    (False, False),
                )
            ]
        )
        plain = "restart-False"
        for lang, expected in (
            ("en_US", [(english, "Restart"), (neutral, plain), (thai, "Restart (")]),
            ("th_TH", [(thai, "Restart"), (neutral, plain), (english, "Restart (")]),
        ):
            self.requester.lang = lang
            form = self._open(self._create_ticket())
            self.assertEqual(form.answer_lang, lang)
            offers = Canned.with_context(helpdesk_answer_lang=lang).name_search("rest")
            with self.subTest(lang):
                self.assertEqual(
                    [offer[0] for offer in offers],
                    [answer.id for answer, _ in expected],
                )
                for (_id, name), (_answer, begin) in zip(offers, expected, strict=True):
                    self.assertTrue(name.startswith(begin), name)
                self.assertEqual(offers[0][1], "Restart")
            # the dialog of all answers
            found = Canned.with_context(helpdesk_answer_lang=lang).search([], limit=2)
            self.assertEqual(found.ids, [offer[0] for offer in offers[:2]])

    def test_send(self):
        ticket = self._create_ticket()
        form = self._open(ticket)
        form.body = "<p>The lamp is on its way.</p>"
        form.save().action_send()
        [answer] = ticket._get_answers()
        self.assertEqual(answer.author_id, self.agent.partner_id)
        self.assertIn(self.requester.partner_id, answer.notified_partner_ids)
        self.assertTrue(ticket.first_response_date)
        self.assertEqual(ticket.stage_id, self.stage_new)

    def test_send_and_resolve(self):
        ticket = self._create_ticket()
        form = self._open(ticket)
        form.body = "<p>The lamp is new.</p>"
        form.solution = " Replaced the lamp "
        form.save().action_send_and_resolve()
        self.assertEqual(ticket.stage_id, self.stage_resolved)
        self.assertEqual(ticket.solution, "Replaced the lamp")
        # one message, which is mailed, because the stage has no mail
        self.assertEqual(
            self._answers(ticket),
            ["<p>The lamp is new.</p><p>Replaced the lamp</p>"],
        )

    def test_the_solution_is_shown_once(self):
        template = self.env["mail.template"].create(
            {
                "name": "Solved",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "Solved",
                "body_html": '<t t-out="object._get_solution()"/>',
                "partner_to": "{{ object.partner_id.id }}",
            }
        )
        for solution in ("Replaced the <lamp>", "เปลี่ยนหลอดใหม่", "Cable was loose"):
            for mail_of_stage in (False, template):
                self.stage_resolved.mail_template_id = mail_of_stage
                ticket = self._create_ticket()
                tell(self.env)
                form = self._open(ticket)
                form.body = "<p>It works again.</p>"
                form.solution = solution
                form.save().action_send_and_resolve()
                [job] = tell(self.env)
                shown = f"<p>{escape(solution)}</p>"
                with self.subTest((solution, bool(mail_of_stage))):
                    [answer] = ticket._get_answers()
                    self.assertEqual(str(answer.body).count(shown), 1)
                    # the mail about the resolution tells the answer
                    self.assertFalse(answer.notified_partner_ids)
                    self.assertIn(shown, job.mail_id.body_html)
                    self.assertIn("It works again.", job.mail_id.body_html)
                    self.assertEqual(ticket.solution, solution)

    def test_an_answer_is_sent_only_once(self):
        for name in ("action_send", "action_send_and_resolve", "action_send_and_wait"):
            ticket = self._create_ticket()
            form = self._open(ticket)
            form.body = "<p>The lamp is new.</p>"
            wizard = form.save()
            for again in range(3):
                with self.subTest((name, again)):
                    action = getattr(wizard, name)()
                    self.assertEqual(action["type"], "ir.actions.act_window_close")
                    self.assertEqual(len(ticket._get_answers()), 1)

    def test_the_status_was_changed_meanwhile(self):
        for stage in self.stage_resolved, self.stage_waiting, self.stage_closed:
            ticket = self._create_ticket()
            form = self._open(ticket)
            form.body = "<p>The lamp is on its way.</p>"
            ticket.stage_id = stage
            ticket.solution = "Lamp changed"
            wizard = form.save()
            for send in wizard.action_send_and_wait, wizard.action_send_and_resolve:
                with self.subTest((stage.name, send.__name__)):
                    with self.assertRaises(UserError) as refusal:
                        send()
                    self.assertIn("just changed", str(refusal.exception))
            self.assertEqual(ticket.stage_id, stage)
            self.assertEqual(ticket.solution, "Lamp changed")
            self.assertFalse(ticket._get_answers())
            wizard.action_send()
            self.assertEqual(len(ticket._get_answers()), 1)
            self.assertEqual(ticket.stage_id, stage)

    def test_an_empty_solution_keeps_the_known_one(self):
        ticket = self._create_ticket()
        ticket._resolve("Lamp changed")
        form = self._open(ticket)
        form.body = "<p>It is done.</p>"
        form.save().action_send_and_resolve()
        self.assertEqual(ticket.stage_id, self.stage_resolved)
        self.assertEqual(ticket.solution, "Lamp changed")

    def test_ended_tickets_are_not_resolved_again(self):
        for stage in self.stage_closed, self.stage_cancelled:
            ticket = self._create_ticket()
            ticket.stage_id = stage
            closed = ticket.closed_date
            for body, solution in (
                ("<p>The lamp is new.</p>", False),
                ("<p>The lamp is new.</p>", "Fixed"),
                (False, "Fixed"),
            ):
                form = self._open(ticket)
                form.body = body
                form.solution = solution
                wizard = form.save()
                with (
                    self.subTest((stage.name, body, solution)),
                    self.assertRaises(UserError),
                ):
                    wizard.action_send_and_resolve()
            self.assertEqual((ticket.stage_id, ticket.closed_date), (stage, closed))
            self.assertFalse(ticket._get_answers() or ticket.solution)

    def test_send_and_wait(self):
        until = fields.Datetime.now().replace(microsecond=0) + timedelta(days=2)
        ticket = self._create_ticket()
        form = self._open(ticket)
        form.body = "<p>The lamp is ordered.</p>"
        form.waiting_for = "part"
        form.wait_until = until
        form.save().action_send_and_wait()
        self.assertEqual(ticket.stage_id, self.stage_waiting)
        self.assertEqual((ticket.waiting_for, ticket.wait_until), ("part", until))
        self.assertEqual(self._answers(ticket), ["<p>The lamp is ordered.</p>"])

    def test_a_wait_in_the_past_sends_nothing(self):
        ticket = self._create_ticket()
        form = self._open(ticket)
        form.body = "<p>The lamp is ordered.</p>"
        form.wait_until = datetime(2020, 1, 1)
        with self.assertRaises(UserError):
            form.save().action_send_and_wait()
        self.assertFalse(ticket._get_answers())

    def test_nothing_to_send(self):
        for body in (
            *(False, "", "<p><br></p>"),
            *("<p>\u200b</p>", "<p>\u00a0\u2060<br></p>", "<div>\ufeff \u202e</div>"),
        ):
            ticket = self._create_ticket()
            form = self._open(ticket)
            form.body = body
            wizard = form.save()
            for send in (
                wizard.action_send,
                wizard.action_send_and_resolve,
                wizard.action_send_and_wait,
            ):
                with self.subTest((body, send.__name__)), self.assertRaises(UserError):
                    send()
            self.assertEqual(ticket.stage_id, self.stage_new)

    def test_a_solution_of_invisible_characters_is_ignored(self):
        ticket = self._create_ticket()
        form = self._open(ticket)
        form.solution = "\u200b \u2060"
        wizard = form.save()
        with self.assertRaises(UserError):
            wizard.action_send_and_resolve()
        form.body = "<p>The lamp is new.</p>"
        form.save().action_send_and_resolve()
        self.assertFalse(ticket.solution)

    def test_the_solution_alone_is_an_answer(self):
        ticket = self._create_ticket()
        form = self._open(ticket)
        form.solution = "Replaced the lamp"
        form.save().action_send_and_resolve()
        self.assertEqual(ticket.stage_id, self.stage_resolved)
        self.assertEqual(self._answers(ticket), ["<p>Replaced the lamp</p>"])

    def test_files(self):
        ticket = self._create_ticket()
        wizard = self._open(ticket).save()
        Attachment = self.env["ir.attachment"].with_user(self.agent)
        wizard.attachment_ids = Attachment.create(
            {
                "name": "plan.txt",
                "raw": b"The plan",
                "res_model": wizard._name,
                "res_id": 0,
            }
        )
        wizard.action_send()
        file = ticket._get_answers().attachment_ids
        self.assertEqual((file.res_model, file.res_id), (ticket._name, ticket.id))
        self.assertEqual(file.with_user(self.agent).raw, b"The plan")

    def test_ready_made_answers(self):
        form = self._open(self._create_ticket())
        form.canned_response_id = self.canned
        self.assertIn("Then &lt;on&gt; again.", form.body)
        self.assertFalse(form.canned_response_id)
        form.canned_response_id = self.canned
        self.assertEqual(form.body.count("switch it off"), 2)

    def test_agent_who_is_the_requester(self):
        ticket = self._create_ticket(partner_id=self.agent.partner_id.id)
        form = self._open(ticket)
        form.body = "<p>Done</p>"
        form.save().action_send_and_wait()
        self.assertEqual(ticket.stage_id, self.stage_waiting)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_not_for_others(self):
        own = new_test_user(
            self.env, "base_own", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        ticket = self._create_ticket(user_id=self.agent.id)
        Wizard = self.env["helpdesk.ticket.answer"]
        for user in own, self.requester:
            with self.subTest(user.login), self.assertRaises(AccessError):
                Wizard.with_user(user).create({"ticket_id": ticket.id, "body": "No"})
        mine = Wizard.with_user(own).create(
            {"ticket_id": self._create_ticket(user_id=own.id).id, "body": "Yes"}
        )
        with self.assertRaises(AccessError):
            mine.ticket_id = ticket
        draft = self._open(ticket).save()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            draft.with_user(own).read(["body"])
        # handed over while the dialog was open
        mine.ticket_id.user_id = self.agent
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            mine.action_send()


class TestSolution(MailCommon, HelpdeskCommon):
    def _resolve(self, tickets, solution):
        action = tickets.with_user(self.agent).action_ask_solution()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
        )
        if solution:
            form.solution = solution
        return form.save().action_confirm()

    def test_the_dialog_asks_for_the_solution(self):
        for solution in ("Replaced the <lamp>", "เปลี่ยนหลอดใหม่", "Cable was loose"):
            with self.subTest(solution):
                ticket = self._create_ticket()
                tell(self.env)
                self._resolve(ticket, solution)
                self.assertEqual(ticket.stage_id, self.stage_resolved)
                self.assertEqual(ticket.solution, solution)
                [answer] = ticket._get_answers()
                self.assertNotIn("<lamp>", answer.body)
                # the mail about the resolution has it
                [job] = tell(self.env)
                self.assertEqual(job.partner_id, self.requester.partner_id)
                self.assertIn(escape(solution), job.mail_id.body_html)
                self.assertTrue(ticket.first_response_date)

    def test_the_solution_is_optional(self):
        tickets = self._create_ticket() | self._create_ticket()
        self._resolve(tickets, False)
        self.assertEqual(tickets.stage_id, self.stage_resolved)
        self.assertFalse(tickets[0].solution or tickets[1].solution)
        self.assertFalse(tickets[0]._get_answers())

    def test_tickets_that_have_ended_are_left_alone(self):
        closed, cancelled, waiting, new = (self._create_ticket() for _i in range(4))
        closed.stage_id = self.stage_closed
        cancelled._cancel("It is a duplicate")
        waiting.stage_id = self.stage_waiting
        ended = closed | cancelled
        before = closed.closed_date, cancelled.closed_date
        for resolve in (
            lambda tickets: self._resolve(tickets, "Fixed"),
            lambda tickets: tickets.with_user(self.agent).action_resolve(),
            lambda tickets: tickets.with_user(self.agent)._resolve("Fixed"),
        ):
            with self.assertRaises(UserError):
                resolve(ended)
        self._resolve(ended | waiting | new, "Fixed")
        self.assertEqual((waiting | new).stage_id, self.stage_resolved)
        self.assertEqual((waiting | new).mapped("solution"), ["Fixed", "Fixed"])
        self.assertEqual(closed.stage_id, self.stage_closed)
        self.assertEqual(cancelled.stage_id, self.stage_cancelled)
        self.assertEqual((closed.closed_date, cancelled.closed_date), before)
        self.assertEqual(cancelled.cancel_reason, "It is a duplicate")
        self.assertNotIn("Fixed", str(ended.message_ids.mapped("body")))

    def test_the_mail_of_the_stage_contains_the_solution_once(self):
        template = self.env["mail.template"].create(
            {
                "name": "Solved",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "Solved",
                "body_html": '<t t-out="object._get_solution()"/>',
                "partner_to": "{{ object.partner_id.id }}",
                "auto_delete": False,
            }
        )
        self.stage_resolved.mail_template_id = template
        ticket = self._create_ticket()
        tell(self.env)
        self._resolve(ticket, "Replaced the lamp")
        [job] = tell(self.env)
        [answer] = ticket._get_answers()
        self.assertFalse(answer.notified_partner_ids)
        mail = self.env["mail.mail"].search([("subject", "=", "Solved")])
        self.assertEqual(mail, job.mail_id)
        self.assertIn("Replaced the lamp", mail.body_html)

    def test_reopening_removes_the_solution(self):
        ticket = self._create_ticket()
        self._resolve(ticket, "Replaced the lamp")
        ticket.stage_id = self.stage_closed
        self.assertEqual(ticket.solution, "Replaced the lamp")
        ticket.action_reopen()
        self.assertFalse(ticket.solution)
        # the thread keeps the solution
        self.assertIn("Replaced the lamp", ticket._get_answers().body)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_requesters_cannot_write_the_solution(self):
        ticket = self._create_ticket()
        self._resolve(ticket, "Replaced the lamp")
        as_requester = ticket.with_user(self.requester)
        self.assertEqual(as_requester.solution, "Replaced the lamp")
        with self.assertRaises(AccessError):
            as_requester.solution = "I did it"


class TestStageMail(MailCommon, HelpdeskCommon):
    def test_only_a_wait_for_the_requester_asks_the_requester(self):
        template = self.env["mail.template"].create(
            {
                "name": "Parked",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "Please answer",
                "body_html": "<p>Please answer</p>",
                "partner_to": "{{ object.partner_id.id }}",
                "auto_delete": False,
            }
        )
        for has_mail in (True, False):
            self.stage_waiting.mail_template_id = has_mail and template
            for kind, title in (
                ("requester", "Waiting for you"),
                ("vendor", "Waiting for the vendor"),
                ("part", "Waiting for a spare part"),
                ("other", "On hold"),
            ):
                ticket = self._create_ticket().with_user(self.agent)
                tell(self.env)
                ticket._wait(waiting_for=kind)
                [job] = tell(self.env)
                subject = job.mail_id.subject
                with self.subTest((kind, has_mail)):
                    if has_mail and kind == "requester":
                        self.assertEqual(subject, "Please answer")
                    else:
                        self.assertIn(f"] {title}:", subject)
                    self.assertEqual(job.partner_id, self.requester.partner_id)
                    self.assertFalse(ticket.first_response_date)

    def test_the_requester_is_notified_when_a_wait_changes_to_them(self):
        for kind, reason in (("part", "A lamp"), ("vendor", ""), ("other", "Holidays")):
            ticket = self._create_ticket().with_user(self.agent)
            ticket._wait(reason, waiting_for=kind)
            tell(self.env)
            for _again in range(2):
                ticket._wait(waiting_for="requester")
            [job] = tell(self.env)
            with self.subTest(kind):
                self.assertIn("] Waiting for you:", job.mail_id.subject)


class TestSignature(MailCommon, HelpdeskCommon):
    def test_mails_of_stages_are_signed_by_the_desk(self):
        template = self.env["mail.template"].create(
            {
                "name": "Receipt",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "Receipt {{ object.name }}",
                "body_html": "<p>We have your report.</p>",
                "email_from": "desk@school.example",
                "partner_to": "{{ object.partner_id.id }}",
                "auto_delete": False,
            }
        )
        (self.stage_new | self.stage_open).mail_template_id = template
        employee = new_test_user(self.env, "base_staff", groups="base.group_user")
        Ticket = self.env["helpdesk.ticket"]
        category = self.env["helpdesk.ticket.category"]
        self.team.show_in_portal = True
        for user in self.requester, employee, self.agent:
            with self.subTest(user.login):
                as_user = Ticket.with_user(user)
                ticket, _new = as_user._create_from_submission(
                    False,
                    as_user._prepare_submission_values(
                        category, user.login, team_id=self.team.id
                    )
                    | {"stage_id": self.stage_new.id},
                )
                tell(self.env)
                # nobody is told what they did themselves
                ticket.with_user(self.agent_2).stage_id = self.stage_open
                tell(self.env)
                mails = self.env["mail.mail"].search(
                    [("subject", "=", f"Receipt {user.login}")]
                )
                self.assertEqual(len(mails), 2)
                self.assertEqual(mails.author_id, ticket.company_id.partner_id)
                self.assertEqual(
                    set(mails.mapped("email_from")), {"desk@school.example"}
                )
