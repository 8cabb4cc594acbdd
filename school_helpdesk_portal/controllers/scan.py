"""The page of a scanned device, on which users report a problem with two taps.

The token of the label gives access to the device. Every action checks the token again,
and a wrong token gets the same response as an unknown label.
"""

import uuid
from datetime import timedelta

from babel.dates import format_timedelta
from lxml import html
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from odoo import fields
from odoo.http import request, route
from odoo.tools import babel_locale_parse, get_lang

from odoo.addons.school_asset_helpdesk_bridge.controllers.scan import ScanController
from odoo.addons.school_asset_helpdesk_bridge.models.asset_asset.qr import SCAN_PATH
from odoo.addons.school_helpdesk_base.controllers.main import (
    CHANGED,
    get_rate_limit_errors,
    get_sent_files,
    parse_id,
    parse_id_or_400,
    parse_key,
    parse_text,
    prepare_files,
)
from odoo.addons.school_helpdesk_base.controllers.submission import (
    get_length_errors,
    get_upload_size,
)
from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    ENDED_CATEGORIES,
)

from .form_sender import prepare_sender

WORDS_LENGTH = 10_000
#: The value of "Something else", which is not a category.
OTHER = "other"
#: The prefix of the values of symptoms.
SYMPTOM = "symptom-"
#: The prefix of the values of categories for the whole room.
ROOM = "room-"
#: The page of a signed-in user may load only styles, scripts and images of this server.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' blob: data:; connect-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class PortalScan(ScanController):
    def _render_scan_page(self, asset_sudo):
        if request.env.user._is_public():
            return super()._render_scan_page(asset_sudo)
        return self._render_report_page(asset_sudo)

    def _get_scan_headers(self, asset_sudo):
        headers = super()._get_scan_headers(asset_sudo)
        if not asset_sudo or request.env.user._is_public():
            return headers
        return {**headers, "Content-Security-Policy": CONTENT_SECURITY_POLICY}

    @route(
        f"{SCAN_PATH}/<string:token>/report",
        type="http",
        auth="user",
        methods=["POST"],
        sitemap=False,
        max_content_length=get_upload_size,
    )
    def scan_report(self, token, key="", category="", words="", **_kwargs):
        """Create a ticket from the form, or show the form again with its errors."""
        asset_sudo = self._get_scanned_or_404(token)
        key, category, words = parse_key(key), parse_text(category), parse_text(words)
        photos = get_sent_files("photo")
        Ticket = request.env["helpdesk.ticket"]
        ticket_sudo = Ticket._find_submission(key)
        chosen, symptom_sudo, errors = self._check_submission(
            asset_sudo, category, words, photos, is_new=not ticket_sudo
        )
        if errors:
            return self._render_report_page(
                asset_sudo, 422, key=key, chosen=category, words=words, errors=errors
            )
        if ticket_sudo:
            text = symptom_sudo.name or chosen.name
            ticket_sudo._extend_from_submission([text, words], photos)
            return request.redirect(f"/my/ticket/{ticket_sudo.id}")
        values = {}
        if category.startswith(ROOM):
            values = Ticket._prepare_room_values(chosen, asset_sudo)
        values = Ticket._prepare_submission_values(
            chosen,
            words,
            assets_sudo=asset_sudo,
            symptom_sudo=symptom_sudo,
            channel_id=request.env["ir.model.data"]._xmlid_to_res_id(
                "school_helpdesk_portal.channel_qr"
            ),
            **values,
        )
        ticket_sudo, _is_new = Ticket._create_from_submission(key, values, photos)
        return request.redirect(f"/my/ticket/{ticket_sudo.id}")

    @route(
        f"{SCAN_PATH}/<string:token>/report",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        sitemap=False,
    )
    def scan_reported(self, token, **_kwargs):
        """Redirect to the page of the device.

        If the session ends before the user sends the form, the user must sign in. After
        the sign-in, the browser opens this address with GET.
        """
        return request.redirect(self._get_scanned_or_404(token)._qr_get_path())

    @route(
        f"{SCAN_PATH}/<string:token>/affected",
        type="http",
        auth="user",
        methods=["POST"],
        sitemap=False,
    )
    def scan_affected(self, token, ticket_id="", **_kwargs):
        """Count the current user as affected by a problem that is already reported."""
        asset_sudo = self._get_scanned_or_404(token)
        ticket_sudo = asset_sudo._scan_find_ticket(parse_id_or_400(ticket_id))
        if not ticket_sudo:
            raise NotFound()
        if ticket_sudo.status_category in ENDED_CATEGORIES:
            # the ticket has ended since the user opened the page
            return request.redirect(f"{asset_sudo._qr_get_path()}?ended=1")
        partner = request.env.user.partner_id
        if not self._is_own(ticket_sudo, partner):
            ticket_sudo._add_affected(partner)
        return request.redirect(f"{asset_sudo._qr_get_path()}?{CHANGED}=1")

    @route(
        f"{SCAN_PATH}/<string:token>/solved",
        type="http",
        auth="user",
        methods=["POST"],
        sitemap=False,
    )
    def scan_solved(self, token, article_id="", **_kwargs):
        """Count that an article solved the problem, so that no ticket was needed."""
        asset_sudo = self._get_scanned_or_404(token)
        article_id = parse_id_or_400(article_id)
        symptoms_sudo = asset_sudo._get_symptoms()[asset_sudo]
        offered = asset_sudo._scan_get_articles() | symptoms_sudo._get_all_articles()
        article = offered.filtered(lambda one: one.id == article_id)
        if not article:
            raise NotFound()
        article._count_suggestions(article)
        return request.redirect(f"{asset_sudo._qr_get_path()}?solved=1")

    # ------------------------------------------------------------------
    # Submission
    # ------------------------------------------------------------------

    def _get_scanned_or_404(self, token):
        asset_sudo = request.env["asset.asset"]._qr_find_by_token(token)
        if not asset_sudo:
            raise NotFound()
        return asset_sudo

    def _check_submission(self, asset_sudo, category, words, photos, is_new):
        """Return the chosen category and symptom, and the error messages of the form.

        :param is_new: whether the form has not created a ticket yet
        """
        # sudo: helpdesk.symptom - an empty recordset, in sudo like the chosen symptom
        symptom_sudo = request.env["helpdesk.symptom"].sudo()
        if category.startswith(ROOM):
            offered = asset_sudo._scan_get_room_categories()
            chosen, errors = self._get_chosen(category.removeprefix(ROOM), offered)
        else:
            chosen, symptom_sudo, errors = self._get_chosen_problem(
                asset_sudo, category
            )
        if is_new:
            errors = get_rate_limit_errors() + errors
        errors += get_length_errors((words, WORDS_LENGTH))
        return chosen, symptom_sudo, errors + prepare_files(photos)

    def _get_chosen_problem(self, asset_sudo, text):
        """Return what was chosen on the form of a device.

        :return: ``(category, symptom, errors)``: the category, empty for "Something
            else"; the symptom, with sudo, if one was chosen; an error message if the
            device does not offer it
        """
        Category = request.env["helpdesk.ticket.category"]
        # sudo: helpdesk.symptom - an empty recordset, in sudo like the chosen symptom
        none = request.env["helpdesk.symptom"].sudo()
        if text == OTHER:
            return Category, none, []
        if text.startswith(SYMPTOM):
            offered_sudo = asset_sudo._get_symptoms()[asset_sudo]
            symptom_sudo, errors = self._get_chosen(
                text.removeprefix(SYMPTOM), offered_sudo
            )
            # drop sudo: the caller uses only the id and the name of the category
            return symptom_sudo.category_id.sudo(False), symptom_sudo, errors
        category, errors = self._get_chosen(
            text, asset_sudo._scan_get_visible_categories()
        )
        return category, none, errors

    def _get_chosen(self, text, offered):
        """Return the offered record with the id in a text, and the error messages."""
        for record in offered:
            if record.id == parse_id(text):
                return record, []
        return offered.browse(), [request.env._("Please choose what is wrong.")]

    # ------------------------------------------------------------------
    # Rendering
    # ------------------------------------------------------------------

    def _render_report_page(self, asset_sudo, status=200, **typed):
        known = self._prepare_known_problems(asset_sudo)
        symptoms_sudo = asset_sudo._get_symptoms()[asset_sudo]
        is_room_known = any(problem["is_room"] for problem in known)
        values = {
            **self._prepare_scan_values(asset_sudo),
            "page_name": "scan",
            "scan_path": asset_sudo._qr_get_path(),
            "page_url": asset_sudo._qr_get_path(),
            "key": uuid.uuid4().hex,
            "known": known,
            "room_problems": []
            if is_room_known
            else self._prepare_room_problems(asset_sudo),
            "articles": self._prepare_articles(asset_sudo._scan_get_articles()),
            "symptom_articles": self._prepare_symptom_articles(symptoms_sudo),
            "is_solved": "solved" in request.httprequest.args,
            "is_ended": "ended" in request.httprequest.args,
            "problems": self._prepare_problems(asset_sudo, symptoms_sudo),
            "chosen": "",
            "words": "",
            "words_length": WORDS_LENGTH,
            "errors": [],
            **typed,
        }
        values["sender_data"] = prepare_sender(values["errors"])
        response = request.render(
            "school_helpdesk_portal.scan_page", values, status=status
        )
        response.headers.update(self._get_scan_headers(asset_sudo))
        return response

    def _prepare_problems(self, asset_sudo, symptoms_sudo):
        """Return the problems of a device to choose from: pairs of value and label.

        These are the symptoms that the desk has written for the device, else the
        categories of its most frequent tickets.
        """
        other = (OTHER, request.env._("Something else"))
        if symptoms_sudo:
            frequent_sudo = asset_sudo._sort_symptoms(symptoms_sudo)
            return [
                *((f"{SYMPTOM}{one.id}", one.name) for one in frequent_sudo),
                other,
            ]
        categories = asset_sudo._scan_get_categories()
        return [*((str(one.id), one.name) for one in categories), other]

    def _prepare_symptom_articles(self, symptoms_sudo):
        """Return the articles of each symptom of a device, by the symptom's value."""
        found = symptoms_sudo._get_articles()
        return {
            f"{SYMPTOM}{symptom.id}": self._prepare_articles(articles)
            for symptom, articles in found.items()
        }

    def _prepare_known_problems(self, asset_sudo):
        """Return the open tickets on the device, without names and content."""
        partner = request.env.user.partner_id
        tickets = asset_sudo._scan_get_open_tickets()
        locale = babel_locale_parse(get_lang(request.env).code)
        now = fields.Datetime.now()
        problems = []
        for ticket in tickets:
            status, tone = ticket._portal_status()
            people = ticket.affected_ids.partner_id
            problems.append(
                {
                    "id": ticket.id,
                    "age": format_timedelta(
                        -max(now - ticket.create_date, timedelta(minutes=1)),
                        granularity="minute",
                        add_direction=True,
                        locale=locale,
                    ),
                    "status": status,
                    "tone": tone,
                    "is_room": bool(ticket.whole_room_id),
                    # count the requester too
                    "people": len(people) + 1,
                    "is_own": self._is_own(ticket, partner),
                    "is_counted": partner in people,
                    "share_path": ticket.share_with_affected
                    and ticket._share_get_path(),
                }
            )
        return problems

    def _prepare_room_problems(self, asset_sudo):
        """Return the problems of the whole room, if several devices have tickets."""
        categories = asset_sudo._scan_get_room_categories()
        return [(f"{ROOM}{category.id}", category.name) for category in categories]

    def _prepare_articles(self, articles):
        """Return the values of articles; images load when a user opens them."""
        prepared = []
        for article in articles:
            content = html.fragment_fromstring(article.content or "", "div")
            for image in content.iter("img"):
                image.set("loading", "lazy")
            text = Markup(html.tostring(content, encoding="unicode"))
            prepared.append({"id": article.id, "title": article.title, "text": text})
        return prepared

    def _is_own(self, ticket_sudo, partner):
        return partner in (ticket_sudo.partner_id | ticket_sudo.submitter_id)
