from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from .common import HelpdeskCommon, forget, tell

FRIDAY_10 = datetime(2026, 3, 6, 10)
SUNDAY = datetime(2026, 3, 8, 12)
MONDAY_9 = datetime(2026, 3, 9, 9)
MONDAY_11 = datetime(2026, 3, 9, 11)


class TestReply(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.write(
            {"helpdesk_reopen_days": 1, "helpdesk_auto_close_days": 1}
        )

    def _reply(self, ticket, user=None, moment=MONDAY_9, **values):
        """Reply like the portal, for a user without write access."""
        with freeze_time(moment):
            return (
                ticket.with_user(user or self.requester)
                .sudo()
                .message_post(
                    body="Still broken",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                    **values,
                )
            )

    def _resolved(self, moment=FRIDAY_10, **values):
        ticket = self._create_ticket(**values)
        with freeze_time(moment):
            ticket.stage_id = self.stage_resolved
        return ticket

    def _follow_ups(self, ticket):
        return self.env["helpdesk.ticket"].search(
            [("related_ticket_ids", "in", ticket.ids)]
        )

    def test_a_requester_reopens_a_waiting_ticket(self):
        ticket = self._create_ticket(stage_id=self.stage_waiting.id)
        self._reply(ticket, self.agent)
        self.assertEqual(ticket.stage_id, self.stage_waiting)
        self._reply(ticket)
        self.assertEqual(ticket.stage_id, self.stage_open)

    def test_other_people_reopen_a_waiting_ticket(self):
        parent = new_test_user(self.env, "base_parent", groups="base.group_portal")
        ticket = self._create_ticket(stage_id=self.stage_waiting.id)
        self._reply(ticket, parent)
        self.assertEqual(ticket.status_category, "open")

    def test_a_submitter_reopens_a_waiting_ticket(self):
        teacher = new_test_user(self.env, "base_teacher", groups="base.group_user")
        ticket = self._create_ticket(
            stage_id=self.stage_waiting.id, submitter_id=teacher.partner_id.id
        )
        self._reply(ticket, teacher)
        self.assertEqual(ticket.status_category, "open")

    def test_notes_and_automatic_messages_change_nothing(self):
        ticket = self._create_ticket(stage_id=self.stage_waiting.id)
        author = self.requester.partner_id.id
        ticket.message_post(body="Note", author_id=author, message_type="comment")
        for message_type in ("auto_comment", "out_of_office", "notification"):
            ticket.message_post(
                body="Away",
                author_id=author,
                message_type=message_type,
                subtype_xmlid="mail.mt_comment",
            )
        self.assertEqual(ticket.stage_id, self.stage_waiting)

    def test_automatic_mail_is_marked(self):
        ticket = self._create_ticket(stage_id=self.stage_waiting.id)
        mail = {"message_type": "email", "to": "", "cc": ""}
        ticket.message_update(mail)
        self.assertEqual(mail["message_type"], "email")
        ticket.with_context(helpdesk_automatic_mail=True).message_update(mail)
        self.assertEqual(mail["message_type"], "auto_comment")

    def test_a_reply_by_mail_reopens(self):
        self.requester.email = "base_requester@school.example"
        ticket = self._create_ticket(stage_id=self.stage_waiting.id)
        sent = self._reply(ticket, self.agent)
        self.env["mail.thread"].message_process(
            "helpdesk.ticket",
            "From: base_requester@school.example\n"
            "To: desk@school.example\n"
            "Subject: Re: Projector\n"
            "Message-Id: <base-reply@school.example>\n"
            f"In-Reply-To: {sent.message_id}\n\n"
            "Here is the number.",
        )
        self.assertEqual(ticket.stage_id, self.stage_open)

    def test_reply_within_the_reopen_days_reopens(self):
        ticket = self._resolved()
        self._reply(ticket)
        self.assertEqual(ticket.stage_id, self.stage_open)
        self.assertEqual(ticket.reopen_count, 1)
        self.assertFalse(self._follow_ups(ticket))

    def test_reply_after_the_reopen_days_starts_a_ticket(self):
        ticket = self._resolved()
        self._reply(ticket, moment=MONDAY_11)
        self.assertEqual(ticket.stage_id, self.stage_resolved)
        follow_up = self._follow_ups(ticket)
        self.assertEqual(len(follow_up), 1)
        self.assertEqual(ticket.follow_up_id, follow_up)
        self.assertEqual(follow_up.partner_id, self.requester.partner_id)
        self.assertEqual(follow_up.status_category, "open")
        self.assertFalse(follow_up.user_id)
        self.assertIn("Still broken", follow_up.description)

    def test_reply_to_a_closed_ticket_starts_one_only(self):
        ticket = self._create_ticket(stage_id=self.stage_closed.id)
        attachment = self.env["ir.attachment"].create(
            {"name": "photo.txt", "raw": b"x", "res_model": "mail.compose.message"}
        )
        ticket.message_post(
            body="Look",
            author_id=self.requester.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=attachment.ids,
        )
        follow_up = ticket.follow_up_id
        self.assertEqual(follow_up.attachment_ids.mapped("name"), ["photo.txt"])
        self._reply(ticket)
        self.assertEqual(self._follow_ups(ticket), follow_up)
        relayed = follow_up.message_ids.filtered(
            lambda message: "Still broken" in message.body
        )
        self.assertEqual(relayed.author_id, self.requester.partner_id)
        self.assertFalse(relayed.subtype_id.internal)

    def test_reply_to_a_reopened_ticket(self):
        ticket = self._create_ticket(stage_id=self.stage_closed.id)
        self._reply(ticket)
        ticket.action_reopen()
        ticket.stage_id = self.stage_waiting
        message = self._reply(ticket)
        self.assertEqual(ticket.stage_id, self.stage_open)
        self.assertNotIn(message.body, ticket.follow_up_id.message_ids.mapped("body"))

    def test_a_strangers_reply_starts_another_ticket(self):
        parent = new_test_user(self.env, "base_parent", groups="base.group_portal")
        ticket = self._create_ticket(stage_id=self.stage_closed.id)
        self._reply(ticket, parent, subject="My child's laptop")
        stranger_ticket = self._follow_ups(ticket)
        self.assertEqual(stranger_ticket.partner_id, parent.partner_id)
        self.assertEqual(stranger_ticket.name, "My child's laptop")
        self._reply(ticket, parent)
        self.assertEqual(self._follow_ups(ticket), stranger_ticket)
        self.assertIn("Still broken", stranger_ticket.message_ids[0].body)
        # the requester's own late reply starts a ticket of the requester
        known = stranger_ticket.message_ids
        self._reply(ticket)
        own = ticket.follow_up_id
        self.assertEqual(own.partner_id, self.requester.partner_id)
        self.assertEqual(self._follow_ups(ticket), stranger_ticket | own)
        self.assertEqual(stranger_ticket.message_ids, known)

    def test_an_agent_who_is_a_requester_waits_and_cancels(self):
        """The messages of the two buttons are no replies of a requester."""
        for role in ("partner_id", "submitter_id"):
            ticket = self._create_ticket(**{role: self.agent.partner_id.id})
            ticket = ticket.with_user(self.agent)
            with self.subTest(role):
                ticket._wait("The serial number")
                self.assertEqual(ticket.status_category, "waiting")
                self.assertEqual(ticket.waiting_reason, "The serial number")
                ticket._cancel("Not ours")
                self.assertEqual(ticket.status_category, "cancelled")
                self.assertFalse(ticket.follow_up_id)
                self.assertFalse(self._follow_ups(ticket))

    def test_not_solved(self):
        ticket = self._resolved().with_user(self.requester)
        with freeze_time(MONDAY_9):
            ticket._requester_not_solved()
        self.assertEqual(ticket.sudo().stage_id, self.stage_open)
        late = self._resolved().with_user(self.requester)
        with freeze_time(MONDAY_11), self.assertRaises(UserError):
            late._requester_not_solved()

    def test_no_reopen_days(self):
        self.env.company.helpdesk_reopen_days = 0
        ticket = self._resolved()
        self._reply(ticket, moment=FRIDAY_10)
        self.assertTrue(ticket.follow_up_id)

    # ------------------------------------------------------------------

    def _run_cron(self, name, moment):
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref(f"school_helpdesk_base.{name}").method_direct_trigger()

    def test_auto_close(self):
        due, other = self._resolved(), self._resolved(MONDAY_9)
        self.assertEqual(due.auto_close_date, datetime(2026, 3, 9, 10))
        self._run_cron("ir_cron_close_resolved", SUNDAY)
        self.assertEqual(due.stage_id, self.stage_resolved)
        self._run_cron("ir_cron_close_resolved", MONDAY_11)
        self.assertEqual(due.stage_id, self.stage_closed)
        self.assertFalse(due.auto_close_date)
        self.assertEqual(other.stage_id, self.stage_resolved)

    def test_auto_close_setting(self):
        ticket = self._resolved()
        self.env.company.helpdesk_auto_close_days = 2
        self.assertEqual(ticket.auto_close_date, datetime(2026, 3, 10, 10))
        self.env.company.helpdesk_auto_close_days = 0
        self.assertFalse(ticket.auto_close_date)

    def test_one_ticket_that_cannot_move_does_not_stop_the_rest(self):
        tickets = self._resolved() | self._resolved() | self._resolved()
        stuck = tickets[1]
        Ticket = self.env.registry["helpdesk.ticket"]
        write = Ticket.write

        def refuse(records, vals):
            if stuck in records and "stage_id" in vals:
                raise UserError("No")
            return write(records, vals)

        with (
            patch.object(Ticket, "write", refuse),
            mute_logger("odoo.addons.school_helpdesk_base.models.helpdesk_sweep_mixin"),
        ):
            self._run_cron("ir_cron_close_resolved", MONDAY_11)
        self.assertEqual(
            tickets.mapped("status_category"), ["closed", "resolved", "closed"]
        )

    def test_without_a_closed_stage_nothing_closes_by_itself(self):
        ticket = self._resolved()
        self.stage_closed.active = False
        with self.assertNoLogs("odoo.addons.school_helpdesk_base", level="WARNING"):
            self._run_cron("ir_cron_close_resolved", MONDAY_11)
        self.assertEqual(ticket.status_category, "resolved")
        self.stage_closed.active = True
        self._run_cron("ir_cron_close_resolved", MONDAY_11)
        self.assertEqual(ticket.status_category, "closed")

    def test_late_reply_without_channels(self):
        self.env["helpdesk.ticket.channel"].search([]).unlink()
        ticket = self._resolved()
        self._reply(ticket, moment=MONDAY_11)
        self.assertFalse(ticket.follow_up_id.channel_id)

    def test_wait_until(self):
        ticket = self._create_ticket()
        with freeze_time(FRIDAY_10):
            ticket.with_user(self.agent)._wait("the part", MONDAY_9)
        self._run_cron("ir_cron_wake_waiting", SUNDAY)
        self.assertEqual(ticket.stage_id, self.stage_waiting)
        self._run_cron("ir_cron_wake_waiting", MONDAY_9)
        self.assertEqual(ticket.stage_id, self.stage_open)
        self.assertFalse(ticket.wait_until)

    # ------------------------------------------------------------------

    def _wizard(self, action, user=None):
        return Form(
            self.env[action["res_model"]]
            .with_user(user or self.agent)
            .with_context(**action["context"])
        )

    def test_wait_tells_the_requester(self):
        ticket = self._create_ticket()
        forget(self.env)
        form = self._wizard(ticket.action_wait())
        form.reason = "the <serial> number"
        form.save().action_confirm()
        self.assertEqual(ticket.stage_id, self.stage_waiting)
        self.assertEqual(ticket.waiting_reason, "the <serial> number")
        message = ticket.message_ids.filtered(lambda message: "serial" in message.body)
        self.assertIn("&lt;serial&gt;", message.body)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
        [job] = tell(self.env)
        self.assertEqual(job.partner_id, self.requester.partner_id)
        self.assertIn("&lt;serial&gt;", job.mail_id.body_html)

    def test_wait_in_the_past_is_refused(self):
        ticket = self._create_ticket()
        form = self._wizard(ticket.action_wait())
        form.wait_until = datetime(2020, 1, 1)
        with self.assertRaises(UserError):
            form.save().action_confirm()

    def test_cancel_needs_a_reason_and_can_be_undone(self):
        ticket = self._create_ticket()
        wizard = (
            self.env["helpdesk.ticket.status.wizard"]
            .with_user(self.agent)
            .create(
                {
                    "ticket_ids": [Command.set(ticket.ids)],
                    "status_category": "cancelled",
                    "reason": "  ",
                }
            )
        )
        with self.assertRaises(UserError):
            wizard.action_confirm()
        wizard.reason = "A new one comes next week"
        wizard.action_confirm()
        self.assertEqual(ticket.stage_id, self.stage_cancelled)
        self.assertEqual(ticket.cancel_reason, "A new one comes next week")
        ticket.with_user(self.agent).action_reopen()
        self.assertEqual(ticket.stage_id, self.stage_open)
        self.assertFalse(ticket.cancel_reason)

    def test_many_tickets_from_the_list(self):
        tickets = self._create_ticket() | self._create_ticket() | self._create_ticket()
        Action = self.env["ir.actions.server"]

        def run(name):
            action = Action.browse(self.env.ref(f"school_helpdesk_base.{name}").id)
            return (
                action.with_user(self.agent)
                .with_context(active_model=tickets._name, active_ids=tickets.ids)
                .run()
            )

        tickets.with_user(self.agent).write({"priority": "3"})
        run("action_assign_tickets_to_me")
        self.assertEqual(tickets.user_id, self.agent)
        form = self._wizard(run("action_wait_tickets"))
        form.reason = "the delivery"
        form.save().action_confirm()
        self.assertEqual(set(tickets.mapped("status_category")), {"waiting"})
        run("action_resolve_tickets")
        self.assertEqual(tickets.stage_id, self.stage_resolved)

    def test_wizard_is_not_for_requesters(self):
        with self.assertRaises(AccessError):
            self.env["helpdesk.ticket.status.wizard"].with_user(self.requester).create(
                {"status_category": "cancelled"}
            )

    def test_wizard_refuses_a_hidden_ticket(self):
        own = new_test_user(
            self.env, "base_own", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        ticket = self._create_ticket(user_id=self.agent.id)
        wizard = self.env["helpdesk.ticket.status.wizard"].create(
            {
                "ticket_ids": [Command.set(ticket.ids)],
                "status_category": "cancelled",
                "reason": "No",
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            wizard.with_user(own).action_confirm()
