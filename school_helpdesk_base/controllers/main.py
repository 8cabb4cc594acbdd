"""Adds missing checks to OCA's portal routes that change data.

The routes use sudo only after they have checked that the current user is allowed to do
the action.
"""

import io
import re
import uuid
from datetime import timedelta

from werkzeug.exceptions import BadRequest, NotFound

from odoo import fields, http
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.helpdesk_type.controllers.main import HelpdeskTicketControllerTypes

from ..tools.plain_name import strip_text

#: The parameter in the address of a page that shows what the person has just changed.
CHANGED = "changed"
#: The format of a form's idempotency key.
KEY_PATTERN = re.compile(r"[0-9a-f]{32}", re.ASCII)


def parse_id(value):
    """Return the database id in a request parameter, or 0 if it is not an id."""
    text = str(value or "")
    # PostgreSQL raises an error for ids that do not fit the column
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def parse_id_or_400(value):
    """Return the database id in a request parameter.

    :raise BadRequest: it is not an id
    """
    if number := parse_id(value):
        return number
    raise BadRequest()


def parse_text(value):
    """Return the text in a request parameter; empty if it is a file or invisible."""
    # PostgreSQL does not accept NUL characters
    return strip_text(value.replace("\x00", "")) if isinstance(value, str) else ""


def parse_token(value):
    """Return the access token in a request parameter, or None if it is not a token."""
    # tokens are compared with a function that accepts only ASCII
    return value if isinstance(value, str) and value.isascii() else None


def parse_key(value):
    """Return the idempotency key in a request parameter.

    :raise BadRequest: it is not a key
    """
    key = parse_text(value)
    if not KEY_PATTERN.fullmatch(key):
        raise BadRequest()
    return key


def get_sent_files(name):
    """Return the uploaded files of a form field, as werkzeug's ``FileStorage``."""
    files = request.httprequest.files.getlist(name)
    for file in files:
        # Odoo repeats a request after a database conflict: read from the start again
        file.seek(0)
    return [file for file in files if file.filename]


def prepare_files(files):
    """Check uploaded files, and remove the location data from photos.

    Each file gets the name and the content with which it will be stored. Afterwards,
    the files can be read from their start.

    :param files: werkzeug's ``FileStorage`` objects
    :return: list of error messages for the user
    """
    env = request.env
    Attachment = env["ir.attachment"]
    # sudo: res.company - the limit applies to users who may not read the company
    max_files = env.company.sudo().helpdesk_upload_max_files
    if len(files) > max_files:
        return [env._("Please send at most %(count)s files.", count=max_files)]
    errors = []
    for file in files:
        try:
            # one byte more than the limit is enough to know that the file is too large
            content = file.read(Attachment._get_max_file_size() + 1)
            kept = Attachment._check_file(file.filename, content)
        except ValidationError as error:
            errors.append(error.args[0])
            file.seek(0)
        else:
            file.filename, file.stream = kept.name, io.BytesIO(kept.content)
    return errors


def reads_only(_controller, _rule, _args):
    """For ``readonly`` of a route: Odoo may read from a replica of the database.

    A replica can be late. So a route that redirects to the page after a change adds
    ``CHANGED`` to the address. Odoo ignores ``readonly=True`` in an override of a route
    that may write, but not a function.
    """
    return CHANGED not in request.httprequest.args


def get_rate_limit_errors():
    """Return an error message if the current user has sent too many tickets.

    :return: list of error messages; empty if the user is below the hourly limit
    """
    # sudo: res.company, helpdesk.ticket - the limit, and the current user's own tickets
    limit = request.env.company.sudo().helpdesk_portal_limit
    Ticket = request.env["helpdesk.ticket"].sudo().with_context(active_test=False)
    hour = fields.Datetime.now() - timedelta(hours=1)
    mine = Domain("create_uid", "=", request.env.uid)
    recent = mine & Domain("create_date", ">=", hour)
    if not limit or Ticket.search_count(recent, limit=limit) < limit:
        return []
    return [
        request.env._(
            "You have sent many tickets within an hour. Please try again later."
        )
    ]


class SchoolHelpdeskTicketController(HelpdeskTicketControllerTypes):
    @http.route(methods=["POST"])
    def support_ticket_close(self, ticket_id=None, stage_id=None, **kw):
        """Close the current user's own ticket with one of the portal's closing stages.

        :raise NotFound: the ticket does not exist or the user may not read it
        :raise BadRequest: an id is invalid, or the portal does not offer the stage to
            close tickets of this team
        """
        ticket_id = parse_id_or_400(ticket_id)
        ticket = request.env["helpdesk.ticket"].browse(ticket_id).exists()
        if not ticket or not ticket.has_access("read"):
            # also for a hidden ticket: nobody must learn that it exists
            raise NotFound()
        # sudo: helpdesk.ticket - read access is checked; requesters may close tickets
        ticket_sudo = ticket.sudo()
        if ticket_sudo.closed:
            return request.redirect(ticket_sudo.access_url)
        stages = ticket_sudo._get_portal_closing_stages()
        if parse_id(stage_id) not in stages.ids:
            raise BadRequest()
        return super().support_ticket_close(ticket_id=ticket.id, stage_id=stage_id)

    # ------------------------------------------------------------------
    # Sending a ticket
    # ------------------------------------------------------------------

    @http.route(methods=["POST"])
    def submit_ticket(self, **kw):
        """Create a ticket from the form, or show the form again with its errors."""
        kw = self._clean_submission(kw)
        # a form that was opened before the addon was installed or updated has no key
        key = parse_key(kw["key"]) if kw.get("key") else ""
        files = get_sent_files("attachment")
        Ticket = request.env["helpdesk.ticket"]
        ticket_sudo = Ticket._find_submission(key)
        if errors := self._get_submission_errors(not ticket_sudo, **kw):
            response = self.create_new_ticket(**kw)
            response.qcontext.update(errors=errors, typed=kw)
            response.status_code = 422
            return response
        if ticket_sudo:
            texts = [kw["subject"], kw["description"]]
            ticket_sudo._extend_from_submission(texts, files)
        else:
            # do not call OCA's method: it stores unchecked files and ignores the key
            values = self._prepare_submit_ticket_vals(**kw)
            ticket_sudo, _is_new = Ticket._create_from_submission(key, values, files)
        return request.redirect(f"/my/ticket/{ticket_sudo.id}", code=302)

    def _get_create_new_ticket_values(self, **kw):
        values = super()._get_create_new_ticket_values(**kw)
        return {
            **values,
            "key": uuid.uuid4().hex,
            # OCA's script checks the size in the browser: use the server's limit there
            "max_upload_size": request.env["ir.attachment"]._get_max_file_size(),
        }

    def _clean_submission(self, kw):
        """Return the values of the form, cleaned.

        Invisible texts become empty. Choices that the form does not offer are removed.
        """
        kw = {
            name: value if name == "attachment" else parse_text(value)
            for name, value in kw.items()
        }
        for name, offered in self._get_choices(**kw).items():
            if not offered:
                kw.pop(name, None)
        return kw

    def _get_choices(self, **kw):
        """Return the records that the form offers, by the name of the form field."""
        return {
            "team": self._get_teams(),
            "category": self._get_categories(**kw),
            "type": self._get_types(),
        }

    def _get_submission_errors(self, is_new, /, **kw):
        """Return the error messages of a form, for the user.

        :param is_new: whether the form has not created a ticket yet
        """
        env = request.env
        errors = get_rate_limit_errors() if is_new else []
        if errors:
            return errors
        if not kw.get("subject"):
            errors.append(env._("Please give your ticket a subject."))
        if not kw.get("description"):
            errors.append(env._("Please describe the problem."))
        company = request.env.company
        offers = self._get_choices(**kw)
        choices = (
            (
                "team",
                company.helpdesk_mgmt_portal_team_id_required,
                env._("Please choose a team."),
            ),
            (
                "category",
                company.helpdesk_mgmt_portal_category_id_required,
                env._("Please choose a category."),
            ),
            (
                "type",
                company.helpdesk_mgmt_portal_type_id_required,
                env._("Please choose a type."),
            ),
        )
        for name, is_required, message in choices:
            offered, chosen = offers[name], kw.get(name)
            if not offered:
                continue
            if parse_id(chosen) not in offered.ids if chosen else is_required:
                errors.append(message)
        return errors + prepare_files(get_sent_files("attachment"))
