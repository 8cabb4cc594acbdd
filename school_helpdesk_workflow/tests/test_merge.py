from odoo import Command

from .sla_common import SlaCommon


class TestMerge(SlaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.target = cls._create_ticket(name="Network down")
        cls.source = cls._create_ticket(name="No internet")

    def test_clocks_of_the_source_are_void(self):
        self._merge(self.source, self.target)
        self.assertEqual(self.source.ticket_sla_ids.mapped("state"), ["void", "void"])
        self.assertEqual(
            self.target.ticket_sla_ids.sla_id, self.policy | self.answer_policy
        )

    def test_clock_of_the_target_continues(self):
        clock, deadline = self._get_clock(self.target), self.target.sla_deadline
        self.assertTrue(deadline)
        self._merge(self.source, self.target)
        self.assertEqual(self._get_clock(self.target), clock)
        self.assertEqual(self.target.sla_deadline, deadline)
        self.assertEqual(clock.state, "in_progress")

    def test_the_target_gets_the_policy_of_the_tags_of_the_source(self):
        tag = self.env["helpdesk.ticket.tag"].create({"name": "Exam"})
        exam = self._create_policy(name="Exam", hours=1, tag_ids=[Command.link(tag.id)])
        self.source.tag_ids = tag
        self.assertEqual(self._get_clock(self.source).sla_id, exam)
        self._merge(self.source, self.target)
        self.assertEqual(self._get_clock(self.target).sla_id, exam)
