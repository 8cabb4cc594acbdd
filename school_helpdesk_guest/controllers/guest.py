"""Public pages with which people without an account report a problem.

The visitor sends a form, receives a mail with a link, and presses a button on the page
behind the link. Only then a ticket is created. The pages contain no scripts. They are
open to everybody if the setting is on. Their responses do not depend on whether the
school knows the e-mail address.
"""

import uuid

from werkzeug.exceptions import NotFound

from odoo.http import request, route

from odoo.addons.school_asset_helpdesk_bridge.controllers.scan import HEADERS
from odoo.addons.school_asset_helpdesk_bridge.models.asset_asset.qr import SCAN_PATH
from odoo.addons.school_helpdesk_base.controllers.main import (
    CHANGED,
    get_sent_files,
    parse_key,
    parse_text,
    prepare_files,
    reads_only,
)
from odoo.addons.school_helpdesk_base.controllers.submission import (
    FORM_SIZE,
    get_length_errors,
)
from odoo.addons.school_helpdesk_portal.controllers.scan import PortalScan

from ..models.helpdesk_guest_report import GUEST_PATH

WORDS_LENGTH = 2_000
NAME_LENGTH = 100
PHOTOS = 2


def get_confirmation_size(_controller):
    """Return the maximum size of the form that confirms a report, in bytes."""
    # sudo: res.company - the limit applies to users who may not read the company
    company_sudo = request.env.company.sudo()
    return PHOTOS * company_sudo.helpdesk_upload_max_megabytes * 1024**2 + FORM_SIZE


class GuestScan(PortalScan):
    def _prepare_scan_values(self, asset_sudo):
        values = super()._prepare_scan_values(asset_sudo)
        is_guest = request.env.user._is_public() and self._get_guest_company()
        values["guest_url"] = is_guest and f"{asset_sudo._qr_get_path()}/guest"
        return values

    # ------------------------------------------------------------------
    # The form
    # ------------------------------------------------------------------

    @route(
        f"{SCAN_PATH}/<string:token>/guest",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        sitemap=False,
    )
    def guest_form(self, token, **_kwargs):
        self._get_guest_company_or_404()
        asset_sudo = self._get_scanned_or_404(token)
        if not request.env.user._is_public():
            return request.redirect(asset_sudo._qr_get_path())
        return self._render_guest_form(asset_sudo)

    @route(
        f"{SCAN_PATH}/<string:token>/guest",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
        max_content_length=FORM_SIZE,
    )
    def guest_send(self, token, key="", topic="", **typed):
        """Send the confirmation link by mail, or show the form again with its errors.

        :param topic: the honeypot, a hidden field that only programs fill in. Then no
            report is stored, but the response is the same.
        """
        company_sudo = self._get_guest_company_or_404()
        asset_sudo = self._get_scanned_or_404(token)
        key = parse_key(key)
        typed = {
            name: parse_text(typed.get(name))
            for name in ("category", "words", "name", "email")
        }
        # remove line breaks, and characters that change the writing direction
        typed["name"] = "".join(filter(str.isprintable, typed["name"]))
        Report = request.env["helpdesk.guest.report"]
        category, symptom_sudo, email, errors = self._check_guest_form(
            asset_sudo, company_sudo, **typed
        )
        if errors:
            return self._render_guest_form(
                asset_sudo, 422, key=key, errors=errors, **typed
            )
        if not topic and not Report._submit(
            key,
            company_sudo,
            asset_sudo,
            category,
            typed["words"],
            typed["name"],
            email,
            request.httprequest.remote_addr,
            symptom_sudo,
        ):
            error = request.env._(
                "There have been many reports within an hour. Please try again later, "
                "or sign in to report."
            )
            return self._render_guest_form(
                asset_sudo, 429, key=key, errors=[error], **typed
            )
        return self._render_guest(
            "guest_sent",
            email=email,
            scan_path=asset_sudo._qr_get_path(),
            page_url=f"{asset_sudo._qr_get_path()}/guest",
            **self._prepare_guest_device(asset_sudo),
        )

    def _check_guest_form(self, asset_sudo, company_sudo, category, words, name, email):
        """Return the category, the symptom, the normalized address and the errors."""
        env = request.env
        Report = env["helpdesk.guest.report"]
        chosen, symptom_sudo, errors = self._get_chosen_problem(asset_sudo, category)
        errors += get_length_errors((words, WORDS_LENGTH))
        if not name or len(name) > NAME_LENGTH:
            errors.append(env._("Please write your name."))
        address = Report._parse_email(email, company_sudo)
        if not address:
            errors.append(
                env._(
                    "Please use your address at the school, which ends in %(domains)s.",
                    domains=self._list_guest_domains(company_sudo),
                )
            )
        elif Report._is_desk_address(address):
            errors.append(
                env._("This is the help desk's address. Please use your own.")
            )
        return chosen, symptom_sudo, address, errors

    def _list_guest_domains(self, company_sudo):
        return ", ".join(f"@{domain}" for domain in company_sudo._get_guest_domains())

    # ------------------------------------------------------------------
    # Confirmation
    # ------------------------------------------------------------------

    @route(
        f"{GUEST_PATH}/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=reads_only,
        sitemap=False,
    )
    def guest_link(self, token, **_kwargs):
        """Show the page with the button that confirms the report.

        The link alone confirms nothing, because mail scanners open links too.
        """
        self._get_guest_company_or_404()
        report_sudo = request.env["helpdesk.guest.report"]._find_by_token(token)
        if not report_sudo or report_sudo._is_expired():
            return self._render_guest_gone(report_sudo)
        if report_sudo.confirmed:
            return self._render_guest(
                "guest_done", number=report_sudo.ticket_id.number or ""
            )
        return self._render_guest_confirm(report_sudo, token)

    @route(
        f"{GUEST_PATH}/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
        max_content_length=get_confirmation_size,
    )
    def guest_confirm(self, token, **_kwargs):
        """Create the ticket, unless the report has been confirmed before."""
        self._get_guest_company_or_404()
        report_sudo = request.env["helpdesk.guest.report"]._find_by_token(token)
        if not report_sudo or report_sudo._is_expired():
            return self._render_guest_gone(report_sudo)
        if not report_sudo.confirmed:
            photos = get_sent_files("photo")
            errors = prepare_files(photos[:PHOTOS])
            if len(photos) > PHOTOS:
                errors.append(
                    request.env._("Please send at most %(count)s files.", count=PHOTOS)
                )
            if errors:
                return self._render_guest_confirm(
                    report_sudo, token, 422, errors=errors
                )
            report_sudo._confirm(photos)
        return request.redirect(f"{GUEST_PATH}/{token}?{CHANGED}=1")

    # ------------------------------------------------------------------
    # Access and rendering
    # ------------------------------------------------------------------

    def _get_guest_company(self):
        """Return the company, with sudo, if it allows guest reports, else None."""
        # sudo: res.company - not secret: visitors see whether the form is open
        company_sudo = request.env.company.sudo()
        if company_sudo.helpdesk_guest_reports and company_sudo._get_guest_domains():
            return company_sudo
        return None

    def _get_guest_company_or_404(self):
        company_sudo = self._get_guest_company()
        if not company_sudo:
            raise NotFound()
        return company_sudo

    def _render_guest(self, page, status=200, **values):
        response = request.render(
            f"school_helpdesk_guest.{page}",
            {
                "lang": request.env.lang,
                "school": request.env.company.name,
                "errors": [],
                **values,
            },
            status=status,
        )
        response.headers.update(HEADERS)
        return response

    def _render_guest_gone(self, report_sudo):
        # 410: the link has expired; 404: the link is unknown
        return self._render_guest("guest_gone", 410 if report_sudo else 404)

    def _render_guest_form(self, asset_sudo, status=200, **typed):
        values = {
            **self._prepare_guest_device(asset_sudo),
            "scan_path": asset_sudo._qr_get_path(),
            "page_url": f"{asset_sudo._qr_get_path()}/guest",
            "key": uuid.uuid4().hex,
            "problems": self._prepare_problems(
                asset_sudo, asset_sudo._get_symptoms()[asset_sudo]
            ),
            "category": "",
            "words": "",
            "words_length": WORDS_LENGTH,
            "name": "",
            "name_length": NAME_LENGTH,
            "email": "",
            "domains": self._list_guest_domains(self._get_guest_company()),
            **typed,
        }
        return self._render_guest("guest_form", status, **values)

    def _render_guest_confirm(self, report_sudo, token, status=200, **values):
        return self._render_guest(
            "guest_confirm",
            status,
            page_url=f"{GUEST_PATH}/{token}",
            problem=report_sudo.symptom_id.name or report_sudo.category_id.name or "",
            words=report_sudo.words or "",
            name=report_sudo.name,
            **self._prepare_guest_device(report_sudo.asset_id),
            **values,
        )

    def _prepare_guest_device(self, asset_sudo):
        """Return name and room of the device, as visitors see them on the scan page."""
        values = self._prepare_scan_values(asset_sudo)
        device, room = values["device"], values["room"]
        place = ", ".join(filter(None, [device, room]))
        return {"device": device, "room": room, "place": place}
