"""The printed reports: their numbers, awkward texts, and who may open them."""

import io
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time
from PIL import Image

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.school_asset_helpdesk_bridge.tests.common import read_texts
from odoo.addons.school_helpdesk_base.tools import pdf_text

from ..tools import period_sheet
from ..tools.period_sheet import Chart, Sheet, Table, Tile, Words
from .test_truth import END, StoryCommon

#: Tile of the second term until its end to its text. See test_period_figures.py.
TERM = {
    "Tickets Created": "4",
    "Tickets Resolved": "1",
    "Tickets Still Open": "3",
    "First Response, Median (Working Hours)": "1.0",
    "Resolution, Median (Working Hours)": "13.0",
    "First Response in Time": "75%",
    "Resolution in Time": "0%",
    "Reopened": "0%",
    "Solved at First Contact": "100%",
    "Satisfaction (1 to 5)": "–",
}
LONG = "Interactive projector with a name nobody would ever read to the end " * 9
THAI = "เครื่องฉายภาพที่ห้องญี่ปุ่นอาคารปิ่นเกล้าชั้นสองไม่มีสัญญาณภาพและเสียงดังมาก" * 6


@tagged("post_install", "-at_install")
class TestPeriodReport(StoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period_report = cls.env["helpdesk.period.report"].with_user(cls.manager)

    def _prepare(self, term):
        with freeze_time(END):
            return self.period_report._prepare_sheet(
                "Title",
                (term.date_from, term.date_to),
                (self.terms[0].date_from, self.terms[0].date_to),
            )

    def test_the_figures_of_a_term(self):
        sheet = self._prepare(self.terms[1])
        self.assertEqual({tile.label: tile.value for tile in sheet.tiles}, TERM)
        tiles = {tile.label: tile for tile in sheet.tiles}
        # first term: 9 created; 12, 11 and so on are those of test_truth.py
        self.assertEqual(tiles["Tickets Created"].before, "before: 9")
        self.assertEqual(tiles["Tickets Created"].is_better, None)
        self.assertEqual(tiles["Tickets Still Open"].before, "before: 0")
        self.assertIs(tiles["Tickets Still Open"].is_better, False)
        self.assertEqual(tiles["First Response in Time"].detail, "of 4")
        self.assertEqual(tiles["Satisfaction (1 to 5)"].before, "before: 3.5")

    def test_the_page_has_these_figures(self):
        with freeze_time(END):
            pdf = self.period_report._render_term(self.terms[1])
        [page] = read_texts(self, pdf)
        for value in TERM.values():
            self.assertIn(value, page)
        text = " ".join(page)
        for part in (
            "Term Report of the Help Desk: 2",
            "forgotten",
            "reopened and open",
        ):
            self.assertIn(part, text)

    def test_the_charts(self):
        with freeze_time(END):
            week, backlog, categories = self.period_report._prepare_charts(
                date(2026, 3, 2), date(2026, 3, 8)
            )
            weeks, _backlog, _categories = self.period_report._prepare_charts(
                date(2026, 3, 2), date(2026, 4, 30)
            )
        self.assertEqual(week.labels, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
        (_name, created), (_name, resolved) = week.series
        # simple and requester, vendor, part; simple, requester, vendor
        self.assertEqual(created, (2, 1, 0, 0, 1, 0, 0))
        self.assertEqual(resolved, (1, 0, 1, 0, 1, 0, 0))
        [(_name, open_tickets)] = backlog.series
        self.assertEqual(len(open_tickets), 56)
        # BACKLOG of test_truth.py
        self.assertEqual(open_tickets[-7:], (1, 2, 1, 1, 1, 1, 1))
        self.assertEqual(categories.series[0][1], (4,))
        self.assertEqual(weeks.labels[:2], ("2 Mar", "9 Mar"))
        self.assertEqual(
            weeks.series[0][1],
            # weeks 3, 6 and 8 of the term as well
            (4, 0, 2, 0, 0, 1, 0, 2, 0),
        )

    def test_the_oldest_tickets_and_the_last_words(self):
        sheet = self._prepare(self.terms[1])
        self.assertEqual(
            [(row[1], row[4]) for row in sheet.oldest.rows],
            # at the end of 31 July
            [("reopened and open", 53), ("forgotten", 4), ("waiting now", 1)],
        )
        self.assertFalse(sheet.words.quotes)
        with freeze_time("2026-06-09 15:00"):
            self.env["rating.rating"].create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                    "res_id": self.tickets["on a sunday"].id,
                    "rating": 4,
                    "feedback": "Quick 👍",
                    "consumed": True,
                }
            )
        ((heading, words),) = self._prepare(self.terms[1]).words.quotes
        number = self.tickets["on a sunday"].number
        self.assertEqual((heading, words), (f"4 of 5, {number}", "Quick 👍"))

    def test_devices_and_rooms(self):
        building = self.env["asset.location"].create({"name": "Main"})
        room = self.env["asset.location"].create(
            {"name": "204", "parent_id": building.id, "building_id": building.id}
        )
        asset = self.env["asset.asset"].create(
            {
                "asset_code": "PRJ-1",
                "brand": "Epson",
                "model": "EB",
                "location_id": room.id,
                "category_id": self.env["asset.category"].create({"name": "X"}).id,
            }
        )
        for name in ("forgotten", "waiting now"):
            self.tickets[name].asset_id = asset
        self._finish()
        self.env.flush_all()
        devices, rooms = self._prepare(self.terms[1]).top
        self.assertEqual(devices.rows, (("PRJ-1 · Epson EB · 204", 2),))
        self.assertEqual(rooms.rows, (("204 · Main", 2),))

    def test_a_term_that_is_not_over(self):
        """It is compared with the same number of days."""
        with freeze_time("2026-06-07 12:00"):
            [page] = read_texts(self, self.period_report._render_term(self.terms[1]))
        text = " ".join(page).replace("\u2009", " ")
        self.assertIn("Jun 1 – 7, 2026", text)
        self.assertIn("Compared with Mar 2 – 8, 2026", text)
        with freeze_time("2026-05-31 12:00"), self.assertRaises(UserError):
            self.period_report._render_term(self.terms[1])

    def test_the_first_term_has_nothing_to_compare_with(self):
        with freeze_time(END):
            [page] = read_texts(self, self.period_report._render_term(self.terms[0]))
        self.assertNotIn("before", " ".join(page))

    def test_an_empty_week(self):
        with freeze_time("2026-03-31 12:00"):
            [page] = read_texts(self, self.period_report._render_week(self.env.company))
        self.assertIn("No tickets", page)
        self.assertIn("No ticket is open.", page)

    def test_another_company(self):
        company = self.env["res.company"].create({"name": "Second School"})
        self.manager.company_ids += company
        with freeze_time(END):
            report = self.period_report._with_only(company)
            tiles = report._prepare_tiles((date(2026, 3, 2), date(2026, 3, 8)), None)
        self.assertEqual(tiles[0].value, "0")

    def test_only_managers(self):
        for user in (self.agent, self.requester):
            report = self.env["helpdesk.period.report"].with_user(user)
            term = self.terms[0].with_user(user)
            for method, values in (
                (report._render_week, [self.env.company]),
                (report._render_term, [self.terms[0]]),
                (report.action_print_week, []),
                (term.action_print_report, []),
            ):
                with self.assertRaises(AccessError):
                    method(*values)


@tagged("post_install", "-at_install")
class TestPeriodSheet(BaseCase):
    """The page with texts and numbers that are as awkward as possible."""

    def _render(self, text="", numbers=(), logo=None):
        numbers = tuple(numbers)
        chart = {"title": text, "labels": tuple(text for _n in numbers)}
        return period_sheet.render(
            Sheet(
                school=text,
                title=text,
                period=text,
                compared=text,
                logo=logo,
                tiles=(Tile(text, text, text, text, 1, True),) * 10,
                charts=(
                    Chart(kind="bars", series=((text, numbers),) * 2, **chart),
                    Chart(kind="line", series=((text, numbers),), **chart),
                    Chart(text, "rows", (text,) * 6, ((text, (0, 1, 2, 3, 4, 10**7)),)),
                ),
                top=(Table(text, ((text, 5),) * 5, (0.85, 0.15)),) * 2,
                oldest=Table(
                    text,
                    ((text, text, text, text, 1),) * 5,
                    (0.12, 0.41, 0.17, 0.18, 0.12),
                    (text,) * 5,
                ),
                words=Words(text, ((text, text),) * 3),
                notes=(text, text),
            )
        )

    def test_everything_stays_on_the_page(self):
        from pypdfium2 import PdfDocument

        for text in ("", LONG, THAI, "👍 emoji \U00013000", "W" * 300):
            for numbers in ((1, None, 3), range(53), [10**7] * 6):
                with self.subTest(text=text[:9], numbers=str(numbers)[:20]):
                    document = PdfDocument(self._render(text, numbers))
                    self.assertEqual(len(document), 1)
                    page = document[0].get_textpage()
                    width, height = document[0].get_size()
                    for index in range(page.count_rects()):
                        left, bottom, right, top = page.get_rect(index)
                        self.assertGreater(left, 0)
                        self.assertLess(right, width)
                        self.assertGreater(bottom, 0)
                        self.assertLess(top, height)

    def test_words_without_an_end(self):
        """People paste anything into the comment of a rating, for example a file."""
        lengths = []

        def get_width(text, font, size):
            lengths.append(len(text))
            return get_original(text, font, size)

        get_original = pdf_text.get_width
        with patch.object(pdf_text, "get_width", get_width):
            for text in ("i" * 3000, "ก" * 3000, "i " * 1500):
                with self.subTest(text=text[:2]):
                    self.assertTrue(self._render(text, (1,)))
        self.assertLessEqual(max(lengths), period_sheet.LONGEST + 1)

    def test_the_steps_of_the_grid(self):
        for highest, step in ((0, 1), (5, 1), (6, 2), (11, 5), (26, 10), (240, 50)):
            self.assertEqual(period_sheet._get_step(highest), step, highest)

    def test_logos(self):
        buffer = io.BytesIO()
        Image.new("RGBA", (400, 20)).save(buffer, "PNG")
        with_logo = self._render("x", (1,), buffer.getvalue())
        self.assertGreater(len(with_logo), len(self._render("x", (1,))))
        # a format that cannot be printed
        self.assertTrue(self._render("x", (1,), b"<svg/>"))


@tagged("post_install", "-at_install")
class TestPeriodReportPages(HttpCase):
    def _get_status(self, path):
        with mute_logger("odoo.http"):
            return self.url_open(path, allow_redirects=False).status_code

    def test_who_may_open_them(self):
        term = self.env["helpdesk.school.term"].create(
            {"name": "1", "date_from": "2020-01-01", "date_to": "2020-02-01"}
        )
        company = self.env.company
        other = self.env["res.company"].create({"name": "Second School"})
        foreign = term.create(
            {
                "name": "2",
                "date_from": "2020-03-01",
                "date_to": "2020-04-01",
                "company_id": other.id,
            }
        )
        paths = [
            f"/helpdesk/report/week/{company.id}",
            f"/helpdesk/report/term/{term.id}",
        ]
        hidden = [
            f"/helpdesk/report/week/{other.id}",
            f"/helpdesk/report/term/{foreign.id}",
            "/helpdesk/report/term/999999999",
        ]
        for path in paths + hidden:
            self.assertEqual(self._get_status(path), 303, path)
        for login, group in (
            ("report_portal", "base.group_portal"),
            ("report_teacher", "base.group_user"),
            ("report_agent", "helpdesk_mgmt.group_helpdesk_user"),
        ):
            new_test_user(self.env, login, groups=group, password=login * 2)
            self.authenticate(login, login * 2)
            for path in paths + hidden:
                self.assertEqual(self._get_status(path), 404, path)
        new_test_user(
            self.env,
            "report_boss",
            groups="helpdesk_mgmt.group_helpdesk_manager",
            password="report_boss",
        )
        self.authenticate("report_boss", "report_boss")
        for path in paths:
            answer = self.url_open(path)
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.headers["Content-Type"], "application/pdf")
            self.assertTrue(answer.content.startswith(b"%PDF"))
        for path in hidden:
            self.assertEqual(self._get_status(path), 404, path)
