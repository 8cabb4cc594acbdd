"""Users cannot write the facts of a ticket, not even by RPC."""

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestFacts(HelpdeskCommon):
    def setUp(self):
        super().setUp()
        self.ticket = self._create_ticket(user_id=self.agent.id)
        self.other = self._create_ticket()
        self.manager = new_test_user(
            self.env, "facts_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )

    def _get_values(self):
        moment = "2020-01-01 00:00:00"
        return {
            "status_category": "resolved",
            "next_due": moment,
            "queue_rank": 9,
            "merged_into_id": self.other.id,
            "merge_shared": True,
            "follow_up_id": self.other.id,
            "first_response_date": moment,
            "auto_close_date": moment,
            "waiting_reason": "None",
            "cancel_reason": "None",
            "solution": "None",
            "number": "HT1",
        }

    def test_users_cannot_write_the_facts(self):
        for user in (self.agent, self.manager):
            for name, value in self._get_values().items():
                old = self.ticket[name]
                for vals in ({name: value}, {"name": "Other", name: value}):
                    with (
                        self.subTest(name, user=user.login),
                        mute_logger("odoo.addons.base.models.ir_model"),
                        self.assertRaises(AccessError),
                    ):
                        self.ticket.with_user(user).write(vals)
                self.assertEqual(self.ticket[name], old)
        self.assertEqual(self.ticket.name, "Projector shows no picture")

    def test_users_cannot_write_any_computed_field(self):
        """Also those of the other addons."""
        Ticket = self.env["helpdesk.ticket"].with_user(self.manager)
        for name, field in Ticket._fields.items():
            if field.store and field.compute and field.readonly:
                with (
                    self.subTest(name),
                    mute_logger("odoo.addons.base.models.ir_model"),
                    self.assertRaises(AccessError),
                ):
                    self.ticket.with_user(self.manager).write({name: False})

    def test_the_form_and_the_buttons_still_write(self):
        ticket = self.ticket.with_user(self.agent)
        with Form(ticket) as form:
            form.name = "Other"
            form.stage_id = self.stage_open
        self.assertEqual(ticket.name, "Other")
        ticket._wait("Your answer")
        self.assertEqual(ticket.waiting_reason, "Your answer")
        ticket.action_reopen()
        ticket._resolve("New lamp")
        self.assertEqual(ticket.solution, "New lamp")
        ticket.action_reopen()
        ticket._cancel("Not ours")
        self.assertEqual(ticket.cancel_reason, "Not ours")

    def test_wait_resolve_and_cancel_need_write_access(self):
        for call in (
            lambda ticket: ticket._wait("Words"),
            lambda ticket: ticket._resolve("Words"),
            lambda ticket: ticket._cancel("Words"),
        ):
            with self.assertRaises(AccessError):
                call(self.ticket.with_user(self.requester))
