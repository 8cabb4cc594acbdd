"""Guests can switch the language of their pages and stay on the same page."""

from lxml import html

from odoo.tests import tagged

from odoo.addons.school_helpdesk_portal.tests.language_common import LanguageCase

from ..models.helpdesk_guest_report import GUEST_PATH


@tagged("post_install", "-at_install")
class TestGuestLanguage(LanguageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.write(
            {
                "helpdesk_guest_reports": True,
                "helpdesk_guest_domains": "school.example",
            }
        )

    def test_on_every_page(self):
        self.authenticate(None, None)
        self._check_switch(f"{self.asset._qr_get_path()}/guest")
        self._check_switch(f"{GUEST_PATH}/{self._create_guest_report()}")

    def _create_guest_report(self):
        """Return the token of an unconfirmed report."""
        Report = self.env["helpdesk.guest.report"]
        token = "a" * 43
        Report.create(
            {
                "company_id": self.env.company.id,
                "asset_id": self.asset.id,
                "name": "Gus Guest",
                "email": "gus@school.example",
                "token_hash": Report._hash_token(token),
                "expires": "2099-01-01",
            }
        )
        return token

    def test_the_switch_on_a_refused_form_shows_the_form(self):
        self.authenticate(None, None)
        path = f"{self.asset._qr_get_path()}/guest"
        response = self._post(path, key="c" * 32, category="other", name="")
        self.assertEqual(response.status_code, 422)
        response, page = self._switch(html.fromstring(response.content), "th")
        self.assertTrue(response.url.endswith(path))
        self.assertTrue(page.get("lang").startswith("th"))
