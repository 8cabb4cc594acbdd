"""The language switch on every page keeps the address and stores the choice."""

from urllib.parse import quote

from lxml import html

from odoo.http import Request
from odoo.tests import tagged

from .language_common import LanguageCase


@tagged("post_install", "-at_install")
class TestLanguage(LanguageCase):
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
        token = self.ticket._portal_ensure_token()
        address = f"/my/ticket/{self.ticket.id}?access_token={token}"
        self._check_switch(address)

    def test_the_choice_is_stored_on_the_user(self):
        self.authenticate(self.teacher.login, self.teacher.login)
        _response, page = self._open("/my/tickets")
        self._switch(page, "th")
        self.assertEqual(self.teacher.lang, "th_TH")
        self.opener.cookies.clear()
        self.authenticate(self.teacher.login, self.teacher.login)
        _response, page = self._open("/my/devices")
        self.assertTrue(page.get("lang").startswith("th"))

    def _sign_in(self, page):
        """Fill in the login form and return the page that follows."""
        [form] = page.find_class("oe_login_form")
        data = {one.get("name"): one.get("value") for one in form.iter("input")}
        data |= {"login": self.teacher.login, "password": self.teacher.login}
        response = self.url_open("/web/login", data=data)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.content)

    def test_signing_in_shows_the_users_language(self):
        # of the login page, the user, and the page that follows
        for before, own, then in (
            ("en", "th_TH", "th"),
            ("th", "en_US", "en"),
            ("th", "th_TH", "th"),
            ("en", "en_US", "en"),
        ):
            with self.subTest(before=before, own=own):
                self.teacher.lang = own
                self.authenticate(None, None)
                self.opener.cookies.pop("frontend_lang", None)
                prefix = "/th" if before == "th" else ""
                _response, page = self._open(f"{prefix}/web/login?redirect=/my")
                self.assertTrue(page.get("lang").startswith(before))
                page = self._sign_in(page)
                self.assertTrue(page.get("lang").startswith(then))
                _response, page = self._open("/my/tickets")
                self.assertTrue(page.get("lang").startswith(then))

    def test_signing_in_keeps_the_chosen_language(self):
        self.teacher.lang = "th_TH"
        self.authenticate(None, None)
        _response, page = self._open(self.asset._qr_get_path())
        self._switch(page, "en")
        _response, page = self._open("/web/login?redirect=/my")
        page = self._sign_in(page)
        self.assertTrue(page.get("lang").startswith("en"))
        self.assertEqual(self.teacher.lang, "th_TH")

    def test_the_public_users_language_stays(self):
        public = self.env.ref("base.public_user")
        before = public.lang
        self.authenticate(None, None)
        _response, page = self._open(self.asset._qr_get_path())
        self._switch(page, "th")
        self.assertEqual(public.lang, before)

    def test_the_switch_on_a_refused_form_shows_the_form(self):
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

    def test_no_redirect_to_other_sites(self):
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

    def test_other_sites_cannot_change_the_language(self):
        self.authenticate(self.teacher.login, self.teacher.login)
        before = self.teacher.lang
        self.url_open("/helpdesk/language?lang=th&r=/my")
        self.assertEqual(self.teacher.lang, before)
        response = self.url_open("/helpdesk/language", data={"lang": "th", "r": "/my"})
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.teacher.lang, before)
