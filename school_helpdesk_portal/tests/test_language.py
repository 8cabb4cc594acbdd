"""Another language: on every page, with what its address says, and kept."""

from urllib.parse import quote, unquote_plus

from lxml import html

from odoo.http import Request
from odoo.tests import tagged

from ..models.helpdesk_guest_report import GUEST_PATH
from .common import PortalCase


@tagged("post_install", "-at_install")
class TestLanguage(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("th_TH")
        cls.website = cls.env["website"].search([], limit=1)
        cls.website.language_ids |= cls.env["res.lang"]._lang_get("th_TH")
        cls.asset = cls.env["asset.asset"].create(
            {
                "asset_code": "L-1",
                "category_id": cls.env["asset.category"].create({"name": "L"}).id,
            }
        )
        cls.ticket = cls._new_tickets(cls.teacher)

    def _open(self, address):
        response = self.url_open(address)
        self.assertEqual(response.status_code, 200, address)
        return response, html.fromstring(response.content)

    def _switch(self, page, lang):
        """Press the button of a language on a page."""
        [form] = page.find_class("o_helpdesk_languages")
        [button] = [
            button
            for button in form.iter("button")
            if button.get("lang").startswith(lang)
        ]
        data = {one.get("name"): one.get("value") for one in form.iter("input")}
        data["lang"] = button.get("value")
        response = (
            self.url_open(form.get("action"), data=data)
            if form.get("method") == "post"
            else self.url_open(form.get("action"), params=data)
        )
        self.assertEqual(response.status_code, 200)
        return response, html.fromstring(response.content)

    def _check_switch(self, address):
        response, page = self._open(address)
        for lang in ("th", "en", "th", "en"):
            response, page = self._switch(page, lang)
            self.assertTrue(page.get("lang").startswith(lang), (address, lang))
            path = unquote_plus(response.url.removeprefix(self.base_url()))
            path = path.removeprefix("/th").removeprefix("/en")
            self.assertEqual(path, unquote_plus(address))

    def test_signed_in_on_every_page(self):
        self.authenticate(self.teacher.login, self.teacher.login)
        search = quote("no picture & ภาพ")
        for address in (
            "/my/tickets",
            f"/my/tickets?filterby=ended&search={search}",
            f"/my/ticket/{self.ticket.id}",
            "/my/devices",
            self.asset._qr_get_path(),
        ):
            with self.subTest(address):
                self._check_switch(address)

    def test_signed_out(self):
        self.authenticate(None, None)
        self._check_switch(self.asset._qr_get_path())
        self.env.company.write(
            {
                "helpdesk_guest_reports": True,
                "helpdesk_guest_domains": "school.example",
            }
        )
        self._check_switch(f"{self.asset._qr_get_path()}/guest")
        self._check_switch(f"{GUEST_PATH}/{self._create_guest_report()}")
        token = self.ticket._portal_ensure_token()
        address = f"/my/ticket/{self.ticket.id}?access_token={token}"
        self._check_switch(address)

    def _create_guest_report(self):
        """Return the token of a link that waits to be confirmed."""
        Report = self.env["helpdesk.guest.report"]
        token = "a" * 43
        Report.create(
            {
                "company_id": self.env.company.id,
                "asset_id": self.asset.id,
                "name": "Gus Guest",
                "email": "gus@school.example",
                "key": "b" * 32,
                "token_hash": Report._hash_token(token),
                "expires": "2099-01-01",
            }
        )
        return token

    def test_refused_guests_stay_with_their_form(self):
        self.authenticate(None, None)
        self.env.company.write(
            {
                "helpdesk_guest_reports": True,
                "helpdesk_guest_domains": "school.example",
            }
        )
        path = f"{self.asset._qr_get_path()}/guest"
        response = self._post(path, key="c" * 32, category="other", name="")
        self.assertEqual(response.status_code, 422)
        response, page = self._switch(html.fromstring(response.content), "th")
        self.assertTrue(response.url.endswith(path))
        self.assertTrue(page.get("lang").startswith("th"))

    def test_the_choice_is_kept_for_the_next_visit(self):
        self.authenticate(self.teacher.login, self.teacher.login)
        _response, page = self._open("/my/tickets")
        self._switch(page, "th")
        self.assertEqual(self.teacher.lang, "th_TH")
        self.opener.cookies.clear()
        self.authenticate(self.teacher.login, self.teacher.login)
        _response, page = self._open("/my/devices")
        self.assertTrue(page.get("lang").startswith("th"))

    def test_the_public_user_keeps_his_language(self):
        public = self.env.ref("base.public_user")
        before = public.lang
        self.authenticate(None, None)
        _response, page = self._open(self.asset._qr_get_path())
        self._switch(page, "th")
        self.assertEqual(public.lang, before)

    def test_a_refused_form_is_shown_again_by_its_own_address(self):
        self.authenticate(self.teacher.login, self.teacher.login)
        response = self._comment(self.ticket, comment="")
        self.assertEqual(response.status_code, 422)
        response, page = self._switch(html.fromstring(response.content), "th")
        self.assertIn(f"/my/ticket/{self.ticket.id}", response.url)
        self.assertNotIn("comment", response.url)

    def test_garbage(self):
        self.authenticate(self.teacher.login, self.teacher.login)
        for lang in ("", "xx", "fr", "../th", "th\x00"):
            with self.subTest(lang):
                response = self._post("/helpdesk/language", lang=lang, r="/my")
                self.assertEqual(response.status_code, 400)

    def test_it_leads_nowhere_else(self):
        self.authenticate(self.teacher.login, self.teacher.login)
        token = Request.csrf_token(self)
        for address in (
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "/\t/evil.example",
            "",
        ):
            with self.subTest(address):
                response = self.url_open(
                    "/helpdesk/language",
                    data={"csrf_token": token, "lang": "en", "r": address},
                    allow_redirects=False,
                )
                self.assertEqual(response.status_code, 303)
                self.assertNotIn("evil", response.headers["Location"])

    def test_not_by_another_site(self):
        self.authenticate(self.teacher.login, self.teacher.login)
        before = self.teacher.lang
        self.url_open("/helpdesk/language?lang=th&r=/my")
        self.assertEqual(self.teacher.lang, before)
        response = self.url_open("/helpdesk/language", data={"lang": "th", "r": "/my"})
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.teacher.lang, before)
