"""Who is told about what, once, after the transaction, and by which channel."""

import re
from contextlib import ExitStack
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from markupsafe import escape

from odoo import fields
from odoo.exceptions import AccessError
from odoo.modules.migration import load_script
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import file_path, mute_logger

from odoo.addons.base.models.ir_mail_server import MailDeliveryException
from odoo.addons.mail.tests.common import MailCommon

from ..models.helpdesk_notification.failed import NO_ADDRESS
from ..tools.incoming_mail import Intake
from .common import HelpdeskCommon, forget, tell
from .mail_common import IntakeCommon

#: The status in which each event is true; the others are true in any.
STATUS = {
    "waiting": "waiting",
    "on_hold": "waiting",
    "reminder": "waiting",
    "resolved": "resolved",
    "closed": "closed",
    "auto_close": "closed",
    "cancelled": "cancelled",
}
MONDAY = "2026-03-02 09:00:00"


class NotificationCommon(MailCommon, HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Job = cls.env["helpdesk.notification"]
        cls.Rule = cls.env["helpdesk.notification.rule"]
        cls.leader = new_test_user(
            cls.env, "base_leader", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        cls.team.user_id = cls.leader
        cls.team.alias_name = "desk.told"
        cls.submitter = cls.env["res.partner"].create(
            {"name": "Sub Mitter", "email": "submitter@example.com"}
        )
        cls.requester.partner_id.write({"name": "Malee", "email": "malee@example.com"})
        cls.ticket = cls._create_ticket(
            submitter_id=cls.submitter.id, user_id=cls.agent.id
        )
        cls.ticket.message_subscribe(cls.agent_2.partner_id.ids)
        forget(cls.env)

    def _switch(self, event, audience, **channels):
        """Let one line tell people, and no other."""
        self.Rule.search([]).write(dict.fromkeys(self.Rule._get_channels(), False))
        rule = self.Rule.search([("event", "=", event), ("audience", "=", audience)])
        rule.write(channels)
        return rule

    def _set_status(self, event):
        """Bring the ticket into the status in which the event is true, quietly."""
        ticket = self.ticket.with_context(helpdesk_no_notify=True)
        ticket._set_status(STATUS.get(event, "open"))
        if ticket.status_category == "waiting":
            ticket.waiting_for = "vendor" if event == "on_hold" else "requester"

    def _ask_for_ratings(self, is_asked=True):
        """Set the delivered template on the stage of the ticket, or take it off."""
        self.ticket.stage_id.rating_mail_template_id = is_asked and self.env.ref(
            "helpdesk_mgmt_rating.rating_ticket_email_template"
        )

    def _told(self, **details):
        jobs = tell(self.env)
        return jobs.filtered(lambda job: job.state == "queued")


@tagged("post_install", "-at_install")
class TestNotification(NotificationCommon):
    # ------------------------------------------------------------------
    # The table
    # ------------------------------------------------------------------

    def test_events_audiences_channels(self):
        requesters = self.requester.partner_id | self.submitter
        people = {
            "requesters": requesters,
            "assignee": self.agent.partner_id,
            "leader": self.leader.partner_id,
            "watchers": self.agent_2.partner_id,
            "named": self.leader.partner_id,
        }
        other = self._create_ticket()
        tell(self.env)
        lines = [
            (rule.event, rule.audience)
            for rule in self.Rule.search([])
            if rule.event not in ("public_reply", "parked_mail")
            and rule.audience in people
        ]
        self.assertGreaterEqual(len(lines), 17)
        details = {self.ticket: {"partner_ids": people["named"].ids}}
        for event, audience in lines:
            self._set_status(event)
            # the ticket that continues it
            self.ticket.duplicate_id = event.startswith("merged") and other
            self._ask_for_ratings(event == "rating")
            for channel in ("mail", "inbox", None):
                self._switch(event, audience, **({channel: True} if channel else {}))
                self.ticket._notify(event, details)
                told = self._told()
                expected = people[audience] if channel else people["named"].browse()
                if channel == "inbox":
                    # people without a user of the backend have no inbox
                    expected = expected.filtered(
                        lambda person: person.user_ids.filtered(lambda u: not u.share)
                    )
                with self.subTest(event=event, audience=audience, channel=channel):
                    self.assertEqual(told.partner_id, expected)
                    mails = told.mail_id
                    self.assertEqual(len(mails), (channel == "mail") * len(expected))
                    for mail in mails:
                        self.assertIn(self.ticket.number, mail.subject)
                    inbox = self.env["mail.notification"].search(
                        [
                            ("notification_type", "=", "inbox"),
                            ("res_partner_id", "in", expected.ids),
                            ("mail_message_id.res_id", "=", self.ticket.id),
                            ("mail_message_id.model", "=", "helpdesk.ticket"),
                        ]
                    )
                    self.assertEqual(bool(inbox), channel == "inbox" and bool(expected))
                    inbox.unlink()

    def test_an_unknown_event_is_refused(self):
        for event in ("resolve", "", "at risk"):
            with self.subTest(event), self.assertRaises(ValueError):
                self.ticket._notify(event)

    def test_nobody_is_told_what_they_did(self):
        for user, told in (
            (self.agent, self.requester.partner_id | self.submitter),
            (self.requester, self.submitter),
        ):
            with self.subTest(user.login):
                self.ticket.with_user(user).sudo()._set_status("resolved")
                self.assertEqual(self._told().partner_id, told)
                self.ticket._set_status("open")
                tell(self.env)
        # but everybody gets a receipt
        ticket = self.env["helpdesk.ticket"].with_user(self.requester).sudo()
        ticket.create(
            {
                "name": "Mine",
                "description": "x",
                "team_id": self.team.id,
                "partner_id": self.requester.partner_id.id,
            }
        )
        told = self._told()
        self.assertEqual(told.mapped("event"), ["receipt"])
        self.assertEqual(told.partner_id, self.requester.partner_id)

    def test_an_agent_chooses(self):
        rule = self.Rule.search(
            [("event", "=", "assigned"), ("audience", "=", "assignee")]
        )
        for muted in (True, False):
            self.agent_2.with_user(self.agent_2).write(
                {"helpdesk_muted_rule_ids": [(6, 0, rule.ids if muted else [])]}
            )
            self.ticket.with_user(self.agent).user_id = self.agent_2
            self.assertEqual(bool(self._told()), not muted)
            self.ticket.with_user(self.agent_2).user_id = self.agent
            tell(self.env)
        self.agent_2.notification_type = "inbox"
        self.ticket.with_user(self.agent).user_id = self.agent_2
        told = self._told()
        self.assertEqual(told.partner_id, self.agent_2.partner_id)
        self.assertFalse(told.mail_id)
        message = self.env["mail.message"].search([], order="id desc", limit=1)
        self.assertEqual(message.notification_ids.notification_type, "inbox")
        self.assertEqual(message.author_id, self.agent.partner_id)

    # ------------------------------------------------------------------
    # Once
    # ------------------------------------------------------------------

    def test_an_answer_and_a_status_are_one_mail(self):
        for name, words in (
            ("action_send_and_resolve", "Resolved"),
            ("action_send_and_wait", "Waiting for you"),
            ("action_send", None),
        ):
            ticket = self._create_ticket()
            forget(self.env)
            with self.mock_mail_gateway():
                form = Form(
                    self.env["helpdesk.ticket.answer"]
                    .with_user(self.agent)
                    .with_context(default_ticket_id=ticket.id)
                )
                form.body = "<p>Use the other cable.</p>"
                getattr(form.save(), name)()
                tell(self.env, send=True)
            with self.subTest(name):
                [mail] = [m for m in self._mails if "malee@" in str(m["email_to"])]
                self.assertIn("Use the other cable.", mail["body"])
                if words:
                    self.assertIn(f"[{ticket.number}] {words}:", mail["subject"])

    def test_the_last_status_is_told(self):
        for moves, told in (
            (("waiting", "resolved"), ["resolved"]),
            (("resolved", "open"), []),
            (("cancelled", "open", "waiting"), ["waiting"]),
        ):
            ticket = self._create_ticket()
            tell(self.env)
            for status in moves:
                ticket._set_status(status)
                # another request, before the scheduled action runs
                self.env.cr.flush()
            jobs = self._told().filtered(lambda job: job.audience == "requesters")
            with self.subTest(moves):
                self.assertEqual(jobs.mapped("event"), told)

    def test_the_same_event_waits_only_once(self):
        for text in ("One", "Two", "Three"):
            self.ticket._notify("assigned", {self.ticket: {"text": text}})
            self.env.cr.flush()
        [job] = self._told()
        self.assertEqual(job.details["text"], "Three")
        self.assertIn("Three", job.mail_id.body_html)

    def test_answers_can_be_switched_off(self):
        rule = self.Rule.search([("event", "=", "public_reply")])
        for is_on in (True, False, True):
            rule.mail = is_on
            with self.mock_mail_gateway():
                self.ticket.with_user(self.agent).message_post(
                    body="News.",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )
            people = self._new_mails.recipient_ids
            with self.subTest(is_on):
                self.assertIn(self.agent_2.partner_id, people)
                self.assertEqual(self.submitter in people, is_on)

    def test_a_former_requester_is_not_told(self):
        self.ticket._set_status("resolved")
        self.env.cr.flush()
        self.ticket.submitter_id = False
        self.assertEqual(self._told().partner_id, self.requester.partner_id)

    # ------------------------------------------------------------------
    # After the transaction
    # ------------------------------------------------------------------

    def test_a_request_renders_and_sends_nothing(self):
        Mail = self.env["mail.mail"]
        before = Mail.search_count([])

        def refuse(*args, **kwargs):
            raise AssertionError("in the request")

        with ExitStack() as stack:
            for model, method in (
                ("ir.qweb", "_render"),
                ("mail.render.mixin", "_render_template"),
                ("ir.mail_server", "_connect__"),
                ("mail.mail", "create"),
            ):
                cls = self.env.registry[model]
                stack.enter_context(patch.object(cls, method, refuse))
            ticket = self._create_ticket(user_id=self.agent.id)
            ticket._set_status("waiting")
            ticket.user_id = self.agent_2
            self.env.cr.flush()
        self.assertEqual(Mail.search_count([]), before)
        jobs = self.Job.search([("ticket_id", "=", ticket.id)])
        self.assertEqual(set(jobs.mapped("state")), {"pending"})
        self.assertTrue(
            self.env["ir.cron.trigger"].search_count(
                [
                    (
                        "cron_id",
                        "=",
                        self.env.ref("school_helpdesk_base.ir_cron_notify").id,
                    )
                ]
            )
        )

    def test_a_failed_transaction_tells_nobody(self):
        for event in ("resolved", "assigned", "reopened"):
            with self.subTest(event), self.assertRaises(ZeroDivisionError):
                with self.env.cr.savepoint():
                    self.ticket._notify(event)
                    self.env.cr.flush()
                    raise ZeroDivisionError
            self.assertFalse(self.Job.search([("state", "=", "pending")]))

    def test_queries_do_not_grow(self):
        tickets = self.ticket.browse()
        for number in range(20):
            tickets += self._create_ticket(name=f"Ticket {number}")
        tell(self.env)
        costs = []
        for batch in (tickets[:2], tickets[2:]):
            batch._notify("resolved")
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env.cr.flush()
            costs.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(costs[1] - costs[0], 2, costs)

    # ------------------------------------------------------------------
    # The mail
    # ------------------------------------------------------------------

    def test_what_a_mail_says(self):
        self.env.company.alias_domain_id.default_from = "noreply"
        self.ticket._resolve("Changed the lamp")
        mail = self._told().mail_id.filtered(
            lambda one: self.submitter in one.recipient_ids
        )
        self.assertEqual(
            mail.subject, f"[{self.ticket.number}] Resolved: {self.ticket.name}"
        )
        for words in (
            "Hello Sub Mitter",
            "Changed the lamp",
            f"/my/ticket/{self.ticket.id}",
            f"/rate/{self.ticket.rating_ids.access_token}/5",
            "reply to this mail",
            "Desk",
        ):
            self.assertIn(words, mail.body_html)
        self.assertNotIn("Malee", mail.body_html)
        self.assertIn(f'"{self.team.name}" <noreply@', mail.email_from)
        self.assertEqual(mail.reply_to, self.team.alias_email)
        self.assertIn("'Auto-Submitted': 'auto-generated'", mail.headers)
        self.assertNotIn("List-Unsubscribe", mail.headers)

    def test_watchers_may_unsubscribe(self):
        self._switch("resolved", "watchers", mail=True)
        self.ticket._set_status("resolved")
        mail = self._told().mail_id
        self.assertEqual(mail.recipient_ids, self.agent_2.partner_id)
        self.assertIn("/mail/unfollow", mail.headers)

    def test_each_reader_has_a_language(self):
        self.env["res.lang"]._activate_lang("th_TH")
        self.env["ir.module.module"].search(
            [("name", "=", "school_helpdesk_base")]
        )._update_translations(["th_TH"])
        self.submitter.lang = "th_TH"
        for event in ("resolved", "waiting", "cancelled"):
            self.ticket.with_context(helpdesk_no_notify=True)._set_status("open")
            self.ticket._set_status(event)
            mails = {m.recipient_ids: m for m in self._told().mail_id}
            with self.subTest(event):
                self.assertIn("สวัสดี", mails[self.submitter].body_html)
                self.assertNotIn("Hello", mails[self.submitter].body_html)
                self.assertIn("Hello Malee", mails[self.requester.partner_id].body_html)

    def test_each_reader_has_a_time_zone(self):
        self.requester.tz = "UTC"
        for zone, said in (("Asia/Bangkok", "4:00"), ("America/New_York", "5:00")):
            self.submitter.tz = zone
            self.ticket.with_context(helpdesk_no_notify=True)._set_status("open")
            with freeze_time(MONDAY):
                self.ticket._wait(until="2026-05-04 09:00:00", waiting_for="vendor")
                mails = {m.recipient_ids: m for m in self._told().mail_id}
            with self.subTest(zone):
                self.assertIn(f", {said}", mails[self.submitter].body_html)
                self.assertIn(", 9:00", mails[self.requester.partner_id].body_html)

    def test_words_of_people_are_no_markup(self):
        for name in ("<b>Help</b>", "<script>x</script>", "{{ 7 * 7 }}{assignee}"):
            self._create_ticket(name=name)
            with self.subTest(name):
                self.assertIn(escape(name), self._told().mail_id.body_html)

    def test_the_line_above_the_words_says_whose_they_are(self):
        self.ticket.with_user(self.agent).message_post(
            body="Use the other cable.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        answer = self.ticket._get_answers()
        reply = self.ticket.with_user(self.requester).message_post(
            body="It works.", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        for message, audience, heading in (
            (answer, "requesters", "Our answer:"),
            (reply, "assignee", "The last message:"),
        ):
            found = self.ticket._get_notification_words(
                "reopened", audience, {"message_id": message.id}
            )
            with self.subTest(heading):
                self.assertEqual(found[0], heading)

    def test_the_list_of_the_lines_has_no_words_in_braces(self):
        """A manager reads what is filled in, in their own language."""
        self.env["res.lang"]._activate_lang("th_TH")
        self.env["ir.module.module"].search(
            [("name", "=", "school_helpdesk_base")]
        )._update_translations(["th_TH"])
        rule = self.env.ref(
            "school_helpdesk_base.notification_rule_on_hold_requesters"
        ).with_user(self.leader)
        self.assertEqual(rule.shown_subject, "(for whom or what we wait)")
        self.assertEqual(rule.placeholder_help, "{waiting}: for whom or what we wait")
        thai = rule.with_context(lang="th_TH")
        self.assertNotIn("{", thai.shown_subject)
        self.assertNotIn("wait", thai.shown_subject)
        for rule in self.Rule.search([]):
            words = f"{rule.subject} {rule.text} {rule.next_step}"
            with self.subTest(rule.display_name):
                self.assertNotIn("{", rule.shown_subject or "")
                self.assertEqual("{" in words, bool(rule.placeholder_help), words)

    def test_the_school_changes_the_words(self):
        rule = self.Rule.search(
            [("event", "=", "resolved"), ("audience", "=", "requesters")]
        )
        rule.with_user(self.leader).text = "Done by {assignee}, {unknown}."
        self.ticket._set_status("resolved")
        self.assertIn(
            f"Done by {self.agent.name}, {{unknown}}.",
            self._told().mail_id[:1].body_html,
        )
        with self.assertRaises(AccessError):
            rule.with_user(self.agent).text = "Mine"

    # ------------------------------------------------------------------
    # Failures
    # ------------------------------------------------------------------

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_a_failing_mail_server_loses_nothing(self):
        ticket = self._create_ticket()

        def fail(*args, **kwargs):
            raise MailDeliveryException("Out of order")

        with (
            self.mock_mail_gateway(),
            patch.object(self.env.registry["ir.mail_server"], "send_email", fail),
        ):
            # the receipt, and a message of the chatter
            tell(self.env, send=True)
            ticket.with_user(self.agent).message_post(
                body="Try again.",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            self.env["mail.mail"].process_email_queue()
        failed = self.Job.with_user(self.leader).search([("state", "=", "failed")])
        self.assertEqual(
            set(failed.mapped("event")), {"receipt", "public_reply"}, failed
        )
        self.assertEqual(failed.ticket_id, ticket)
        self.assertEqual(set(failed.mapped("failure")), {"Out of order"})
        self.assertEqual(set(failed.mapped("failure_kind")), {"unknown"})
        self.assertEqual(self.team.failed_mail_count, 2)
        with self.assertRaises(AccessError):
            failed.with_user(self.agent).read(["event"])
        mails = failed.sudo().mail_id
        self.assertEqual(len(mails), 2)
        # by itself, after a while
        with freeze_time(fields.Datetime.now() + timedelta(minutes=3)):
            self.Job._retry_failed()
        self.assertEqual(set(mails.mapped("state")), {"outgoing"})
        with self.mock_mail_gateway():
            self.env["mail.mail"].process_email_queue()
        self.assertEqual(len(self._mails), 2)
        self.assertFalse(self.Job.search([("state", "=", "failed")]))

    def test_why_a_mail_failed_is_said_in_the_language_of_the_reader(self):
        """Each kind of Odoo has words of ours; an unknown kind has one, too."""
        self.env["res.lang"]._activate_lang("th_TH")
        self.env["ir.module.module"].search(
            [("name", "=", "school_helpdesk_base")]
        )._update_translations(["th_TH"])
        kinds = dict(self.env["mail.mail"]._fields["failure_type"].selection)
        self.ticket._set_status("resolved")
        mails = self._told().mail_id
        for kind in [*kinds, "of_tomorrow"]:
            mails._follow_failures("[Errno 111] Connection refused", kind)
            jobs = self.Job.search([("mail_id", "in", mails.ids)])
            job = jobs[:1].with_user(self.leader)
            if kind == NO_ADDRESS:
                continue
            for lang in ("en_US", "th_TH"):
                field = job.with_context(lang=lang).fields_get(["failure_kind"])
                words = dict(field["failure_kind"]["selection"])[job.failure_kind]
                with self.subTest(kind=kind, lang=lang):
                    self.assertEqual(
                        bool(re.search("[A-Za-z]", words)), lang == "en_US"
                    )
        mails._follow_failures(None, None)
        self.assertEqual(set(jobs.mapped("failure_kind")), {False})

    def test_an_update_says_why_earlier_mails_failed(self):
        self.ticket._set_status("resolved")
        jobs = self._told()
        mails = jobs.mail_id
        mails._follow_failures("Refused", "mail_smtp")
        mails.failure_type = "mail_smtp"
        unwritten = jobs[0].copy({"mail_id": False, "state": "failed"})
        (jobs | unwritten).failure_kind = False
        path = file_path(
            "school_helpdesk_base/migrations/19.0.1.6.0/post-failure_kind.py"
        )
        load_script(path, "failure_kind").migrate(self.env.cr, "19.0.1.5.0")
        self.assertEqual(set(jobs.mapped("failure_kind")), {"mail_smtp"})
        self.assertEqual(unwritten.failure_kind, "unwritten")

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_a_manager_helps(self):
        self.requester.partner_id.email = "no address"
        for action, state in (
            ("action_send_again", "pending"),
            ("action_dismiss", "dropped"),
        ):
            self._create_ticket()
            with self.mock_mail_gateway(mail_unlink_sent=True):
                tell(self.env, send=True)
            failed = self.Job.with_user(self.leader).search([("state", "=", "failed")])
            with self.subTest(action):
                self.assertEqual(failed.partner_id, self.requester.partner_id)
                self.assertFalse(failed.retry_date)
                self.assertEqual(failed.failure_kind, "mail_email_invalid")
                getattr(failed, action)()
                self.assertEqual(failed.state, state)
                with self.assertRaises(AccessError):
                    getattr(failed.with_user(self.agent), action)()
                failed.sudo().state = "dropped"

    def test_people_without_an_address_are_no_failure(self):
        for address in (False, ""):
            self.requester.partner_id.email = address
            self._create_ticket()
            [job] = tell(self.env)
            self.assertEqual((job.state, bool(job.mail_id)), ("dropped", False))
            self.assertEqual(job.failure_kind, NO_ADDRESS)

    # ------------------------------------------------------------------
    # Reminders
    # ------------------------------------------------------------------

    def test_a_wait_is_reminded_once_and_closed(self):
        self.env.company.helpdesk_reminder_days = 2
        self.env.company.helpdesk_unanswered_close_days = 3
        with freeze_time(MONDAY):
            ticket = self._create_ticket(submitter_id=self.submitter.id)
            ticket._set_status("waiting")
            vendor = self._create_ticket()
            vendor._wait(waiting_for="vendor")
            until = self._create_ticket()
            until._wait(until="2026-06-01 09:00:00")
            tell(self.env)
        told = {}
        for day in ("03 10", "04 08", "04 10", "05 10", "06 10", "09 08", "09 10"):
            with freeze_time(f"2026-03-{day}:00:00"):
                with self.enter_registry_test_mode():
                    self.env.ref(
                        "school_helpdesk_base.ir_cron_remind"
                    ).method_direct_trigger()
                jobs = self._told()
                told[day] = sorted(jobs.mapped("event"))
                if "reminder" in told[day]:
                    # the reminder says when the ticket will close
                    self.assertIn("closes on Mar 9", jobs.mail_id[:1].body_html)
        self.assertEqual(
            {day: events for day, events in told.items() if events},
            {"04 10": ["reminder"] * 2, "09 10": ["auto_close"] * 2},
        )
        self.assertEqual(ticket.stage_id, self.stage_closed)
        self.assertEqual((vendor | until).stage_id, self.stage_waiting)

    def test_an_answer_ends_the_wait(self):
        self.env.company.helpdesk_reminder_days = 0
        self.env.company.helpdesk_unanswered_close_days = 1
        with freeze_time(MONDAY):
            ticket = self._create_ticket()
            ticket._set_status("waiting")
            self.assertTrue(ticket.unanswered_close_date)
            ticket.with_user(self.requester).message_post(
                body="Here.", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
            self.assertFalse(ticket.unanswered_close_date)
            ticket._set_status("waiting")
        for setting, is_due in ((0, False), (4, True)):
            self.env.company.helpdesk_unanswered_close_days = setting
            self.assertEqual(bool(ticket.unanswered_close_date), is_due)


@tagged("post_install", "-at_install")
class TestNotificationByMail(IntakeCommon):
    def test_replies_to_notifications_find_their_ticket(self):
        ticket = self._mail()
        for status in ("waiting", "resolved", "cancelled"):
            tell(self.env)
            ticket._set_status(status)
            with self.mock_mail_gateway():
                tell(self.env, send=True)
            [mail] = [m for m in self._mails if m["email_to"] != []][-1:]
            self._mail(In_Reply_To=mail["message_id"], body=f"About {status}.")
            with self.subTest(status):
                bodies = "".join(ticket.message_ids.mapped("body"))
                self.assertIn(f"About {status}.", bodies)

    def test_without_a_limit_receipts_end(self):
        self.env.company.helpdesk_mail_limit = 0
        self.team.user_id = self.agent_all
        receipts = 0
        with patch(
            "odoo.addons.mail.models.mail_thread.MailThread._detect_loop_sender",
            lambda *args: False,
        ):
            for _number in range(24):
                self._mail("robot@example.com")
                receipts += len(self._mails)
        self.assertEqual(receipts, 20)

    def test_a_mail_to_two_teams_is_one_ticket(self):
        other = self.team.copy({"name": "Other", "alias_name": "other.desk"})
        other_address = other.alias_full_name
        for to, team in (
            (f"{self.address}, {other_address}", self.team),
            (f"{other_address}, {self.address}", other),
            (f"X <x@example.com>, {other_address}, Desk <{self.address}>", other),
        ):
            with self.subTest(to):
                ticket = self._mail(To=to)
                self.assertEqual(len(ticket), 1)
                self.assertEqual(ticket.team_id, team)

    def test_parked_mails_are_told_together(self):
        self.team.user_id = self.agent_all
        forget(self.env)
        parked = self.env["helpdesk.mail.parked"]
        for number in range(3):
            intake = Intake(f"To: {self.address}\nSubject: {number}\n\nx".encode())
            parked |= parked._park(intake, "limit")
            parked._park(intake, "automatic")
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            jobs = tell(self.env)
        self.assertEqual(jobs.parked_id, parked)
        self.assertEqual(jobs.partner_id, self.agent_all.partner_id)
        self.assertEqual(len(jobs.mail_id), 1)
        self.assertIn("(3)", jobs.mail_id.subject)
