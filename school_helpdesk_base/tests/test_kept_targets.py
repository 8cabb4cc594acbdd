"""Records on which others depend are neither hidden nor deleted."""

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestKeptTargets(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "kept_manager",
            groups="helpdesk_mgmt.group_helpdesk_manager,base.group_system",
        )

    def test_a_stage_that_is_open_again_restores_its_tickets(self):
        for status in ("resolved", "closed", "cancelled"):
            for new_status in ("open", "waiting"):
                with self.subTest(status, new_status=new_status):
                    ticket = self._create_ticket()
                    ticket._set_status(status)
                    ticket.active = False
                    stage = ticket.stage_id
                    stage.with_user(self.manager).status_category = new_status
                    self.assertTrue(ticket.active)
                    stage.status_category = status

    def test_a_stage_that_stays_ended_restores_nothing(self):
        ticket = self._create_ticket(stage_id=self.stage_resolved.id)
        ticket.active = False
        self.stage_resolved.status_category = "cancelled"
        self.assertFalse(ticket.active)

    def test_the_working_hours_of_a_team_are_kept(self):
        for archived in (False, True):
            with self.subTest(archived=archived):
                self.team.active = not archived
                with self.assertRaisesRegex(UserError, "Archive it instead"):
                    self.calendar.with_user(self.manager).unlink()
                self.assertEqual(self.team.resource_calendar_id, self.calendar)
        field = self.team._fields["resource_calendar_id"]
        self.assertEqual(field.ondelete, "restrict")
        self.team.resource_calendar_id = self.calendar.copy()
        self.calendar.with_user(self.manager).unlink()
        self.assertFalse(self.calendar.exists())

    def test_a_ticket_that_continues_others_is_kept(self):
        for name in ("merged_into_id", "duplicate_id", "follow_up_id"):
            for archived in (False, True):
                with self.subTest(name, archived=archived):
                    target, source = self._create_ticket(), self._create_ticket()
                    source._set_status("cancelled")
                    source.write({name: target.id, "active": not archived})
                    with self.assertRaisesRegex(UserError, "Archive it instead"):
                        target.with_user(self.manager).unlink()
                    (source | target).with_user(self.manager).unlink()
                    self.assertFalse((source | target).exists())

    def test_a_ticket_that_another_continues_can_be_deleted(self):
        target, source = self._create_ticket(), self._create_ticket()
        self._merge(source | target, target)
        source.with_user(self.manager).unlink()
        self.assertTrue(target.exists())
