"""All addons extend the ticket's events; the order of imports changes no result."""

from datetime import datetime

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.school_asset_helpdesk_bridge.tests.common import BridgeCommon
from odoo.addons.school_helpdesk_base.tests.common import EVENTS, shuffled_events, tell

MORNING = datetime(2026, 3, 2, 9)
NOON = datetime(2026, 3, 2, 12)


@tagged("post_install", "-at_install")
class TestEventOrder(BridgeCommon):
    def _run_events(self, name):
        """Create, solve and archive tickets; return all values that events changed."""
        asset = self._create_asset(f"EVT-{name}")
        with freeze_time(MORNING):
            ticket = self._hold(asset, submitter_id=self.teacher.partner_id.id)
            # the tests of the bridge switch this off
            ticket = ticket.with_context(tracking_disable=False)
            twin = self._hold(asset)
            ticket.share_with_affected = True
            affected = self.env["res.partner"].create(
                {"name": "Affected", "email": "affected@example.com"}
            )
            ticket._add_affected(affected)
            ticket.user_id = self.agent
        held = asset.status
        with freeze_time(NOON):
            self._move(ticket, "waiting")
            self._move(ticket, "resolved")
            still_held = asset.status
            self._move(twin, "resolved")
            twin.action_archive()
        tell(self.env)
        messages = self.env["mail.message"].search(
            [("partner_ids", "in", affected.ids)], order="id"
        )
        return [
            (held, still_held, asset.status, asset.status_before_ticket),
            ticket.asset_link_ids.mapped("is_holding"),
            twin.asset_link_ids.mapped("is_holding"),
            messages.mapped("subject"),
            sorted(ticket.message_partner_ids.ids),
            (ticket.resolved_date, ticket.waiting_hours, ticket.assigned_date),
            [(row.status_category, row.start) for row in ticket.status_log_ids],
        ]

    def test_all_addons_subscribe(self):
        subscribers = {
            cls.__module__.split(".")[2]
            for cls in type(self.env["helpdesk.ticket"]).__mro__
            if vars(cls).keys() & set(EVENTS)
        }
        self.assertLessEqual(
            {
                "school_asset_helpdesk_bridge",
                "school_helpdesk_base",
            },
            subscribers,
        )

    def test_order_does_not_matter(self):
        expected = self._run_events("first")
        self.assertEqual(expected[0][:3], ("maintenance", "maintenance", "available"))
        self.assertTrue(expected[3])
        for seed in range(5):
            with self.subTest(seed=seed), shuffled_events(self.env, seed):
                self.assertEqual(self._run_events(seed), expected)
