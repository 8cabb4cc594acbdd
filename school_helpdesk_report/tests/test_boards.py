"""Who reads which board, whose figures agents read, and who publishes copies."""

import json
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .report_common import ReportCommon

ALL_BOARDS = {
    "today",
    "mine",
    "service",
    "satisfaction",
    "staff",
    "devices",
    "costs",
    "knowledge",
}
DESK = "helpdesk_mgmt.group_helpdesk_"
REPORTS = ("backlog", "clock", "device", "status")


class BoardsCase(ReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._new_user("boards_manager", f"{DESK}manager")
        cls.other_agent = cls._new_user("boards_agent", f"{DESK}user")
        cls.employee = cls._new_user("boards_employee", "base.group_user")

    @classmethod
    def _new_user(cls, login, groups):
        return new_test_user(cls.env, login, groups=groups)

    def _board(self, name):
        return self.env.ref(f"school_helpdesk_report.spreadsheet_dashboard_{name}")

    def _get_boards(self, user):
        """Return the names of the boards of the desk that a user reads."""
        boards = self.env["spreadsheet.dashboard"].with_user(user).search([])
        return {name for name in ALL_BOARDS if self._board(name) in boards.sudo()}


@tagged("post_install", "-at_install", "security")
class TestBoards(BoardsCase):
    def test_managers_read_all_but_costs(self):
        self.assertEqual(self._get_boards(self.manager), ALL_BOARDS - {"costs"})
        self.manager.group_ids += self.env.ref(
            "school_asset_management.group_asset_user"
        )
        self.assertEqual(self._get_boards(self.manager), ALL_BOARDS)

    def test_agents_read_the_queue_and_their_own_figures(self):
        for group in ("user_own", "user_team", "user"):
            agent = self._new_user(f"boards_{group}", f"{DESK}{group}")
            self.assertEqual(self._get_boards(agent), {"today", "mine"}, group)

    def test_agents_read_what_compares_them_if_the_school_allows_it(self):
        self.env.company.helpdesk_agents_see_figures = True
        own = {"today", "mine", "staff", "satisfaction"}
        self.assertEqual(self._get_boards(self.other_agent), own)
        self.assertTrue(
            self._board("staff").with_user(self.other_agent).is_shown_to_agents
        )
        self.env.company.helpdesk_agents_see_figures = False
        self.assertEqual(self._get_boards(self.other_agent), {"today", "mine"})

    def test_every_company_must_allow_it(self):
        other = self.env["res.company"].create({"name": "Other School"})
        self.other_agent.company_ids += other
        self.env.company.helpdesk_agents_see_figures = True
        agent = self.other_agent
        boards = self.env["spreadsheet.dashboard"].with_user(agent)
        both = boards.with_context(allowed_company_ids=(self.env.company + other).ids)
        staff = self._board("staff")
        self.assertNotIn(staff, both.search([]).sudo())
        one = boards.with_context(allowed_company_ids=self.env.company.ids)
        self.assertIn(staff, one.search([]).sudo())

    def test_nobody_else_reads_a_board(self):
        asset_user = self._new_user(
            "boards_assets", "school_asset_management.group_asset_user"
        )
        self.env.company.helpdesk_agents_see_figures = True
        for user in (self.employee, asset_user):
            self.assertFalse(self._get_boards(user))

    def test_agents_cannot_change_a_board(self):
        self.env.company.helpdesk_agents_see_figures = True
        for user in (self.other_agent, self.manager):
            with self.assertRaises(AccessError):
                self._board("staff").with_user(user).name = "Mine"

    def test_rows_of_other_teams(self):
        """An agent who may work on all tickets does not compare the other teams."""
        ticket = self._create_ticket(user_id=self.agent.id)
        asset = self.env["asset.asset"].create(
            {
                "asset_code": "BOARD-1",
                "category_id": self.env["asset.category"].create({"name": "X"}).id,
            }
        )
        ticket.asset_id = asset
        self.assertNotIn(self.other_agent, self.team.user_ids)
        self._finish()
        for setting, found in ((False, False), (True, True)):
            self.env.company.helpdesk_agents_see_figures = setting
            for name in REPORTS:
                rows = self.env[f"helpdesk.{name}.report"].with_user(self.other_agent)
                groups = rows.formatted_read_group(
                    [("ticket_id", "=", ticket.id)], ["user_id"], ["__count"]
                )
                self.assertEqual(bool(groups), found, (setting, name))
        self.env.company.helpdesk_agents_see_figures = False
        self.team.user_ids += self.other_agent
        for user in (self.other_agent, self.manager):
            for name in REPORTS:
                rows = self.env[f"helpdesk.{name}.report"].with_user(user)
                self.assertTrue(rows.search([("ticket_id", "=", ticket.id)]), name)


@tagged("post_install", "-at_install", "security")
class TestColleagues(BoardsCase):
    """An agent who may work on all tickets does not rank the colleagues."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.user_ids += cls.other_agent
        cls.tickets = cls.env["helpdesk.ticket"]
        for user in (cls.agent, cls.other_agent):
            ticket = cls._create_ticket(user_id=user.id)
            ticket.with_user(user)._set_status("resolved")
            cls.env["rating.rating"].create(
                {
                    "res_model_id": cls.env["ir.model"]._get_id(ticket._name),
                    "res_id": ticket.id,
                    "rated_partner_id": user.partner_id.id,
                    "rating": 3,
                    "consumed": True,
                }
            )
            cls.tickets += ticket
        cls.env["helpdesk.ticket"]._sync_marked_figures()
        cls.env.flush_all()

    def _get_agents(self, user, model, groupby, measure="__count", domain=(), **more):
        """Return how many agents a user finds in the groups."""
        name = "id" if model == "helpdesk.ticket" else "ticket_id"
        name = "res_id" if model == "rating.rating" else name
        rows = self.env[model].with_user(user)
        domain = [*domain, (name, "in", self.tickets.ids)]
        groups = rows.formatted_read_group(domain, [groupby], [measure], **more)
        (sets,) = rows.formatted_read_grouping_sets(domain, [[groupby]], [measure])
        if not more:
            self.assertEqual(len(sets), len(groups))
        return len(groups)

    def test_no_ranking_without_the_setting(self):
        # somebody else has created the tickets
        resolved = [("status_category", "=", "resolved")]
        missed = [("ticket_sla_ids.state", "!=", "expired")]
        found = [
            ("helpdesk.ticket", "user_id", "resolution_median:avg"),
            ("helpdesk.ticket", "user_id", "rating_average:avg"),
            ("helpdesk.ticket", "user_id", "first_response_hours:max"),
            ("helpdesk.ticket", "user_id", "__count", [("ever_resolved", "=", 1)]),
            ("helpdesk.clock.report", "user_id", "met_rate:avg"),
            ("helpdesk.clock.report", "ticket_id.user_id"),
            ("helpdesk.status.report", "user_id", "working_hours:avg"),
            ("helpdesk.status.report", "moved_by_id", "working_hours:avg", resolved),
            ("rating.rating", "rated_partner_id", "rating:avg"),
            # the same facts by other names
            ("helpdesk.ticket", "user_id", "__count", [("rating_ids.rating", "=", 3)]),
            ("helpdesk.ticket", "user_id", "__count", [("rating_avg", "<", 4)]),
            ("helpdesk.ticket", "user_id", "__count", [("reopen_count", "=", 0)]),
            ("helpdesk.ticket", "user_id", "__count", missed),
            ("helpdesk.ticket.sla", "ticket_id.user_id"),
            ("helpdesk.ticket.status.log", "ticket_id.user_id", "working_hours:sum")
            + (resolved,),
            ("helpdesk.ticket.status.log", "user_id", "working_hours:sum", resolved),
        ]
        for setting, number in ((False, 1), (True, 2)):
            self.env.company.helpdesk_agents_see_figures = setting
            for case in found:
                agents = self._get_agents(self.other_agent, *case)
                self.assertEqual(agents, number, (setting, case))
        self.env.company.helpdesk_agents_see_figures = False
        for case in found:
            self.assertEqual(self._get_agents(self.manager, *case), 2, case)

    def test_not_by_a_domain_or_an_order(self):
        colleague = [("user_id", "=", self.agent.id)]
        inside = [("ticket_id", "any", colleague)]
        for case in (
            ("helpdesk.ticket", "team_id", "resolution_median:avg", colleague),
            ("helpdesk.clock.report", "team_id", "met_rate:avg", colleague),
            ("helpdesk.clock.report", "team_id", "met_rate:avg", inside),
        ):
            self.assertEqual(self._get_agents(self.other_agent, *case), 0, case)
        partner = self.agent.partner_id.id
        rated = [("rating_ids.rated_partner_id", "=", partner)]
        wrote = [("message_ids.author_id", "=", partner)]
        self.tickets[0].message_subscribe([partner])
        self._say(self.tickets[0], "2026-03-02 09:00", self.agent)
        followed = [("message_partner_ids", "in", [partner])]
        for colleague in (rated, wrote, followed):
            for case in (
                ("helpdesk.ticket", "team_id", "rating_average:avg", colleague),
                ("helpdesk.clock.report", "team_id", "met_rate:avg")
                + ([("ticket_id", "any", colleague)],),
            ):
                self.assertEqual(self._get_agents(self.manager, *case), 1, case)
                self.assertEqual(self._get_agents(self.other_agent, *case), 0, case)
        tickets = self.env["helpdesk.ticket"].with_user(self.other_agent)
        for more in (
            {"order": "resolution_hours:avg"},
            {"having": [("resolution_hours:avg", ">=", 0)]},
        ):
            groups = tickets.formatted_read_group(
                [("id", "in", self.tickets.ids)], ["user_id"], ["__count"], **more
            )
            self.assertEqual(len(groups), 1, more)

    def test_the_queue_still_counts_by_agent(self):
        case = ("helpdesk.ticket", "user_id")
        self.assertEqual(self._get_agents(self.other_agent, *case), 2)

    def test_figures_of_the_team_without_names(self):
        case = ("helpdesk.ticket", "team_id", "ever_resolved:sum")
        self.assertEqual(self._get_agents(self.other_agent, *case), 1)
        ((total,),) = (
            self.env["helpdesk.ticket"]
            .with_user(self.other_agent)
            ._read_group([("id", "in", self.tickets.ids)], [], ["ever_resolved:sum"])
        )
        self.assertEqual(total, 2)


@tagged("post_install", "-at_install", "security")
class TestShares(BoardsCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Share = cls.env["spreadsheet.dashboard.share"]
        cls.env.company.helpdesk_share_boards = True

    def _share(self, user, name="today"):
        values = {"dashboard_id": self._board(name).id, "spreadsheet_data": "{}"}
        url = self.Share.with_user(user).action_get_share_url(values)
        return self.Share.search([], order="id desc", limit=1), url

    def _open(self, share, kind="share"):
        self.env.flush_all()
        return self.url_open(f"/dashboard/{kind}/{share.id}/{share.access_token}")

    def test_only_managers_and_administrators_publish(self):
        system = self._new_user("boards_system", "base.group_system,base.group_user")
        for user, allowed in (
            (self.manager, True),
            (system, True),
            (self.other_agent, False),
            (self.employee, False),
        ):
            Share = self.Share.with_user(user)
            self.assertEqual(Share.is_allowed(), allowed, user.login)
            if not allowed:
                with self.assertRaises(AccessError), mute_logger("odoo.addons.base"):
                    self._share(user)
        self._share(self.manager)

    def test_off_by_default(self):
        self.assertFalse(
            self.env["res.company"].create({"name": "New"}).helpdesk_share_boards
        )
        self.env.company.helpdesk_share_boards = False
        self.assertFalse(self.Share.with_user(self.manager).is_allowed())
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base"):
            self._share(self.manager)

    def test_a_company_that_allows_it_cannot_be_named(self):
        allowing = self.env["res.company"].create(
            {"name": "Other", "helpdesk_share_boards": True}
        )
        self.env.company.helpdesk_share_boards = False
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base"):
            self.Share.with_user(self.manager).create(
                {
                    "dashboard_id": self._board("today").id,
                    "company_id": allowing.id,
                }
            )

    def test_by_rpc(self):
        def publish(user):
            self.authenticate(user.login, user.login)
            answer = self.url_open(
                "/web/dataset/call_kw",
                data=json.dumps(
                    {
                        "jsonrpc": "2.0",
                        "method": "call",
                        "params": {
                            "model": "spreadsheet.dashboard.share",
                            "method": "create",
                            "args": [{"dashboard_id": self._board("today").id}],
                            "kwargs": {},
                        },
                    }
                ),
                headers={"Content-Type": "application/json"},
            )
            return answer.json()

        self.assertIn("result", publish(self.manager))
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_model"):
            self.assertIn("error", publish(self.other_agent))

    def test_links_end(self):
        self.env.company.helpdesk_share_days = 5
        share, url = self._share(self.manager)
        self.assertIn(share.access_token, url)
        self.assertEqual(
            share.date_end, fields.Date.context_today(share) + timedelta(days=5)
        )
        self.assertEqual(self._open(share).status_code, 200)
        share.date_end = fields.Date.today() - timedelta(days=2)
        for kind in ("share", "data", "download"):
            self.assertEqual(self._open(share, kind).status_code, 404, kind)

    def test_links_end_with_the_setting(self):
        share, _url = self._share(self.manager)
        self.env.company.helpdesk_share_boards = False
        for kind in ("share", "data", "download"):
            self.assertEqual(self._open(share, kind).status_code, 404, kind)

    def test_links_end_with_the_role(self):
        share, _url = self._share(self.manager)
        self.manager.group_ids = self.env.ref(f"{DESK}user")
        self.assertEqual(self._open(share).status_code, 404)

    def test_links_end_with_the_publisher(self):
        """Somebody who has left publishes nothing any more."""
        share, _url = self._share(self.manager)
        self.manager.active = False
        for kind in ("share", "data", "download"):
            self.assertEqual(self._open(share, kind).status_code, 404, kind)
        # a deleted user leaves the copy without a publisher
        self.env.cr.execute(
            "UPDATE spreadsheet_dashboard_share SET create_uid = NULL WHERE id = %s",
            [share.id],
        )
        share.invalidate_recordset()
        for kind in ("share", "data", "download"):
            self.assertEqual(self._open(share, kind).status_code, 404, kind)

    def test_a_wrong_token(self):
        share, _url = self._share(self.manager)
        with mute_logger("odoo.http"):
            answer = self.url_open(f"/dashboard/share/{share.id}/wrong")
        self.assertEqual(answer.status_code, 403)

    def test_ended_copies_are_deleted(self):
        ended, _url = self._share(self.manager)
        ended.date_end = "2026-03-01"
        kept, _url = self._share(self.manager)
        kept.date_end = "2026-03-04"
        with freeze_time("2026-03-05"):
            self.Share._gc_ended()
        self.assertFalse(ended.exists())
        self.assertTrue(kept.exists())

    def test_managers_end_the_copies_of_others(self):
        share, _url = self._share(self.manager)
        second = self._new_user("boards_second", f"{DESK}manager")
        share.with_user(second).unlink()
        self.assertFalse(share.exists())


@tagged("post_install", "-at_install")
class TestFiguresPage(BoardsCase, HttpCase):
    def test_for_the_desk_only(self):
        for user, status in (
            (self.manager, 200),
            (self.other_agent, 200),
            (self.employee, 404),
        ):
            self.authenticate(user.login, user.login)
            answer = self.url_open("/helpdesk/figures")
            self.assertEqual(answer.status_code, status, user.login)
        self.authenticate(self.manager.login, self.manager.login)
        page = self.url_open("/helpdesk/figures").text
        self.assertIn("Working hours", page)
        self.assertRegex(page, r'<html[^>]* lang="en-US"')
