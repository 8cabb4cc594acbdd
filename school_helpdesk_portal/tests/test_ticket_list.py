"""The page "My tickets": only the requester's tickets; the query count is constant."""

from urllib.parse import urlencode

from lxml import html

from odoo.tests import tagged

from .common import PortalCase


@tagged("post_install", "-at_install")
class TestTicketList(PortalCase):
    def _list(self, query="", page=""):
        response = self.url_open(f"/my/tickets{page}{query}")
        self.assertEqual(response.status_code, 200)
        return response.text

    def test_only_tickets_of_the_requester_or_submitter(self):
        self._new_tickets(self.teacher, name="Mine")
        self._new_tickets(self.student, name="Not mine")
        self._new_tickets(
            self.student,
            name="Reported for a student",
            submitter_id=self.teacher.partner_id.id,
        )
        self.authenticate("portal_teacher", "portal_teacher")
        page = self._list()
        self.assertIn(">Mine<", page)
        self.assertIn(">Reported for a student<", page)
        self.assertNotIn("Not mine", page)

    def test_tabs_follow_the_status(self):
        tickets = self._new_tickets(self.teacher, 3)
        tickets[1]._set_status("waiting")
        tickets[2]._set_status("resolved")
        self.authenticate("portal_teacher", "portal_teacher")
        for tab, expected in (
            ("open", {0, 1}),
            ("waiting", {1}),
            ("ended", {2}),
            ("all", {0, 1, 2}),
        ):
            with self.subTest(tab=tab):
                page = self._list(f"?filterby={tab}")
                found = {n for n in range(3) if f">Problem {n}<" in page}
                self.assertEqual(found, expected)

    def test_search_by_number_and_title(self):
        tickets = self._new_tickets(self.teacher, 2)
        tickets[1]._set_status("resolved")
        self.authenticate("portal_teacher", "portal_teacher")
        self.assertIn(">Problem 1<", self._list("?search=Problem+1"))
        page = self._list(f"?search={tickets[0].number}")
        self.assertIn(">Problem 0<", page)
        self.assertNotIn(">Problem 1<", page)
        self.assertIn("No ticket matches", self._list("?search=zzz"))

    def test_search_finds_what_is_typed(self):
        titles = (
            "Battery at 100% only",
            "Battery at 1000 cycles",
            "Cannot open file_1",
            "Cannot open file-1",
            "No access to \\\\nas\\teachers",
            "No access to nasteachers",
            "เครื่องทำน้ำแข็งเสีย",
            f"A long title {'x' * 70} 100%",
        )
        for title in titles:
            self._new_tickets(self.teacher, name=title)
        self.authenticate("portal_teacher", "portal_teacher")
        for typed, expected in (
            ("100%", {titles[0]} | {titles[7]}),
            ("0% o", {titles[0]}),
            ("file_1", {titles[2]}),
            ("_", {titles[2]}),
            ("\\", {titles[4]}),
            ("\\\\nas\\teachers", {titles[4]}),
            ("ทําน\u0e49\u0e4d\u0e32แข็ง", {titles[6]}),
            # a pasted title finds its ticket, however long it is
            *((title, {title}) for title in titles),
        ):
            with self.subTest(typed=typed):
                page = html.fromstring(self._list(f"?{urlencode({'search': typed})}"))
                links = page.xpath("//a[starts-with(@href, '/my/ticket/')]")
                text = " ".join(link.text_content() for link in links)
                self.assertEqual({t for t in titles if t in text}, expected)

    def test_the_search_form_searches_all_tickets(self):
        """Users often search for ended tickets; the tabs can filter the results."""
        tickets = self._new_tickets(self.teacher, 2)
        tickets[1]._set_status("resolved")
        self.authenticate("portal_teacher", "portal_teacher")
        [form] = html.fromstring(self._list()).xpath("//form[@role='search']")
        form.fields["search"] = tickets[1].number
        query = urlencode(form.form_values())
        page = self._list(f"?{query}")
        self.assertIn(">Problem 1<", page)
        tabs = html.fromstring(page).xpath("//nav[@aria-label='Filter']/a/@href")
        self.assertEqual(len(tabs), 4)
        found = [
            ">Problem 1<" in self._list(tab.removeprefix("/my/tickets")) for tab in tabs
        ]
        self.assertEqual(found, [False, False, True, True])

    def test_garbage_causes_no_error(self):
        self.authenticate("portal_teacher", "portal_teacher")
        for query in (
            "?filterby=drop+table&sortby=%27&groupby=x&search_in=y",
            "?search=%25_%5C%27%22%3Cscript%3E",
            "?search=" + "x" * 3000,
        ):
            with self.subTest(query=query[:40]):
                self._list(query)
        self._list(page="/page/999999")
        self.assertEqual(self.url_open("/my/tickets/page/x").status_code, 404)

    def test_pages(self):
        self._new_tickets(self.teacher, 30)
        self.authenticate("portal_teacher", "portal_teacher")
        first = self._list()
        self.assertEqual(first.count('href="/my/ticket/'), 25)
        self.assertIn("/my/tickets/page/2?filterby=open", first)
        second = self._list(page="/page/2")
        self.assertEqual(second.count('href="/my/ticket/'), 5)
        self.assertNotIn("/my/tickets/page/3", second)

    def test_titles_are_escaped(self):
        self._new_tickets(self.teacher, name="<script>alert(1)</script>")
        self.authenticate("portal_teacher", "portal_teacher")
        page = self._list()
        self.assertNotIn("<script>alert(1)", page)
        self.assertIn("&lt;script&gt;alert(1)", page)
