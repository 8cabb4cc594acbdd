"""OCA's portal routes that change something, with the checks they leave out.

Nothing here runs with more rights than the caller has, before it is known that the
caller may.
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

#: What tells a form sent twice from two forms.
KEY_PATTERN = re.compile(r"[0-9a-f]{32}", re.ASCII)


def parse_id(value):
    """Return a database id out of a request's parameter, or 0 where it is none."""
    text = str(value or "")
    # longer ones do not fit the column: PostgreSQL would refuse the query
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def parse_id_or_400(value):
    """Return a database id out of a request's parameter.

    :raise BadRequest: it is none
    """
    if number := parse_id(value):
        return number
    raise BadRequest()


def parse_text(value):
    """Return a text out of a request's parameter; empty for a file in its place."""
    # the database takes no NUL
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""


def parse_token(value):
    """Return an access token out of a request's parameter, or None for what is none."""
    # others cannot even be compared with one
    return value if isinstance(value, str) and value.isascii() else None


def parse_key(value):
    """Return what tells a form sent twice from two forms.

    :raise BadRequest: it is none
    """
    key = parse_text(value)
    if not KEY_PATTERN.fullmatch(key):
        raise BadRequest()
    return key


def get_sent_files(name):
    """Return the files sent under a name, at their start, as werkzeug's storages."""
    files = request.httprequest.files.getlist(name)
    for file in files:
        # a request tried again after a conflict has read them before
        file.seek(0)
    return [file for file in files if file.filename]


def prepare_files(files):
    """Make uploaded files what the desk keeps: checked, and photos without their place.

    Their names and contents are replaced, and they are left at their start. What is
    wrong with one of them is said before anything else is done.

    :param files: werkzeug's file storages
    :return: list of what is wrong with them, in words for who has sent them
    """
    env = request.env
    Attachment = env["ir.attachment"]
    # sudo: res.company - limits hold for people who may not read the company
    max_files = env.company.sudo().helpdesk_upload_max_files
    if len(files) > max_files:
        return [env._("Please send at most %(count)s files.", count=max_files)]
    errors = []
    for file in files:
        try:
            # one byte more than allowed tells enough; the rest is not read
            content = file.read(Attachment._get_max_file_size() + 1)
            kept = Attachment._check_file(file.filename, content)
        except ValidationError as error:
            errors.append(error.args[0])
            file.seek(0)
        else:
            file.filename, file.stream = kept.name, io.BytesIO(kept.content)
    return errors


def get_ceiling_errors():
    """Return what the caller is told who has sent many tickets within an hour."""
    # sudo: res.company, helpdesk.ticket - a limit, and tickets the caller has made
    ceiling = request.env.company.sudo().helpdesk_portal_ceiling
    Ticket = request.env["helpdesk.ticket"].sudo().with_context(active_test=False)
    hour = fields.Datetime.now() - timedelta(hours=1)
    mine = Domain("create_uid", "=", request.env.uid)
    recent = mine & Domain("create_date", ">=", hour)
    if not ceiling or Ticket.search_count(recent, limit=ceiling) < ceiling:
        return []
    return [
        request.env._(
            "You have sent many tickets within an hour. Please try again later."
        )
    ]


class SchoolHelpdeskTicketController(HelpdeskTicketControllerTypes):
    @http.route(methods=["POST"])
    def support_ticket_close(self, ticket_id=None, stage_id=None, **kw):
        """Close the caller's own ticket by one of the stages the portal offers.

        :raise NotFound: the ticket does not exist or is not the caller's
        :raise BadRequest: an id is none, or the stage does not close this team's
            tickets in the portal
        """
        ticket_id = parse_id_or_400(ticket_id)
        ticket = request.env["helpdesk.ticket"].browse(ticket_id).exists()
        if not ticket or not ticket.has_access("read"):
            raise NotFound()  # one answer: do not tell which tickets exist
        # sudo: helpdesk.ticket - read access is checked, closing is a requester's right
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
        """Make a ticket of the form, or show it again with what is wrong in it."""
        kw = self._clean_submission(kw)
        # a form opened before there were keys has none
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
            # OCA's own method keeps the files unchanged and has no guard
            values = self._prepare_submit_ticket_vals(**kw)
            ticket_sudo, _is_new = Ticket._create_from_submission(key, values, files)
        return request.redirect(f"/my/ticket/{ticket_sudo.id}", code=302)

    def _get_create_new_ticket_values(self, **kw):
        values = super()._get_create_new_ticket_values(**kw)
        return {
            **values,
            "key": uuid.uuid4().hex,
            # the form's script is to know the same limit as the server
            "max_upload_size": request.env["ir.attachment"]._get_max_file_size(),
        }

    def _clean_submission(self, kw):
        """Return what the form asks for: no choice it does not offer."""
        kw = {
            name: value if name == "attachment" else parse_text(value)
            for name, value in kw.items()
        }
        for name, offered in self._get_choices(**kw).items():
            if not offered:
                kw.pop(name, None)
        return kw

    def _get_choices(self, **kw):
        return {
            "team": self._get_teams(),
            "category": self._get_categories(**kw),
            "type": self._get_types(),
        }

    def _get_submission_errors(self, is_new, /, **kw):
        """Return what keeps a form from being a ticket, in words for its sender.

        :param is_new: whether it is not a ticket already
        """
        env = request.env
        errors = get_ceiling_errors() if is_new else []
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
