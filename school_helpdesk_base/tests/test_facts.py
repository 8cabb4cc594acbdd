"""Users cannot write the facts of a ticket, not even by RPC."""

from datetime import datetime, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.models import MAGIC_COLUMNS
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
            "assigned_date": moment,
            "last_stage_update": moment,
            "resolved_date": moment,
            "closed_date": moment,
            "waiting_since": moment,
            "waiting_hours": 9,
            "reopen_count": 9,
            "awaiting": "requester",
            "unanswered_since": moment,
        }

    def _get_fact_fields(self):
        """Return the names of the read-only fields, also of other addons."""
        return [
            name
            for name, field in self.env["helpdesk.ticket"]._fields.items()
            if field.store and field.readonly and name not in MAGIC_COLUMNS
        ]

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

    def test_users_cannot_write_any_read_only_field(self):
        ticket = self.ticket.with_user(self.manager)
        for name in self._get_fact_fields():
            with (
                self.subTest(name),
                mute_logger("odoo.addons.base.models.ir_model"),
                self.assertRaises(AccessError),
            ):
                ticket.write({name: False})

    def _create_as(self, user, context=None, **values):
        values = {"name": "New", "team_id": self.team.id, **values}
        Ticket = self.env["helpdesk.ticket"].with_user(user)
        return Ticket.with_context(**context or {}).create(values)

    def test_users_cannot_create_a_ticket_with_facts(self):
        names = set(self._get_fact_fields()) - {"number"}
        self.assertLess(set(self._get_values()) - {"number"}, names)
        values = {**dict.fromkeys(names, False), **self._get_values()}
        for user in (self.agent, self.manager):
            for name, value in values.items():
                with (
                    self.subTest(name, user=user.login),
                    mute_logger("odoo.addons.base.models.ir_model"),
                    self.assertRaises(AccessError),
                ):
                    self._create_as(user, **{name: value})
        with self.assertRaises(AccessError):
            self._create_as(
                self.manager,
                status_log_ids=[
                    Command.create(
                        {"status_category": "open", "start": "2020-01-01 00:00:00"}
                    )
                ],
            )

    def test_no_defaults_of_facts(self):
        given = self._get_values()
        plain = self._create_as(self.agent, user_id=self.agent.id)
        context = {f"default_{name}": value for name, value in given.items()}
        ticket = self._create_as(self.agent, context=context, user_id=self.agent.id)
        for name in given:
            with self.subTest(name):
                if ticket._fields[name].type == "datetime":
                    self.assertEqual(bool(ticket[name]), bool(plain[name]))
                    self.assertNotEqual(str(ticket[name]), given[name])
                elif name == "number":
                    self.assertNotIn(ticket.number, (False, "/", given[name]))
                else:
                    self.assertEqual(ticket[name], plain[name])

    def test_an_import_gives_facts(self):
        """It runs as superuser; a date of creation by others is left out by Odoo."""
        values = {
            name: value
            for name, value in self._get_values().items()
            if name in ("number", "first_response_date", "assigned_date")
        }
        ticket = self._create_ticket(**values)
        for name, value in values.items():
            self.assertEqual(str(ticket[name]), value)
        for user, date in (
            (self.manager, "2020-01-01 00:00:00"),
            (self.agent, datetime(2020, 1, 1)),
            (self.agent, "2099-01-01 00:00:00"),
        ):
            with self.subTest(user=user.login, date=date):
                ticket = self._create_as(user, create_date=date)
                now = fields.Datetime.now()
                begin = ticket.sudo().status_log_ids.start
                for moment in (ticket.create_date, begin, ticket.unanswered_since):
                    self.assertLess(abs(moment - now), timedelta(days=1))

    def test_users_copy_a_ticket(self):
        for user in (self.agent, self.manager):
            copy = self.ticket.with_user(user).copy()
            self.assertNotIn(copy.number, (False, "/", self.ticket.number))
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).copy({"number": "HT1"})

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
