"""Switches the language of the pages, and for signed-in users also of their mails.

Signing in switches the pages to the user's language, unless the visitor chose another.
"""

from werkzeug.exceptions import BadRequest

from odoo.http import request, route

from odoo.addons.website.controllers.main import Website

#: The session key of the language that a visitor chose before signing in.
CHOSEN = "helpdesk_language"


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
        """Store the chosen language and redirect to a page of this site in it.

        :param lang: the URL code of the language
        :param r: the path of the page
        :raise BadRequest: the site does not have this language
        """
        languages = request.env["website"]._helpdesk_get_languages()
        codes = {language["url_code"]: language["code"] for language in languages}
        if lang not in codes:
            raise BadRequest()
        # only POST has a CSRF token, so another site cannot change the user's language
        if request.httprequest.method == "POST" and not request.env.user._is_public():
            # sudo: res.users - the user's own language, as in the preferences
            request.env.user.sudo().lang = codes[lang]
            request.session.context["lang"] = codes[lang]
            request.session.touch()
        else:
            request.session[CHOSEN] = codes[lang]
        response = self.change_lang(lang, r=self._get_own_path(r))
        # overrides the cookie that Odoo sets when a browser first opens the website
        request.future_response.set_cookie("frontend_lang", codes[lang])
        return response

    def _login_redirect(self, uid, redirect=None):
        # The login page stores its own language in a cookie, which counts more than the
        # user's language. With two factors, the first step has no user in the session.
        if request.session.uid and CHOSEN not in request.session:
            lang = request.env["res.users"].browse(uid).lang
            languages = request.env["website"]._helpdesk_get_languages()
            if lang in {language["code"] for language in languages}:
                # otherwise the redirect keeps the language of the login page's address
                request.update_context(lang=lang)
                request.future_response.set_cookie("frontend_lang", lang)
        return super()._login_redirect(uid, redirect=redirect)

    def _get_own_path(self, address):
        """Return an address if it is a path on this site, else the portal's home."""
        address = str(address)
        is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
        return address if is_path and address.isprintable() else "/my"
