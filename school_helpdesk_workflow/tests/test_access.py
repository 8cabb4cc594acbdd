"""Readers of a ticket see its SLA clocks; only the desk sees the policies."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.school_helpdesk_base.tests.access_common import AccessCommon

from ..hooks import OCA_SWITCHED_OFF, uninstall_hook


@tagged("post_install", "-at_install")
class TestAccess(AccessCommon):
    def test_readers_of_a_ticket_see_its_clocks(self):
        policy = self.env["helpdesk.sla"].create({"name": "One day", "days": 1})
        lines = self.env["helpdesk.ticket.sla"].create(
            [
                {"ticket_id": ticket.id, "sla_id": policy.id}
                for ticket in self.ticket | self.other_ticket
            ]
        )
        line, other_line = lines
        cases = [
            (self.owner, line),
            (self.submitter, line),
            (self.stranger, other_line),
            (self.employee, lines.browse()),
            (self.agent_own, line),
            (self.agent_team, line),
            (self.agent_all, lines),
            (self.agent_manager, lines),
        ]
        for user, expected in cases:
            with self.subTest(user=user.login):
                Line = lines.with_user(user)
                self.env.invalidate_all()
                self.assertEqual(Line.search([("id", "in", lines.ids)]), expected)
                self.assertEqual(Line._filtered_access("read"), expected)
                self.assertEqual(
                    Line.search_count([("id", "in", lines.ids)]), len(expected)
                )
                for refused in lines - expected:
                    self.env.invalidate_all()
                    with self.assertRaises(AccessError):
                        refused.with_user(user).read(["deadline", "ticket_id"])

    def test_only_the_desk_reads_policies(self):
        Policy = self.env["helpdesk.sla"]
        for user in (self.owner, self.employee):
            self.assertFalse(Policy.with_user(user).has_access("read"), user.login)
        self.assertTrue(Policy.with_user(self.agent_own).has_access("read"))

    def test_uninstall_restores_access_rights_of_oca(self):
        records = [self.env.ref(xmlid) for xmlid in OCA_SWITCHED_OFF]
        self.assertFalse(any(record.active for record in records))
        uninstall_hook(self.env)
        self.assertTrue(all(record.active for record in records))
