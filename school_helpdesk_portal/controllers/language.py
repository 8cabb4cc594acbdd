"""Another language: for this browser, and for the mails and next visits of a user."""

from werkzeug.exceptions import BadRequest

from odoo.http import request, route

from odoo.addons.website.controllers.main import Website


class HelpdeskLanguage(Website):
    @route(
        "/helpdesk/language",
        type="http",
        auth="public",
        website=True,
        multilang=False,
        methods=["GET", "POST"],
        sitemap=False,
    )
    def helpdesk_language(self, lang="", r="", **_kwargs):
        """Show a page of this site again in a language the site is kept in."""
        languages = request.env["website"]._helpdesk_get_languages()
        codes = {language["url_code"]: language["code"] for language in languages}
        if lang not in codes:
            raise BadRequest()
        # by a form alone, so that no other site can change what is kept
        if request.httprequest.method == "POST" and not request.env.user._is_public():
            # sudo: res.users - one's own language, as in the preferences
            request.env.user.sudo().lang = codes[lang]
            request.session.context["lang"] = codes[lang]
            request.session.touch()
        response = self.change_lang(lang, r=self._get_own_path(r))
        # sent after the one that Odoo sets at a browser's first page of the website
        request.future_response.set_cookie("frontend_lang", codes[lang])
        return response

    def _get_own_path(self, address):
        """Return an address if it leads to this site, else where everybody may go."""
        address = str(address)
        is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
        return address if is_path and address.isprintable() else "/my"
