"""The page of a wall screen: its figures, its link, what it costs."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from odoo.addons.school_helpdesk_workflow.tests.sla_common import at

from ..models.helpdesk_wall_screen import CACHE_SECONDS
from .report_common import ReportCommon

TOKEN = "w" * 43
OTHER_TOKEN = "o" * 43


class WallCommon(ReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.screen = cls.env["helpdesk.wall.screen"].create(
            {"name": "IT Workshop", "team_ids": [(6, 0, cls.team.ids)]}
        )

    def _read_page(self, page):
        """Return the figures and the texts of the oldest tickets of a page."""
        tree = html.fromstring(page)
        counts = {
            card.findtext("dt").strip(): [
                " ".join(part.text_content().split()) for part in card.findall("dd")
            ]
            for card in tree.iter("div")
        }
        oldest = [" ".join(item.text_content().split()) for item in tree.iter("li")]
        return counts, oldest


@tagged("post_install", "-at_install")
class TestWall(WallCommon):
    def test_figures(self):
        """Monday 9:00: a policy of 2 h to answer and 8 h to solve, the day is UTC."""
        # due on Monday at 10:00, and half of its time is used
        near = self._create_at(at("2 08:00"), user_id=self.agent.id)
        # answered and waiting since Thursday: nothing is due
        self._answer(self._create_at(at("2 07:30")), at("2 08:15"))
        late = self._create_at("2026-02-26 09:00")
        waiting = self._create_at("2026-02-25 09:00", user_id=self.agent.id)
        self._answer(waiting, "2026-02-25 09:30")
        self._move(waiting, "2026-02-25 10:00", "waiting")
        solved = self._create_at("2026-02-27 09:00")
        self._move(solved, at("2 08:30"), "resolved")
        before = self._create_at("2026-02-26 09:00")
        self._move(before, "2026-02-27 10:00", "resolved")
        self._create_at(at("2 08:00"), team_id=self.team.copy({"name": "B"}).id)
        self._finish()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date ="
            " (SELECT MIN(start) FROM helpdesk_ticket_status_log AS log"
            " WHERE log.ticket_id = helpdesk_ticket.id) WHERE team_id = %s",
            [self.team.id],
        )
        self.env.invalidate_all()
        with freeze_time(at("2 09:50")):
            near.invalidate_recordset()
            counts, oldest = self._read_page(self.screen._get_page())
        self.assertEqual(
            counts,
            {
                "Missed": ["1"],
                "At risk": ["1"],
                "Unassigned": ["2"],
                "Open": ["4", "1 of them waiting"],
                "Created today": ["2"],
                "Resolved today": ["1"],
            },
        )
        # the waiting one is older, but the desk cannot work on it
        self.assertEqual([text.split()[0] for text in oldest][0], late.number)
        self.assertEqual(len(oldest), 3)
        self.assertIn("4 days", oldest[0])

    def test_names_nobody(self):
        self.requester.partner_id.name = "Somsri Requester"
        self._create_ticket(name="Somsri's laptop", description="<p>Somsri's words</p>")
        self._finish()
        page = self.screen._get_page()
        self.assertEqual(len(self._read_page(page)[1]), 1)
        self.assertNotIn("Somsri", page)

    def test_all_teams(self):
        self.screen.team_ids = False
        before = self.screen._prepare_page_values()["counts"]["open"]
        self._create_ticket(team_id=self.team.copy({"name": "B"}).id)
        after = self.screen._prepare_page_values()["counts"]["open"]
        self.assertEqual(after, before + 1)

    def test_a_screen_of_a_team_never_becomes_one_of_all(self):
        other = self.team.copy({"name": "B"})
        self._create_ticket(team_id=other.id)

        def count():
            self.screen.invalidate_recordset()
            return self.screen._prepare_page_values()["counts"]["open"]

        self._create_ticket()
        self.assertEqual(count(), 1)
        self.team.active = False
        self.assertEqual(count(), 1)
        self.screen.team_ids = empty = self.team.copy({"name": "C"})
        token = self.screen.action_create_link()["context"]["helpdesk_wall_token"]
        self.assertEqual(count(), 0)
        empty.unlink()
        self.assertFalse(self.screen.active)
        self.assertFalse(self.screen._find_by_token(token))
        # one of several teams
        self.screen.write({"active": True, "team_ids": (other + self.team).ids})
        spare = self.team.copy({"name": "D"})
        self.screen.team_ids += spare
        spare.unlink()
        self.assertTrue(self.screen.active)
        self.assertEqual(count(), 2)

    def test_cancelled_after_the_resolution(self):
        ticket = self._create_ticket()
        ticket._set_status("resolved")
        count = self.screen._prepare_page_values
        self.assertEqual(count()["counts"]["resolved"], 1)
        ticket._set_status("cancelled")
        self.assertEqual(count()["counts"]["resolved"], 0)

    def test_language(self):
        self.env["res.lang"]._activate_lang("th_TH")
        self.env["ir.module.module"].search(
            [("name", "=", "school_helpdesk_report")]
        )._update_translations(["th_TH"])
        self.env.company.partner_id.lang = "th_TH"
        self.assertIn("ยังไม่มีผู้รับผิดชอบ", self.screen._get_page())
        self.screen.lang = "en_US"
        self.env.registry.clear_cache()
        self.assertIn("Unassigned", self.screen._get_page())

    def test_the_link_is_shown_once(self):
        action = self.screen.with_user(self.manager).action_create_link()
        shown = self.screen.with_user(self.manager).with_context(**action["context"])
        token = shown.link.rpartition("/")[2]
        self.assertEqual(self.screen._find_by_token(token), self.screen)
        self.assertTrue(shown.has_link)
        self.assertFalse(self.screen.with_user(self.manager).link)
        self.env.cr.execute("SELECT to_jsonb(s)::text FROM helpdesk_wall_screen AS s")
        self.assertFalse([row for (row,) in self.env.cr.fetchall() if token in row])
        with self.assertRaises(AccessError):
            self.screen.with_user(self.manager).read(["token_hash"])
        with self.assertRaises(AccessError):
            self.screen.with_user(self.manager).token_hash = "x"

    def test_another_link_replaces_it(self):
        tokens = [
            self.screen.action_create_link()["context"]["helpdesk_wall_token"]
            for _number in range(2)
        ]
        found = [bool(self.screen._find_by_token(token)) for token in tokens]
        self.assertEqual(found, [False, True])
        self.screen.active = False
        self.assertFalse(self.screen._find_by_token(tokens[1]))
        self.screen.active = True
        self.screen.with_user(self.manager).action_revoke_link()
        self.assertFalse(self.screen._find_by_token(tokens[1]))
        self.assertFalse(self.screen.has_link)

    def test_agents_make_no_links(self):
        for name in ("action_create_link", "action_revoke_link"):
            with self.assertRaises(AccessError):
                getattr(self.screen.with_user(self.agent), name)()

    def test_many_screens_cost_as_little_as_one(self):
        self.screen.sudo().token_hash = self.screen._hash_token(TOKEN)
        for _number in range(10):
            self._create_ticket()
        self._finish()
        self.screen._get_page()  # the templates
        begin = 100.0 * CACHE_SECONDS
        with patch("time.time", return_value=begin):
            self.env.registry.clear_cache()
            self.env.invalidate_all()
            self.screen._note_seen()
            with self.assertQueryCount(13):
                self.screen._find_by_token(TOKEN)._get_page()
        with patch("time.time", return_value=begin + CACHE_SECONDS / 2):
            self.env.invalidate_all()
            with self.assertQueryCount(1):
                screen = self.screen._find_by_token(TOKEN)
                screen._note_seen()
                screen._get_page()

    def test_last_seen(self):
        now = fields.Datetime.now()
        with freeze_time(now):
            self.screen._note_seen()
        self.assertEqual(self.screen.last_seen, now)
        with freeze_time(now + timedelta(minutes=4)):
            self.screen._note_seen()
        self.assertEqual(self.screen.last_seen, now)
        with freeze_time(now + timedelta(minutes=5)):
            self.screen._note_seen()
        self.assertEqual(self.screen.last_seen, now + timedelta(minutes=5))


@tagged("post_install", "-at_install", "security")
class TestWallPage(HttpCase, WallCommon):
    def test_page(self):
        self.screen.sudo().token_hash = self.screen._hash_token(TOKEN)
        self._create_ticket()
        response = self.url_open(f"/helpdesk/wall/{TOKEN}")
        self.assertEqual(response.status_code, 200)
        self.assertIn("IT Workshop", response.text)
        self.assertIn("noindex", response.headers["X-Robots-Tag"])
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertIn(
            "frame-ancestors 'none'", response.headers["Content-Security-Policy"]
        )
        self.assertNotIn("Set-Cookie", response.headers)
        self.screen.invalidate_recordset()
        self.assertTrue(self.screen.last_seen)
        self.screen.action_revoke_link()
        response = self.url_open(f"/helpdesk/wall/{TOKEN}")
        self.assertEqual(response.status_code, 404)
        self.assertNotIn("IT Workshop", response.text)
        self.assertNotIn("Set-Cookie", response.headers)
