from lxml import etree

from odoo.tests import Form

from odoo.addons.school_helpdesk_base.tests.common import HelpdeskCommon


class TestClock(HelpdeskCommon):
    def test_team_without_working_hours_has_no_clocks(self):
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

    def test_clock_stops_in_a_team_without_working_hours(self):
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

    def test_team_form_shows_working_hours_once(self):
        view = self.env.ref("helpdesk_mgmt.view_helpdesk_team_form")
        arch = etree.fromstring(self.team.get_view(view.id, "form")["arch"])
        shown = [
            field
            for field in arch.iter("field")
            if field.get("name") == "resource_calendar_id"
            and field.get("invisible") != "1"
        ]
        self.assertEqual(len(shown), 1)
