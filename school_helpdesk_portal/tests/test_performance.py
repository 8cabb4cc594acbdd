"""All pages of a requester need as many queries with 2,000 tickets as with 20.

They need few: the company, its time zone and the languages are not read again.
"""

from odoo.tests import tagged
from odoo.tools import SQL

from .scan_common import ScanCase


@tagged("post_install", "-at_install")
class TestPerformance(ScanCase):
    def test_same_queries_with_20_and_with_2000_tickets(self):
        # tickets on the device, on its model and on another model: more than one page
        same_model = self._new_asset("EPS-0013")
        other = self._new_asset("BEN-1", brand="Other", model="MX550")
        for asset, count in ((self.asset, 4), (same_model, 6), (other, 20)):
            self._new_report(asset, self.student, count=count, category_id=self.dark.id)
        ticket = self._new_report(user=self.student, category_id=self.dark.id)
        paths = (
            "/my",
            "/my/tickets",
            "/my/tickets?filterby=all&sortby=name",
            "/my/tickets?search=Problem",
            "/my/tickets/page/2",
            f"/my/ticket/{ticket.id}",
            "/new/ticket",
            self.path,
        )
        self._sign_in()
        few = {path: self._count_queries(path) for path in paths}
        # one more each than now: other addons add to the pages
        for path, most in (
            ("/my", 8),
            ("/my/tickets", 5),
            ("/new/ticket", 13),
            (f"/my/ticket/{ticket.id}", 21),
            (self.path, 26),
        ):
            self.assertLessEqual(few[path], most, path)
        for asset in (self.asset, same_model, other):
            self._copy_reports(asset, 660)
        self.assertGreaterEqual(self.env["helpdesk.ticket"].search_count([]), 2000)
        many = {path: self._count_queries(path) for path in paths}
        self.assertEqual(many, few)

    def _copy_reports(self, asset, count):
        """Copy a device's newest ticket with SQL, because the ORM takes minutes."""
        link = self.env["helpdesk.ticket.asset.link"].search(
            [("asset_id", "=", asset.id)], limit=1
        )
        self.env.flush_all()
        link_table, ticket_table = "helpdesk_ticket_asset_link", "helpdesk_ticket"
        copies = self.env.execute_query(
            SQL(
                "INSERT INTO helpdesk_ticket (%(columns)s) SELECT %(columns)s "
                "FROM helpdesk_ticket, generate_series(1, %(count)s) "
                "WHERE id = %(id)s RETURNING id",
                columns=self._get_columns(ticket_table),
                count=count,
                id=link.ticket_id.id,
            )
        )
        self.env.execute_query(
            SQL(
                "INSERT INTO helpdesk_ticket_asset_link (ticket_id, %(columns)s) "
                "SELECT unnest(%(tickets)s), %(columns)s "
                "FROM helpdesk_ticket_asset_link WHERE id = %(id)s RETURNING id",
                columns=self._get_columns(link_table, "ticket_id"),
                tickets=[row[0] for row in copies],
                id=link.id,
            )
        )
        self.env.invalidate_all()

    def _get_columns(self, table, *excluded):
        rows = self.env.execute_query(
            SQL(
                "SELECT column_name FROM information_schema.columns "
                "WHERE table_name = %s AND NOT column_name = ANY(%s)",
                table,
                ["id", *excluded],
            )
        )
        return SQL(", ").join(SQL.identifier(row[0]) for row in rows)
