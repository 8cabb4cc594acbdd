"""A website in English and Thai, for tests of the language switch."""

from urllib.parse import unquote_plus

from lxml import html

from .common import PortalCase


class LanguageCase(PortalCase):
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
