"""Words that a status takes along are never lost; one bad row holds up nobody."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ..models.helpdesk_notification import job as job_module
from ..models.helpdesk_ticket.notify import END_EVENTS
from ..tools.incoming_mail import Intake
from ..tools.outgoing_post import _is_public
from .common import forget, tell
from .test_notification import STATUS, NotificationCommon


@tagged("post_install", "-at_install")
class TestNotificationFaults(NotificationCommon):
    def _answer(self, event, words):
        self.ticket.with_user(self.agent)._post_with_event(
            event,
            body=words,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.ticket._set_status(STATUS_AFTER[event])
        self.env.cr.flush()

    # ------------------------------------------------------------------
    # Never lost
    # ------------------------------------------------------------------

    def test_words_outlive_their_status(self):
        malee = self.requester.partner_id
        for answers, last, told in (
            # answered, and undone before the mail was written
            ([("resolved", "Restart it.")], "open", ["Restart it."]),
            ([("waiting", "Which room?")], "open", ["Which room?"]),
            (
                [("waiting", "Which room?"), ("resolved", "Found it.")],
                None,
                ["Which room?", "Found it."],
            ),
            (
                [("resolved", "Restart it."), ("resolved", "Or buy a new one.")],
                None,
                ["Restart it.", "Or buy a new one."],
            ),
            ([("resolved", "Restart it.")], "cancelled", ["Restart it."]),
        ):
            self.ticket._set_status("open")
            forget(self.env)
            for event, words in answers:
                self._answer(event, words)
            if last:
                self.ticket._set_status(last)
            mails = self._told().filtered(lambda job: job.partner_id == malee).mail_id
            with self.subTest(answers=answers, last=last):
                self.assertEqual(len(mails), 1)
                for words in told:
                    self.assertEqual(mails.body_html.count(f"<p>{words}</p>"), 1)

    def test_undone_words_claim_no_status(self):
        self._answer("resolved", "Restart it.")
        self.ticket._set_status("open")
        mail = self._told().mail_id.filtered(
            lambda mail: mail.recipient_ids == self.requester.partner_id
        )
        self.assertNotIn("Resolved", mail.subject)
        self.assertNotIn("/rate/", mail.body_html)

    def test_lost_words_reach_no_former_requester(self):
        self._answer("resolved", "Restart it.")
        self.ticket._set_status("open")
        self.ticket.submitter_id = False
        self.assertNotIn(self.submitter, self._told().partner_id)

    # ------------------------------------------------------------------
    # One bad row
    # ------------------------------------------------------------------

    @mute_logger("odoo.addons.school_helpdesk_base.models.helpdesk_notification.job")
    def test_one_bad_row_holds_up_nobody(self):
        Ticket = self.env.registry["helpdesk.ticket"]
        for name in (
            "_is_still_true",
            "_get_notification_facts",
            "_get_notification_words",
        ):
            bad, good = self._create_ticket(), self._create_ticket()
            original = getattr(Ticket, name)

            def fail(ticket, *args, _original=original, _bad=bad, **kwargs):
                if ticket == _bad:
                    raise ValueError("unreadable")
                return _original(ticket, *args, **kwargs)

            with patch.object(Ticket, name, fail):
                jobs = tell(self.env)
            with self.subTest(name):
                of = jobs.grouped("ticket_id")
                self.assertEqual(set(of[bad].mapped("state")), {"failed"})
                self.assertEqual(set(of[bad].mapped("failure")), {"unreadable"})
                self.assertEqual(set(of[good].mapped("state")), {"queued"})

    def test_an_overview_for_nobody(self):
        self.env["helpdesk.ticket.team"].search([]).has_digest = False
        people = [
            new_test_user(
                self.env, f"gone_{number}", groups="helpdesk_mgmt.group_helpdesk_user"
            )
            for number in range(3)
        ]
        self.team.user_ids += self.env["res.users"].union(*people)
        jobs = self.Job.create(
            [
                {
                    "event": "digest",
                    "audience": "agents",
                    "digest_team_id": self.team.id,
                    "partner_id": user.partner_id.id,
                }
                for user in [*people, self.agent]
            ]
        )
        people[0].active = False
        self.team.user_ids -= people[1]
        people[2].group_ids = [Command.set(self.env.ref("base.group_portal").ids)]
        tell(self.env)
        self.assertEqual(jobs.mapped("state"), ["dropped"] * 3 + ["queued"])

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_a_failed_mail_that_was_sent_in_another_way(self):
        def fail(*args, **kwargs):
            raise MailDeliveryException("Out of order")

        parked = self.env["helpdesk.mail.parked"]._park(
            Intake(b"To: x@example.com\nSubject: y\n\nz"), "limit"
        )
        parked_job = self.Job.create(
            {
                "parked_id": parked.id,
                "event": "parked_mail",
                "audience": "leader",
                "partner_id": self.leader.partner_id.id,
            }
        )
        self._create_ticket()
        with (
            self.mock_mail_gateway(mail_unlink_sent=True),
            patch.object(self.env.registry["ir.mail_server"], "send_email", fail),
        ):
            jobs = tell(self.env, send=True).filtered("mail_id")
        self.assertIn(parked_job, jobs)
        self.assertIn("receipt", jobs.mapped("event"))
        self.assertEqual(set(jobs.mapped("state")), {"failed"})
        # an administrator sends the mails from Odoo's own list
        jobs.mail_id.mark_outgoing()
        with self.mock_mail_gateway(mail_unlink_sent=True):
            self.env["mail.mail"].process_email_queue()
        self.assertFalse(jobs.mail_id)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=3)):
            self.Job._retry_failed()
        self.assertEqual(set(jobs.mapped("state")), {"queued"})

    def test_a_line_break_in_a_name_stops_no_mail(self):
        """Names come from spreadsheets and from the sender of a mail."""
        for name in ("Malee\nDee", "มาลี\u2028ดี", "Malee\x0bDee"):
            with self.subTest(name=name), self.mock_mail_gateway():
                self.requester.partner_id.name = name
                self.team.name = f"IT\n{name}"
                self._answer("resolved", "Restart it.")
                tell(self.env, send=True)
                to = [address for mail in self._mails for address in mail["email_to"]]
                shown = " ".join(name.splitlines())
                self.assertIn(f'"{shown}" <malee@example.com>', to)
                self.assertFalse(self.Job.search([("state", "=", "failed")]))
            self.ticket._set_status("open")
            forget(self.env)

    def test_a_failed_row_that_is_noted_again(self):
        values = {
            "ticket_id": self.ticket.id,
            "event": "assigned",
            "audience": "assignee",
            "partner_id": self.agent.partner_id.id,
        }
        failed = {**values, "state": "failed"}
        for rows in ([failed, values], [failed, failed], [failed, failed, values]):
            jobs = self.Job.create(rows)
            self.env.flush_all()
            jobs.with_user(self.leader).action_send_again()
            self.env.flush_all()
            with self.subTest(len(rows)):
                self.assertEqual(jobs.mapped("state").count("pending"), 1)
                self.assertNotIn("failed", jobs.mapped("state"))
            jobs.unlink()

    # ------------------------------------------------------------------
    # Once, and only those who may know
    # ------------------------------------------------------------------

    def test_overviews_of_many_people_stay_one_mail(self):
        team = self.team.copy({"name": "Second", "alias_name": False})
        people = (self.agent | self.agent_2).partner_id
        (self.team | team).user_ids = self.agent | self.agent_2
        self.Job.create(
            [
                {
                    "event": "digest",
                    "audience": "agents",
                    "digest_team_id": one.id,
                    "partner_id": person.id,
                }
                for one in (self.team, team)
                for person in people
            ]
        )
        with patch.object(job_module, "BATCH", 1):
            due = [("state", "=", "pending"), ("digest_team_id", "!=", False)]
            mails = []
            while jobs := self.Job._get_next_jobs(job_module.Domain(due)):
                jobs._deliver()
                mails += jobs.mail_id
        self.assertEqual(len(mails), 2)

    def test_who_may_know_when_it_is_delivered(self):
        other = self._create_ticket(user_id=self.agent.id)
        for audience, person, change in (
            (
                "watchers",
                self.agent_2,
                lambda: self.ticket.message_unsubscribe(self.agent_2.partner_id.ids),
            ),
            ("assignee", self.agent, lambda: self.agent.write({"active": False})),
            ("leader", self.leader, lambda: self.team.write({"user_id": False})),
            (
                "requesters",
                self.requester,
                lambda: self.submitter.write({"active": False}),
            ),
        ):
            partner = self.submitter if audience == "requesters" else person.partner_id
            jobs = self.Job.create(
                {
                    "ticket_id": self.ticket.id,
                    "event": "assigned" if audience != "requesters" else "receipt",
                    "audience": audience,
                    "partner_id": partner.id,
                }
            )
            self._switch(jobs.event, audience, mail=True)
            if not self.Rule.search([("event", "=", jobs.event), ("mail", "=", True)]):
                self.Rule.create(
                    {"event": jobs.event, "audience": audience, "subject": "x"}
                )
            change()
            jobs._deliver()
            with self.subTest(audience):
                self.assertEqual(jobs.state, "dropped")
        # nobody reads what an archived user is told
        self.assertNotIn(
            self.agent.partner_id, other._get_notified("assigned", "assignee", {})
        )

    def test_archived_tickets_tell_only_their_end(self):
        """Older databases contain archived tickets that have not ended."""
        details = {self.ticket: {"partner_ids": self.leader.partner_id.ids}}
        other = self._create_ticket()
        rules = self.Rule.search([])
        rules.mail = True
        events = set(rules.mapped("event")) - {"parked_mail", "digest", "public_reply"}
        for event in sorted(events):
            for is_archived_first in (True, False):
                has_no_status = event in END_EVENTS and event not in STATUS
                self._set_status("closed" if has_no_status else event)
                self.ticket.duplicate_id = event.startswith("merged") and other
                self._ask_for_ratings(event == "rating")
                forget(self.env)
                if is_archived_first:
                    self._archive(self.ticket)
                self.ticket._notify(event, details)
                self.env.cr.flush()
                self._archive(self.ticket)
                with self.subTest(event, is_archived_first=is_archived_first):
                    self.assertEqual(bool(self._told()), event in END_EVENTS)
                self._archive(self.ticket, active=True)

    def _archive(self, ticket, active=False):
        """Archive a ticket as older versions could, although it has not ended."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET active = %s WHERE id = %s", [active, ticket.id]
        )
        self.env.invalidate_all()

    def test_scheduled_work_tells_nobody_about_archived_tickets(self):
        self.env.company.helpdesk_reminder_days = 1
        self.env.company.helpdesk_unanswered_close_days = 1
        self.team.has_digest = True
        self.team.user_ids |= self.agent
        with freeze_time("2026-03-02 09:00:00"):
            waiting = self._create_ticket()
            waiting._set_status("waiting")
            woken = self._create_ticket(user_id=self.agent.id)
            woken._wait(until="2026-03-03 09:00:00", waiting_for="vendor")
        forget(self.env)
        everything = self.env["helpdesk.ticket"].search([])
        for ticket in everything:
            self._archive(ticket)
        for day in range(3, 20):
            with freeze_time(f"2026-03-{day:02}T08:00:00"):
                for cron in ("remind", "wake_waiting", "close_resolved", "digest"):
                    with self.enter_registry_test_mode():
                        self.env.ref(
                            f"school_helpdesk_base.ir_cron_{cron}"
                        ).method_direct_trigger()
                self.assertFalse(self._told(), day)

    def test_parked_mails_of_an_archived_leader(self):
        Parked = self.env["helpdesk.mail.parked"]
        manager = new_test_user(
            self.env, "base_manager_2", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        intake = Intake(b"To: x@example.com\nSubject: y\n\nz")
        for is_active in (True, False):
            self.leader.active = is_active
            parked = Parked._park(intake, "limit")
            parked.team_id = self.team
            self.Job.search([("parked_id", "=", parked.id)]).unlink()
            self.Job._note_parked(parked)
            told = self.Job.search([("parked_id", "=", parked.id)]).partner_id
            with self.subTest(is_active):
                self.assertEqual(self.leader.partner_id in told, is_active)
                self.assertEqual(manager.partner_id in told, not is_active)

    # ------------------------------------------------------------------
    # Headers and addresses
    # ------------------------------------------------------------------

    def test_names_add_no_header(self):
        text = "a\r\nBcc: x@example.com"
        for record, name in (
            (self.requester.partner_id, "name"),
            (self.team, "name"),
            (self.ticket.stage_id, "name"),
            (self.ticket, "name"),
        ):
            rule = self._switch("receipt", "requesters", mail=True)
            rule.subject = "{requester} {team} {stage}"
            record[name] = text
            ticket = self._create_ticket(name=text)
            with self.mock_mail_gateway():
                jobs = tell(self.env)
                values = jobs.mail_id.read(["subject", "email_from"])
                self.env["mail.mail"].process_email_queue()
            with self.subTest(record):
                self.assertEqual(set(jobs.mapped("state")), {"queued"})
                self.assertTrue(values and self._mails, ticket)
                for line in values:
                    self.assertEqual(len(line["subject"].splitlines()), 1)
                    self.assertEqual(len(line["email_from"].splitlines()), 1)

    def test_reserved_addresses_are_not_public(self):
        for ip in ("fec0::1", "::127.0.0.1", "::7f00:1", "64:ff9b:1::a00:1", "5f00::1"):
            with self.subTest(ip):
                self.assertFalse(_is_public(ip))
        for ip in ("8.8.8.8", "2606:4700:4700::1111", "2001:4860:4860::8888"):
            self.assertTrue(_is_public(ip))


STATUS_AFTER = {"resolved": "resolved", "waiting": "waiting"}
