"""Rules, tickets and runs of the scheduled action, at chosen moments."""

from unittest.mock import patch

from freezegun import freeze_time

from .sla_common import SlaCommon


class EscalationCommon(SlaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.escalation.rule"].search([]).active = False
        cls.leader = cls.agent_2
        cls.team.user_id = cls.leader

    @classmethod
    def _create_rule(cls, **values):
        return cls.env["helpdesk.escalation.rule"].create(
            {"name": "Rule", "team_ids": [(4, cls.team.id)], **values}
        )

    def _run(self, moment):
        """Run the scheduled action; each batch is "committed" without a commit."""
        Cron = self.env.registry["ir.cron"]
        self.env.flush_all()
        self.env.invalidate_all()
        with (
            freeze_time(moment),
            patch.object(Cron, "_commit_progress", lambda *args, **kwargs: 1),
        ):
            self.env["helpdesk.ticket.escalation"]._cron_escalate()
        self.env.flush_all()
        self.env.invalidate_all()

    def _get_lines(self, tickets, *states):
        lines = self.env["helpdesk.ticket.escalation"].search(
            [
                ("ticket_id", "in", tickets.ids),
                ("state", "in", states or ("done", "replaced")),
            ],
            order="done_date, id",
        )
        return lines

    def _assert_fires(self, ticket, before, after):
        """Check that the one rule fires between two moments, and not again."""
        self._run(before)
        self.assertFalse(self._get_lines(ticket), "too early")
        self._run(after)
        line = self._get_lines(ticket)
        self.assertEqual(len(line), 1)
        self._run(after)
        self.assertEqual(self._get_lines(ticket), line, "twice")
        return line
