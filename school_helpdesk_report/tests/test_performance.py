"""Limits the number of queries for the figures of a step in the life of a ticket."""

from odoo.tests import tagged

from odoo.addons.school_helpdesk_workflow.tests.sla_common import at

from .report_common import ReportCommon

BUDGET = 5


@tagged("post_install", "-at_install")
class TestPerformance(ReportCommon):
    def _count(self, tickets):
        """Return the number of queries to compute and store the figures."""
        tickets._mark_figures()
        self.env.flush_all()
        start = self.env.cr.sql_log_count
        self._finish()
        return self.env.cr.sql_log_count - start

    def test_step(self):
        ticket = self._create_at(at("2 09:00"))
        self._finish()
        for step in (
            lambda: self._say(ticket, at("2 10:00"), self.agent),
            lambda: self._move(ticket, at("2 11:00"), "waiting"),
            lambda: self._say(ticket, at("2 12:00"), self.requester),
            lambda: self._move(ticket, at("2 15:00"), "resolved"),
        ):
            step()
            self.assertLessEqual(self._count(ticket), BUDGET)

    def test_many_tickets(self):
        """Twenty tickets need no more queries than one."""
        tickets = self._create_ticket()
        tickets += self.env["helpdesk.ticket"].create(
            [
                {"name": "x", "description": "x", "team_id": self.team.id}
                for _number in range(19)
            ]
        )
        self._finish()
        one = self._count(tickets[0])
        self.assertLessEqual(self._count(tickets), one)

    def test_references_to_tickets_have_an_index(self):
        self._check_indexes()
