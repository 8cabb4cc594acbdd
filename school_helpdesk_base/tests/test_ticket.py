from odoo.tests import Form

from .common import HelpdeskCommon


class TestTicket(HelpdeskCommon):
    def test_priorities_are_called_as_the_school_calls_them(self):
        labels = dict(
            self.env["helpdesk.ticket"]
            ._fields["priority"]
            ._description_selection(self.env)
        )
        self.assertEqual(
            labels, {"0": "Low", "1": "Normal", "2": "High", "3": "Urgent"}
        )
        self.assertEqual(self._create_ticket().priority, "1")

    def test_an_unknown_requester_is_answered_at_his_address(self):
        ticket = self._create_ticket(
            partner_id=False, partner_email="Parent <parent@home.example>"
        )
        self.assertEqual(
            ticket._mail_get_primary_email()[ticket.id], "Parent <parent@home.example>"
        )
        [recipient] = ticket.with_user(self.agent)._message_get_suggested_recipients()
        self.assertEqual(recipient["email"], "parent@home.example")

    def test_a_team_without_working_hours_has_no_clocks(self):
        self.team.write({"use_sla": True, "resource_calendar_id": False})
        self.env["helpdesk.sla"].create(
            {"name": "One day", "days": 1, "team_ids": self.team.ids}
        )
        form = Form(self.env["helpdesk.ticket"].with_user(self.agent))
        form.name = "Mouse"
        form.description = "<p>Gone</p>"
        form.team_id = self.team
        ticket = form.save()
        self.assertFalse(ticket.ticket_sla_ids)
        ticket.refresh_sla()
        self.assertFalse(ticket.ticket_sla_ids)

    def test_a_clock_stands_still_in_a_team_without_working_hours(self):
        self.team.use_sla = True
        policy = self.env["helpdesk.sla"].create(
            {
                "name": "One day",
                "days": 1,
                "team_ids": self.team.ids,
                "stage_id": self.stage_resolved.id,
            }
        )
        ticket = self._create_ticket()
        clock = ticket.ticket_sla_ids
        self.assertEqual(clock.sla_id, policy)
        deadline = clock.deadline
        self.assertTrue(deadline)
        other = self.team.copy({"name": "Other", "resource_calendar_id": False})
        self.stage_open.team_ids += other
        ticket.team_id = other
        ticket.stage_id = self.stage_open
        self.assertEqual(clock.deadline, deadline)
        self.assertEqual(clock.consumed_time, 0)
