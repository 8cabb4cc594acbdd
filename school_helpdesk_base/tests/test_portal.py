"""OCA's portal pages with our checks: closing, submitting and listing tickets."""

from html import unescape

from odoo import http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.school_helpdesk_base.tools.file_kind import get_file_kind

from .access_common import AccessCommon
from .files_common import HEIC, JPEG, get_zip


@tagged("post_install", "-at_install")
class PortalCase(HttpCase, AccessCommon):
    def _open(self, url, user=None, data=None, **kwargs):
        """Open a page as a user; with data, send a POST request with a CSRF token."""
        login = user and user.login
        if login != getattr(self, "_login", None):
            self.authenticate(login, login)
            self._login = login
        if data is not None:
            data = {"csrf_token": http.Request.csrf_token(self), **data}
        return self.url_open(url, data=data, **kwargs)


@tagged("post_install", "-at_install")
class TestPortalClose(PortalCase):
    def _close(self, user, ticket=None, stage=None, **values):
        data = {
            "ticket_id": (ticket or self.ticket).id,
            "stage_id": (stage or self.stage_closed).id,
            **values,
        }
        return self._open("/ticket/close", user, data, allow_redirects=False)

    def test_requesters_close_their_own_tickets(self):
        for user in (self.owner, self.submitter):
            self.ticket.stage_id = self.stage_open
            response = self._close(user)
            self.assertEqual(response.status_code, 302)
            self.assertEqual(self.ticket.stage_id, self.stage_closed)

    def test_other_users_do_not_close_tickets(self):
        for user in (self.stranger, self.employee):
            self.assertEqual(self._close(user).status_code, 404)
        self.assertEqual(self._close(self.owner, self.other_ticket).status_code, 404)
        self.assertEqual(self.ticket.stage_id, self.stage_new)
        self.assertEqual(self.other_ticket.stage_id, self.stage_new)

    def test_a_link_closes_nothing(self):
        response = self._open(
            f"/ticket/close?ticket_id={self.ticket.id}&stage_id={self.stage_closed.id}",
            self.owner,
        )
        self.assertEqual(response.status_code, 405)
        self.assertEqual(self.ticket.stage_id, self.stage_new)

    @mute_logger("odoo.http")
    def test_a_wrong_csrf_token_closes_nothing(self):
        response = self._close(self.owner, csrf_token="forged")
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.ticket.stage_id, self.stage_new)

    def test_only_stages_the_portal_offers(self):
        elsewhere = self.stage_closed.copy({"team_ids": [(6, 0, self.other_team.ids)]})
        for stage in (self.stage_resolved, self.stage_open, elsewhere):
            self.assertEqual(self._close(self.owner, stage=stage).status_code, 400)
        self.assertEqual(self.ticket.stage_id, self.stage_new)

    def test_invalid_ids_are_bad_requests(self):
        for garbage in ("", "abc", "-1", "1e3", "9" * 30, "٣", "1,2"):
            response = self._close(self.owner, ticket_id=garbage)
            self.assertEqual(response.status_code, 400, garbage)
            response = self._close(self.owner, stage_id=garbage)
            self.assertEqual(response.status_code, 400, garbage)
        self.assertEqual(self._open("/ticket/close", self.owner, {}).status_code, 400)

    def test_closing_twice_changes_nothing(self):
        self.ticket.stage_id = self.stage_cancelled
        self.assertEqual(self._close(self.owner).status_code, 303)
        self.assertEqual(self.ticket.stage_id, self.stage_cancelled)

    def test_the_page_offers_only_allowed_stages(self):
        page = self._open(self.ticket.access_url, self.owner).text
        self.assertIn("Shut", page)
        self.assertNotIn('method="GET" action="/ticket/close"', page)
        self.ticket.stage_id = self.stage_resolved
        page = self._open(self.ticket.access_url, self.owner).text
        self.assertNotIn("/ticket/close", page)

    def test_tickets_of_others_redirect_to_the_home_page(self):
        for user in (self.stranger, self.employee):
            response = self._open(self.ticket.access_url, user, allow_redirects=False)
            self.assertEqual(response.status_code, 303)
            self.assertTrue(response.headers["Location"].endswith("/my"))


@tagged("post_install", "-at_install")
class TestPortalSubmit(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.write(
            {
                "helpdesk_mgmt_portal_select_team": True,
                "helpdesk_mgmt_portal_select_category": True,
                "helpdesk_mgmt_portal_type": True,
                "helpdesk_mgmt_portal_type_id_required": True,
            }
        )
        Category = cls.env["helpdesk.ticket.category"]
        cls.category = Category.create({"name": "Projectors"})
        cls.hidden_category = Category.create(
            {"name": "Secret", "show_in_portal": False}
        )
        Type = cls.env["helpdesk.ticket.type"]
        cls.kind = Type.create({"name": "Hardware", "show_in_portal": True})
        cls.hidden_kind = Type.create({"name": "Mine", "show_in_portal": False})
        cls.hidden_team = cls.team.copy({"name": "Hidden", "show_in_portal": False})

    def _submit(self, files=(), **values):
        """Send the form as the owner; return the response and the created tickets."""
        data = {
            "subject": "No picture",
            "description": "It stays dark.\nSince today.",
            "team": self.team.id,
            "category": self.category.id,
            "type": self.kind.id,
            **values,
        }
        mine = [("partner_id", "=", self.owner.partner_id.id)]
        before = self.env["helpdesk.ticket"].search(mine)
        response = self._open(
            "/submitted/ticket",
            self.owner,
            {name: value for name, value in data.items() if value is not None},
            files=[("attachment", file) for file in files],
            allow_redirects=False,
        )
        self.env.invalidate_all()
        return response, self.env["helpdesk.ticket"].search(mine) - before

    def _assert_refused(self, error, **kwargs):
        response, tickets = self._submit(**kwargs)
        self.assertEqual(response.status_code, 422)
        self.assertFalse(tickets)
        page = unescape(response.text)
        self.assertIn(error, page)
        return page

    def test_a_valid_form_creates_a_ticket(self):
        files = [
            ("photo.jpg", JPEG, "image/jpeg"),
            ("note.txt", b"words", "text/plain"),
        ]
        response, ticket = self._submit(files)
        self.assertEqual(response.status_code, 302)
        self.assertEqual(ticket.name, "No picture")
        self.assertEqual(ticket.category_id, self.category)
        self.assertEqual(ticket.type_id, self.kind)
        self.assertEqual(ticket.team_id, self.team)
        self.assertFalse(ticket.user_id)
        names = set(ticket.attachment_ids.mapped("name"))
        self.assertEqual(names, {"photo.jpg", "note.txt"})
        page = self._open(ticket.access_url, self.owner).text
        self.assertIn("photo.jpg", page)

    def test_a_link_creates_nothing(self):
        response = self._open("/submitted/ticket?subject=a&description=b", self.owner)
        self.assertEqual(response.status_code, 405)

    def test_hidden_choices_are_refused(self):
        for name, record, error in (
            ("category", self.hidden_category, "choose a category"),
            ("type", self.hidden_kind, "choose a type"),
            ("team", self.hidden_team, "choose a team"),
        ):
            self._assert_refused(error, **{name: record.id})

    def test_invalid_choices_are_refused(self):
        for garbage in ("abc", "-1", "0", "9" * 30, "1 OR 1=1"):
            self._assert_refused("choose a category", category=garbage)
            self._assert_refused("choose a type", type=garbage)
            self._assert_refused("choose a team", team=garbage)

    def test_fields_that_the_form_does_not_show_are_ignored(self):
        self.env.company.helpdesk_mgmt_portal_select_category = False
        for category in (self.category, self.hidden_category):
            _response, ticket = self._submit(category=category.id)
            self.assertTrue(ticket)
            self.assertFalse(ticket.category_id)

    def test_required_fields(self):
        for name, error in (
            ("subject", "a subject"),
            ("description", "describe the problem"),
            ("team", "choose a team"),
            ("category", "choose a category"),
            ("type", "choose a type"),
        ):
            for nothing in (None, "", "  \x00"):
                self._assert_refused(error, **{name: nothing})

    def test_optional_fields(self):
        self.env.company.write(
            {
                "helpdesk_mgmt_portal_category_id_required": False,
                "helpdesk_mgmt_portal_type_id_required": False,
                "helpdesk_mgmt_portal_team_id_required": False,
            }
        )
        _response, ticket = self._submit(category=None, type="", team="")
        self.assertTrue(ticket)
        self.assertFalse(ticket.category_id)

    def test_a_refused_form_keeps_its_values(self):
        page = self._assert_refused("choose a category", category="")
        self.assertIn('value="No picture"', page)
        self.assertIn("It stays dark.", page)
        self.assertRegex(page, rf'value="{self.kind.id}" selected="[^"]+"')
        page = self._assert_refused("a subject", subject="", description="<b>x</b>")
        self.assertRegex(page, rf'value="{self.category.id}" selected="[^"]+"')

    def test_disguised_files_are_refused(self):
        for name, content in (
            ("photo.jpg", b"MZ\x90\x00 program"),
            ("page.html", b"<html><script>alert(1)</script></html>"),
            ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("notes.txt", b"\x7fELF\x00\x01"),
            ("archive.zip", get_zip({"run.exe": b"MZ"})),
            ("letter.docx", get_zip({"[Content_Types].xml": b"", "run.exe": b"MZ"})),
            ("setup.msi", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 40),
            ("empty.png", b""),
        ):
            with self.subTest(name=name):
                self._assert_refused(name, files=[(name, content, "image/png")])

    def test_broken_archives_are_refused(self):
        """A damaged zip file is refused, for every kind of damage."""
        good = get_zip({"mimetype": b"application/vnd.oasis.opendocument.text"})
        method = good.index(b"PK\x01\x02") + 10
        for name, content in (
            ("not deflated", good[:method] + b"\x08" + good[method + 1 :]),
            ("not bzip2", good[:method] + b"\x0c" + good[method + 1 :]),
            ("not lzma", good[:method] + b"\x0e" + good[method + 1 :]),
            ("unknown method", good[:method] + b"\x63" + good[method + 1 :]),
        ):
            # the local header of the entry contains the method too
            content = content[:8] + content[method : method + 1] + content[9:]
            with self.subTest(name):
                self.assertIsNone(get_file_kind("a.odt", content))
        for end in range(len(good)):
            self.assertIsNone(get_file_kind("a.odt", good[:end]), f"cut at {end}")

    def test_common_files_are_accepted(self):
        for name, content in (
            ("IMG_0001.HEIC", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"),
            ("IMG_0002.MOV", b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  "),
            ("clip.mp4", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42"),
            ("scan.pdf", b"%PDF-1.4\n"),
            ("letter.docx", get_zip({"[Content_Types].xml": b"", "word/a.xml": b""})),
            (
                "table.ods",
                get_zip(
                    {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}
                ),
            ),
            ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 40),
            ("ปัญหา.txt", "จอไม่ติด".encode()),
            ("log.csv", "จอไม่ติด;1".encode("cp874")),
        ):
            with self.subTest(name=name):
                self.assertTrue(get_file_kind(name, content))
        _response, ticket = self._submit([("IMG_1.HEIC", HEIC, "image/heic")])
        self.assertEqual(ticket.attachment_ids.name, "IMG_1.jpg")

    def test_too_many_or_too_large_files_are_refused(self):
        self.env.company.helpdesk_upload_max_files = 2
        photo = ("photo.jpg", JPEG, "image/jpeg")
        self._assert_refused("at most 2 files", files=[photo] * 3)
        self.env.company.helpdesk_upload_max_megabytes = 1
        large = ("large.jpg", JPEG + b"\x00" * 1024**2, "image/jpeg")
        self._assert_refused("larger than 1 MB", files=[photo, large])

    def test_files_in_the_chatter_are_checked(self):
        def upload(user, content, ticket=self.ticket):
            return self._open(
                "/mail/attachment/upload",
                user,
                {
                    "thread_model": "helpdesk.ticket",
                    "thread_id": ticket.id,
                    "is_pending": "true",
                },
                files=[("ufile", ("a.jpg", content, "image/jpeg"))],
            )

        self.assertIn("attachment_id", upload(self.owner, JPEG).text)
        self.assertIn("cannot be sent", upload(self.owner, b"MZ program").text)
        for user in (self.stranger, self.employee):
            with mute_logger("odoo.http"):
                self.assertEqual(upload(user, JPEG).status_code, 404)

    def test_rate_limit_per_user(self):
        self.env.company.helpdesk_portal_limit = 2
        for _count in range(2):
            self.assertTrue(self._submit()[1])
        self._assert_refused("try again later")
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = create_date - interval '2 hours'"
        )
        self.env.invalidate_all()
        self.assertTrue(self._submit()[1])


@tagged("post_install", "-at_install")
class TestPortalList(PortalCase):
    def test_invalid_parameters_are_ignored(self):
        for query in (
            "sortby=abc",
            "groupby=abc",
            "groupby=__class__",
            "filterby=abc",
            "search_in=abc&search=x",
            "search=%00",
            "search=%25%27%22\\",
            "page=abc",
            "page=-5",
            "page=999999999999999999999",
            "date_begin=abc&date_end=def",
            "date_begin=2026-13-45&date_end=2026-01-01",
        ):
            with self.subTest(query=query):
                response = self._open(f"/my/tickets?{query}", self.owner)
                self.assertEqual(response.status_code, 200)
        for page in ("0", "99999999", "999999999999999999999"):
            response = self._open(f"/my/tickets/page/{page}", self.owner)
            self.assertEqual(response.status_code, 200, page)

    def test_valid_parameters_work(self):
        for sortby in ("date", "name", "stage", "update"):
            for groupby in ("none", "category", "stage"):
                page = self._open(
                    f"/my/tickets?sortby={sortby}&groupby={groupby}", self.owner
                ).text
                self.assertIn(self.ticket.name, page)
                self.assertNotIn(self.other_ticket.name, page)
        page = self._open(
            f"/my/tickets?filterby={self.stage_closed.id}", self.owner
        ).text
        self.assertNotIn(self.ticket.name, page)

    def test_invalid_ids_and_tokens_redirect(self):
        for ticket_id in ("0", "999999999", "999999999999999999999"):
            response = self._open(
                f"/my/ticket/{ticket_id}", self.owner, allow_redirects=False
            )
            self.assertEqual(response.status_code, 303, ticket_id)
        response = self._open(
            f"{self.other_ticket.access_url}?access_token=%00abc",
            self.owner,
            allow_redirects=False,
        )
        self.assertEqual(response.status_code, 303)
