from odoo.addons.school_helpdesk_base.tests.common import HelpdeskCommon


class TestMerge(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.target = cls._create_ticket(name="Network down")
        cls.source = cls._create_ticket(name="No internet")

    def test_clocks_of_the_source_are_removed(self):
        self.team.use_sla = True
        sla = self.env["helpdesk.sla"].create(
            {"name": "Soon", "hours": 2, "stage_id": self.stage_resolved.id}
        )
        (self.source | self.target).set_sla()
        self._merge(self.source, self.target)
        self.assertFalse(self.source.ticket_sla_ids)
        self.assertEqual(self.target.ticket_sla_ids.sla_id, sla)

    def test_clock_of_the_target_continues(self):
        self.team.use_sla = True
        self.env["helpdesk.sla"].create(
            {"name": "Soon", "hours": 2, "stage_id": self.stage_resolved.id}
        )
        (self.source | self.target).set_sla()
        clock, deadline = self.target.ticket_sla_ids, self.target.sla_deadline
        self.assertTrue(deadline)
        self._merge(self.source, self.target)
        self.assertEqual(self.target.ticket_sla_ids, clock)
        self.assertEqual(self.target.sla_deadline, deadline)
        self.assertEqual(clock.state, "in_progress")
