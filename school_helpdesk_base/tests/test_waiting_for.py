"""For whom or what a ticket waits: on the ticket, in the log and for the requester."""

from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from .common import HelpdeskCommon

OTHERS = ("vendor", "part", "approval", "other")


class TestWaitingFor(HelpdeskCommon):
    def _reply(self, ticket, author=None):
        ticket.with_user(self.requester).sudo().message_post(
            body="Any news?",
            author_id=(author or self.requester.partner_id).id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _log(self, ticket):
        return [
            (row.status_category, row.waiting_for or "")
            for row in ticket.status_log_ids
        ]

    def test_a_wait_without_choice_is_for_the_requester(self):
        by_stage, by_create, by_button = (
            self._create_ticket(),
            self._create_ticket(stage_id=self.stage_waiting.id),
            self._create_ticket(),
        )
        by_stage.with_user(self.agent).stage_id = self.stage_waiting
        by_button.with_user(self.agent)._wait()
        for ticket in by_stage, by_create, by_button:
            self.assertEqual(ticket.waiting_for, "requester")
            self.assertEqual(self._log(ticket)[-1], ("waiting", "requester"))

    def test_each_kind_is_stored_with_the_status(self):
        for kind in ("requester", *OTHERS):
            with self.subTest(kind):
                ticket = self._create_ticket().with_user(self.agent)
                ticket._wait("The delivery", waiting_for=kind)
                self.assertEqual(ticket.waiting_for, kind)
                self.assertEqual(
                    self._log(ticket.sudo()), [("open", ""), ("waiting", kind)]
                )
                ticket.action_reopen()
                self.assertFalse(ticket.waiting_for)

    def test_another_wait_is_another_row(self):
        ticket = self._create_ticket()
        moments = [datetime(2026, 3, 2, hour) for hour in (8, 9, 10, 11)]
        for moment, kind in zip(
            moments, ("requester", "vendor", "vendor", "part"), strict=True
        ):
            with freeze_time(moment):
                ticket.with_user(self.agent)._wait(waiting_for=kind)
        rows = ticket.status_log_ids[1:]
        self.assertEqual(rows.mapped("waiting_for"), ["requester", "vendor", "part"])
        self.assertEqual(rows.mapped("start"), [moments[0], moments[1], moments[3]])
        self.assertEqual(rows.mapped("end"), [moments[1], moments[3], False])
        self.assertEqual(rows[-1:].user_id, self.agent)
        # it is still one wait
        self.assertEqual(ticket.waiting_since, moments[0])
        with freeze_time(datetime(2026, 3, 2, 12)):
            ticket.action_reopen()
        self.assertEqual(ticket.waiting_hours, 4)

    def test_a_ticket_that_does_not_wait_has_no_value(self):
        ticket = self._create_ticket()
        with self.assertRaises(ValidationError):
            ticket.waiting_for = "vendor"
        ticket = self._create_ticket(stage_id=self.stage_waiting.id)
        with self.assertRaises(ValidationError):
            ticket.waiting_for = False
        with self.assertRaises(ValidationError):
            self._create_ticket(waiting_for="part")

    def test_a_new_ticket_in_a_column_of_the_board(self):
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        for kind in ("requester", *OTHERS):
            with self.subTest(kind):
                board = Ticket.with_context(
                    default_waiting_for=kind, default_team_id=self.team.id
                )
                form = Form(board)
                form.name = "No picture"
                ticket = form.save()
                ticket_2 = board.create({"name": "No sound"})
                for one in ticket | ticket_2:
                    self.assertEqual(one.status_category, "open")
                    self.assertFalse(one.waiting_for)
                waiting = board.with_context(default_stage_id=self.stage_waiting.id)
                self.assertEqual(waiting.create({"name": "No light"}).waiting_for, kind)

    def test_a_stage_that_begins_to_wait(self):
        ticket = self._create_ticket(stage_id=self.stage_open.id)
        self.stage_open.status_category = "waiting"
        self.assertEqual(ticket.waiting_for, "requester")
        self.assertEqual(self._log(ticket)[-1], ("waiting", "requester"))
        self.stage_open.status_category = "open"
        self.assertFalse(ticket.waiting_for)
        self.assertEqual(self._log(ticket)[-1], ("open", ""))

    def test_reply_of_the_requester(self):
        for kind in OTHERS:
            with self.subTest(kind):
                ticket = self._create_ticket()
                ticket._wait(waiting_for=kind)
                self._reply(ticket)
                self.assertEqual(ticket.stage_id, self.stage_waiting)
                self.assertEqual(ticket.waiting_for, kind)
        ticket = self._create_ticket()
        ticket._wait()
        self._reply(ticket)
        self.assertEqual(ticket.stage_id, self.stage_open)

    def test_reply_of_the_vendor(self):
        vendor = self.env["res.partner"].create(
            {"name": "Vendor", "email": "service@vendor.example"}
        )
        for kind in OTHERS:
            with self.subTest(kind):
                ticket = self._create_ticket()
                ticket._wait(waiting_for=kind)
                self._reply(ticket, vendor)
                self.assertEqual(ticket.stage_id, self.stage_open)

    def test_the_dialog_asks_and_can_change_it(self):
        ticket = self._create_ticket().with_user(self.agent)

        def confirm(kind, reason):
            action = ticket.action_wait()
            Wizard = ticket.env[action["res_model"]]
            form = Form(Wizard.with_context(**action["context"]))
            shown = form.waiting_for
            form.waiting_for = kind
            form.reason = reason
            form.save().action_confirm()
            return shown

        self.assertEqual(confirm("part", "The lamp"), "requester")
        self.assertEqual(confirm("approval", "The director"), "part")
        self.assertEqual(
            self._log(ticket.sudo())[1:], [("waiting", "part"), ("waiting", "approval")]
        )
        newest, oldest = ticket.sudo().message_ids.filtered("body")[:2]
        self.assertIn("Waiting for approval:<br>The director", newest.body)
        self.assertIn("Waiting for a spare part:<br>The lamp", oldest.body)

    def test_a_new_end_date_of_the_wait_sends_no_message(self):
        ticket = self._create_ticket().with_user(self.agent)
        ticket._wait("The lamp", waiting_for="part")
        before = ticket.sudo().message_ids
        action = ticket.action_wait()
        Wizard = ticket.env[action["res_model"]]
        form = Form(Wizard.with_context(**action["context"]))
        self.assertEqual((form.waiting_for, form.reason), ("part", "The lamp"))
        form.wait_until = datetime(2099, 3, 2, 8)
        form.save().action_confirm()
        self.assertEqual(ticket.wait_until, datetime(2099, 3, 2, 8))
        self.assertEqual(ticket.waiting_reason, "The lamp")
        self.assertEqual(ticket.sudo().message_ids, before)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_only_the_desk_can_change_waiting_for(self):
        employee = new_test_user(self.env, "base_staff", groups="base.group_user")
        ticket = self._create_ticket(
            stage_id=self.stage_waiting.id, submitter_id=employee.partner_id.id
        )
        for user in self.requester, employee:
            with self.subTest(user.login), self.assertRaises(AccessError):
                ticket.with_user(user).write({"waiting_for": "vendor"})
        self.assertEqual(ticket.with_user(self.requester).waiting_for, "requester")
        ticket.with_user(self.agent).write({"waiting_for": "vendor"})
        self.assertEqual(self._log(ticket)[-1], ("waiting", "vendor"))
