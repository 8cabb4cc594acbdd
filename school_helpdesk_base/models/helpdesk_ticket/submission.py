"""Creates tickets and comments from submitted forms, once for each form.

All pages with such forms use these methods. So they all treat repeated forms in the
same way, and set the people and the team of a ticket in the same way.
"""

from hashlib import sha1

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import html2plaintext, plaintext2html

from ...tools.cut_text import cut_text
from .title import TITLE_WIDTH


def has_same_text(content, text):
    """Return whether stored HTML has the same text as a plain text.

    Both are compared as text, because the stored tags can differ.
    """
    return html2plaintext(content or "") == html2plaintext(plaintext2html(text))


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # ------------------------------------------------------------------
    # Tickets
    # ------------------------------------------------------------------

    @api.model
    def _find_submission(self, key):
        """Return the ticket that the current user's form created, with sudo, if any."""
        return self.env["helpdesk.submission"]._find(key, self._name)

    @api.model
    def _create_from_submission(self, key, values, files=()):
        """Create a ticket from a form, or return the one that it already created.

        The caller must check all values, for example whether the user may submit
        tickets for the requester.

        :param str key: the idempotency key of the form; a form without a key can create
            two tickets
        :param dict values: the values of the ticket
        :param files: checked files, as werkzeug's ``FileStorage``
        :return: ``(ticket, new)``: the ticket, with sudo, and whether it is new
        :raise ConcurrencyError: another request is sending the same form
        """
        if ticket := self._find_submission(key):
            return ticket, False
        submission = self.env["helpdesk.submission"]._claim(key, self._name)
        # sudo: helpdesk.ticket - requesters create tickets with forms only
        ticket = self.sudo().with_context(mail_create_nosubscribe=True).create(values)
        submission._set_record(ticket)
        ticket._attach_submitted_files(files)
        ticket.message_subscribe(ticket._get_requesters().ids)
        return ticket, True

    @api.model
    def _prepare_submission_values(
        self, category, words="", partner=None, ticket_type=None, **values
    ):
        """Return the values of a ticket from a form.

        :param category: the category; may be empty
        :param str words: the description as plain text; may be empty
        :param partner: the requester; the current user by default
        :param ticket_type: the type; by default the type of the category
        :param values: further field values, which override the other ones
        """
        ticket_type = ticket_type or self._get_submission_type(category)
        team = self._get_submission_team(ticket_type)
        sender = self.env.user.partner_id
        partner = partner or sender
        prepared = {
            "category_id": category.id,
            "type_id": ticket_type.id,
            "team_id": team.id,
            # set here, not computed later, so that the mail of the stage is sent
            "stage_id": team._get_applicable_stages()[:1].id,
            "company_id": team.company_id.id or self.env.company.id,
            "partner_id": partner.id,
            "partner_name": partner.name,
            "partner_email": partner.email,
            "user_id": False,
        }
        if partner != sender:
            prepared["submitter_id"] = sender.id
        title = cut_text(words, TITLE_WIDTH)
        if title := title or category.name:
            prepared["name"] = title
        if words:
            prepared["description"] = plaintext2html(words)
        return prepared | values

    @api.model
    def _get_submission_type(self, category):
        """Return the type of the category, with sudo; may be empty."""
        # sudo: helpdesk.ticket.category - setup, for every user who sends a form
        return category.sudo().type_id

    @api.model
    def _get_submission_team(self, ticket_type):
        """Return the team for a type, which may be empty."""
        return self._get_submission_teams([ticket_type])[ticket_type]

    @api.model
    def _get_submission_teams(self, ticket_types):
        """Return the team of each type, or else the first team of the portal.

        :return: dictionary of type to team, with sudo
        """
        # sudo: helpdesk.ticket.team - setup, for every user who sends a form
        teams_sudo = self.env["helpdesk.ticket.team"].sudo()
        teams_sudo = teams_sudo.search(
            Domain("show_in_portal", "=", True)
            & Domain("company_id", "in", [False, self.env.company.id])
        )
        return {
            kind: (teams_sudo & kind.team_ids or teams_sudo)[:1]
            for kind in ticket_types
        }

    def _attach_submitted_files(self, files):
        """Attach checked files to a ticket that the current user has just created."""
        self.ensure_one()
        # sudo: ir.attachment - requesters have no write access to tickets
        self.env["ir.attachment"].sudo().create(
            [
                {
                    "name": file.filename,
                    "raw": file.read(),
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for file in files
            ]
        )

    # ------------------------------------------------------------------
    # Comments
    # ------------------------------------------------------------------

    def _extend_from_submission(self, texts, files):
        """Post the new parts of a form that was sent again, as a comment.

        This happens when the first response of the server was lost: the sender sees an
        error, changes the form and sends it again.

        :param texts: the texts of the form; texts already on the ticket are skipped
        :param files: checked files, as werkzeug's ``FileStorage``; files already on the
            ticket are skipped
        """
        self.ensure_one()
        known = {self.name, self.category_id.name}
        texts = [
            text
            for text in texts
            if text and text not in known and not has_same_text(self.description, text)
        ]
        files = self._filter_new_files(files, self.attachment_ids)
        if texts or files:
            author = self.env.user.partner_id
            self._comment_from_submission(author, "\n".join(texts), files)

    def _comment_from_submission(self, author, text, files, key=None):
        """Post a requester's comment; if the form was already sent, only new parts.

        The caller must check the form, and that the requester may read the ticket.

        :param author: the contact of the requester
        :param str text: plain text; may be empty
        :param files: checked files, as werkzeug's ``FileStorage``
        :param key: the idempotency key of the form, if any
        """
        self.ensure_one()
        Submission = self.env["helpdesk.submission"]
        body = plaintext2html(text) if text else ""
        submission = Submission
        if sent := Submission._find(key, "mail.message"):
            # the first response was lost, and the sender may have changed the form
            body = "" if has_same_text(sent.body, text) else body
            files = self._filter_new_files(files, sent.attachment_ids)
            if not body and not files:
                return
        else:
            submission = Submission._claim(key, "mail.message")
        message = self.message_post(
            body=body,
            author_id=author.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[(file.filename, file.read()) for file in files],
        )
        submission._set_record(message)

    def _filter_new_files(self, files, attachments):
        """Return the files that are not yet among the attachments, ready to be read."""
        checksums = set(attachments.mapped("checksum"))
        new = []
        for file in files:
            if sha1(file.read()).hexdigest() not in checksums:
                new.append(file)
            file.seek(0)
        return new
