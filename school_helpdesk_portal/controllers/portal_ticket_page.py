"""The page of a ticket, with the actions of its requester.

Every action is a POST request with a CSRF token. The action runs with sudo only after
the user's own read access to the ticket is checked.
"""

import uuid

from werkzeug.exceptions import BadRequest, NotFound

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request, route

from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk
from odoo.addons.school_helpdesk_base.controllers.main import (
    get_sent_files,
    parse_id,
    parse_key,
    parse_text,
    parse_token,
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

COMMENT_LENGTH = 10_000
#: The rate limit of comments within an hour, because each one sends a mail.
COMMENT_LIMIT = 60
#: The rating for each smiley on the page, in the scale of ``rating.rating``.
RATINGS = {"happy": 5, "neutral": 3, "unhappy": 1}


class PortalTicketPage(CustomerPortalHelpdesk):
    @route()
    def portal_my_ticket(self, ticket_id, access_token=None, **kw):
        access_token = parse_token(access_token)
        ticket_sudo = self._get_ticket_or_404(ticket_id, access_token)
        values = self._prepare_ticket_page_values(ticket_sudo, access_token)
        return request.render("school_helpdesk_portal.portal_ticket_page", values)

    @route(
        "/my/ticket/<int:ticket_id>/comment",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
        max_content_length=get_upload_size,
    )
    def portal_ticket_comment(self, ticket_id, comment="", key="", **kw):
        """Post a comment, or show the page again with the text and its errors."""
        ticket_sudo = self._get_ticket_or_404(ticket_id)
        key = parse_key(key)
        comment = parse_text(comment)
        files = get_sent_files("file")
        if errors := self._get_comment_errors(comment, files):
            values = self._prepare_ticket_page_values(ticket_sudo)
            values.update(
                comment=comment,
                key=key,
                errors=errors,
                sender_data=prepare_sender(errors),
            )
            return request.render(
                "school_helpdesk_portal.portal_ticket_page", values, status=422
            )
        ticket_sudo._comment_from_submission(
            request.env.user.partner_id, comment, files, key
        )
        # a comment on an ended ticket may be posted on its follow-up ticket
        shown = self._get_readable_successor(ticket_sudo) or ticket_sudo
        return request.redirect(f"/my/ticket/{shown.id}#last")

    @route(
        "/my/ticket/<int:ticket_id>/not_solved",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def portal_ticket_not_solved(self, ticket_id, **kw):
        """Reopen the ticket, or show the reason why it cannot be reopened."""
        ticket_sudo = self._get_own_ticket_or_404(ticket_id)
        try:
            ticket_sudo._requester_not_solved()
        except UserError as error:
            values = self._prepare_ticket_page_values(ticket_sudo)
            values["errors"] = [str(error)]
            return request.render(
                "school_helpdesk_portal.portal_ticket_page", values, status=409
            )
        return request.redirect(f"/my/ticket/{ticket_sudo.id}")

    @route(
        "/my/ticket/<int:ticket_id>/rate",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def portal_ticket_rate(self, ticket_id, rating="", feedback="", **kw):
        """Rate the help, which also confirms that the problem is solved."""
        ticket_sudo = self._get_own_ticket_or_404(ticket_id)
        rating = parse_text(rating)
        if rating not in RATINGS or not ticket_sudo._portal_may_rate():
            raise BadRequest()
        feedback = parse_text(feedback)[:COMMENT_LENGTH]
        partner = request.env.user.partner_id
        ticket_sudo._portal_rate(partner, RATINGS[rating], feedback)
        return request.redirect(f"/my/ticket/{ticket_sudo.id}#last")

    def _get_comment_errors(self, comment, files):
        """Return the error messages of a comment, for the user."""
        errors = prepare_files(files)
        if not comment and not files:
            errors.append(request.env._("Please write something first."))
        partner = request.env.user.partner_id
        count = request.env["mail.message"]._helpdesk_count_comments
        if count(partner, COMMENT_LIMIT) == COMMENT_LIMIT:
            errors.append(
                request.env._(
                    "You have sent many comments within an hour. "
                    "Please try again later."
                )
            )
        return errors + get_length_errors((comment, COMMENT_LENGTH))

    def _get_ticket_or_404(self, ticket_id, access_token=None):
        """Return the ticket, with sudo, if the user or the access token may read it.

        The environment is that of the current user, so times are shown and parsed in
        this user's time zone.

        :raise NotFound: otherwise, whether or not the ticket exists
        """
        try:
            return self._document_check_access(
                "helpdesk.ticket", parse_id(ticket_id), access_token=access_token
            )
        except (AccessError, MissingError) as error:
            raise NotFound() from error

    def _get_own_ticket_or_404(self, ticket_id):
        """Return the ticket, with sudo, if the current user is one of its requesters.

        Agents can read tickets too, but must not rate their own help.

        :raise NotFound: the ticket does not exist, or the user is not a requester
        """
        ticket_sudo = self._get_ticket_or_404(ticket_id)
        if not self._is_requester(ticket_sudo):
            raise NotFound()
        return ticket_sudo

    def _get_readable_successor(self, ticket_sudo):
        """Return the successor of an ended ticket if the current user may read it.

        :return: the ticket without sudo; may be empty
        """
        Ticket = request.env["helpdesk.ticket"]
        if ticket_sudo.status_category not in ENDED_CATEGORIES:
            return Ticket
        successor = ticket_sudo._get_successor().sudo(False)
        return successor if successor.has_access("read") else Ticket

    def _is_requester(self, ticket_sudo):
        return request.env.user.partner_id in ticket_sudo._get_requesters()

    def _prepare_ticket_page_values(self, ticket_sudo, access_token=None):
        status, tone = ticket_sudo._portal_status()
        rating = ticket_sudo._portal_may_rate() and ticket_sudo._portal_rating(
            request.env.user.partner_id
        )
        return {
            "page_name": "ticket",
            "ticket": ticket_sudo,
            "status": status,
            "tone": tone,
            "expected": ticket_sudo._portal_expected(),
            "page_url": ticket_sudo.access_url,
            "timeline": ticket_sudo._portal_timeline(),
            "rated": rating and rating.consumed and rating.rating,
            "rated_feedback": rating and rating.feedback,
            "files": ticket_sudo._portal_files(request.env.user),
            "access_token": access_token,
            # the link in a mail shows the ticket, but its actions need a sign-in
            "can_act": not request.env.user._is_public(),
            "is_requester": self._is_requester(ticket_sudo),
            "closing": ticket_sudo._portal_closing_choices(),
            "successor": self._get_readable_successor(ticket_sudo),
            "comment": "",
            "key": uuid.uuid4().hex,
            "errors": [],
            "sender_data": prepare_sender([]),
        }
