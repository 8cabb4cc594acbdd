"""Resolved tickets close as OCA's addon for it does not: see docs/upstream.md."""

from datetime import datetime

from freezegun import freeze_time

from odoo.tests import tagged

from .mail_common import IntakeCommon

FRIDAY = datetime(2026, 3, 6, 10)
MONDAY = datetime(2026, 3, 9, 9)
TUESDAY = datetime(2026, 3, 10, 11)


@tagged("post_install", "-at_install")
class TestAutoClose(IntakeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.write(
            {"helpdesk_reopen_days": 5, "helpdesk_auto_close_days": 1}
        )
        cls.stage_closed.mail_template_id = cls.env["mail.template"].create(
            {
                "name": "Closed",
                "model_id": cls.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "Closed",
                "body_html": "<p>It is closed.</p>",
                "partner_to": "{{ object.partner_id.id }}",
            }
        )

    def _resolve(self, **values):
        ticket = self._create_ticket(partner_id=self.sender.id, **values)
        with freeze_time(FRIDAY):
            ticket._set_status("resolved")
            self.flush_tracking()
        return ticket

    def _close_due(self):
        """Run the scheduled action; return the mails to the requester."""
        with (
            freeze_time(TUESDAY),
            self.enter_registry_test_mode(),
            self.mock_mail_gateway(),
        ):
            self.env.ref("school_helpdesk_base.ir_cron_close_resolved").with_user(
                self.env.ref("base.user_root")
            ).method_direct_trigger()
            self.flush_tracking()
        return [
            mail for mail in self._mails if self.sender.email in mail["email_to"][0]
        ]

    def test_every_team_is_served(self):
        teams = self.other_team | self.team | self.other_team.copy({"name": "Third"})
        stages = self.env["helpdesk.ticket.stage"].search(
            [("team_ids", "=", self.team.id)]
        )
        stages.team_ids += teams[-1]
        tickets = self.env["helpdesk.ticket"].concat(
            *(self._resolve(team_id=team.id) for team in teams)
        )
        self.assertTrue(all(tickets.mapped("auto_close_date")))
        self._close_due()
        self.assertEqual(tickets.mapped("status_category"), ["closed"] * 3)

    def test_what_the_requester_has_just_answered_stays_open(self):
        answered = self._resolve()
        with freeze_time(MONDAY):
            self._reply(answered)
        self.assertEqual(self._close_due(), [])
        self.assertEqual(answered.status_category, "open")

    def test_a_ticket_that_closes_sends_no_second_mail(self):
        self._resolve()
        self.assertLess(len(self._close_due()), 2)
