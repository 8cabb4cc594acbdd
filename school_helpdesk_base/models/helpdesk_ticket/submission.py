"""What a form becomes: a ticket, or a comment on one. Each is made once.

Every page on which people report or answer goes this way, so that no page leaves out
the guard against sending twice, the rights of the people concerned or the team.
"""

import textwrap
from hashlib import sha1

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import html2plaintext, plaintext2html

TITLE_WIDTH = 80


def is_said_by(content, text):
    """Return whether HTML that the database keeps was made of a plain text.

    Both are read as text: the database writes some tags in another way.
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
        """Return the current user's ticket made by a form, as root, or none."""
        return self.env["helpdesk.submission"]._find(key, self._name)

    @api.model
    def _create_from_submission(self, key, values, files=()):
        """Create the current user's ticket, or find the one that exists already.

        The caller has checked all of it: that the user may report for the person, in
        the category and so on.

        :param str key: the form's; a form without a key may become two tickets
        :param dict values: of the ticket
        :param files: checked, as werkzeug's storages
        :return: ``(ticket, new)``: the ticket, as root, and whether it is new
        :raise ConcurrencyError: the same form is being sent by another request
        """
        if ticket := self._find_submission(key):
            return ticket, False
        submission = self.env["helpdesk.submission"]._claim(key, self._name)
        # sudo: helpdesk.ticket - requesters create tickets by pages alone
        ticket = self.sudo().with_context(mail_create_nosubscribe=True).create(values)
        submission._set_record(ticket)
        ticket._attach_submitted_files(files)
        ticket.message_subscribe(
            partner_ids=(ticket.partner_id | ticket.submitter_id).ids
        )
        return ticket, True

    @api.model
    def _prepare_submission_values(
        self, category, words="", partner=None, ticket_type=None, **values
    ):
        """Return the values of a ticket made by a form.

        :param category: what is wrong; an empty recordset for something else
        :param str words: plain text, may be empty
        :param partner: the affected person; the current user by default
        :param ticket_type: where it is not the category's
        :param values: of fields, in place of what is made of the rest
        """
        ticket_type = ticket_type or self._get_submission_type(category)
        team = self._get_submission_team(ticket_type)
        sender = self.env.user.partner_id
        partner = partner or sender
        prepared = {
            "category_id": category.id,
            "type_id": ticket_type.id,
            "team_id": team.id,
            # set, not left to be computed, so that the stage's mail goes out
            "stage_id": team._get_applicable_stages()[:1].id,
            "company_id": team.company_id.id or self.env.company.id,
            "partner_id": partner.id,
            "partner_name": partner.name,
            "partner_email": partner.email,
            "user_id": False,
        }
        if partner != sender:
            prepared["submitter_id"] = sender.id
        title = textwrap.shorten(words, TITLE_WIDTH, placeholder="…")
        if title := title or category.name:
            prepared["name"] = title
        if words:
            prepared["description"] = plaintext2html(words)
        return prepared | values

    @api.model
    def _get_submission_type(self, category):
        """Return the category's type, as root, or none."""
        # sudo: helpdesk.ticket.category - the desk's own type, whoever asks
        return category.sudo().type_id

    @api.model
    def _get_submission_team(self, ticket_type):
        """Return the team for a type, or for none: see ``_get_submission_teams``."""
        return self._get_submission_teams([ticket_type])[ticket_type]

    @api.model
    def _get_submission_teams(self, ticket_types):
        """Return the team of each type, or the first one that the portal shows.

        :return: dict of types to teams, as root
        """
        # sudo: helpdesk.ticket.team - the desk's own, whatever the requester may read
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
        """Attach checked files to a ticket that the current user has just made."""
        self.ensure_one()
        # sudo: ir.attachment - requesters have no right to write on a ticket
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
        """Post what a form sent again says more than the first time, as a comment.

        The first answer was lost on the way, and the sender has gone on writing.

        :param texts: of the form; those the ticket has already are left out
        :param files: checked, as werkzeug's storages; likewise
        """
        self.ensure_one()
        known = {self.name, self.category_id.name}
        texts = [
            text
            for text in texts
            if text and text not in known and not is_said_by(self.description, text)
        ]
        files = self._leave_out_known(files, self.attachment_ids)
        if texts or files:
            author = self.env.user.partner_id
            self._comment_from_submission(author, "\n".join(texts), files)

    def _comment_from_submission(self, author, text, files, key=None):
        """Post what a requester has written; if it was posted already, only the rest.

        The caller has checked that the requester may read the ticket, and all of the
        form.

        :param author: the person
        :param str text: plain text, may be empty
        :param files: checked, as werkzeug's storages
        :param key: the form's, if it has one
        """
        self.ensure_one()
        Submission = self.env["helpdesk.submission"]
        body = plaintext2html(text) if text else ""
        submission = Submission
        if sent := Submission._find(key, "mail.message"):
            # the answer was lost on the way, and the sender may have gone on writing
            body = "" if is_said_by(sent.body, text) else body
            files = self._leave_out_known(files, sent.attachment_ids)
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

    def _leave_out_known(self, files, attachments):
        """Return those files that are not among some attachments, at their start."""
        checksums = set(attachments.mapped("checksum"))
        new = []
        for file in files:
            if sha1(file.read()).hexdigest() not in checksums:
                new.append(file)
            file.seek(0)
        return new
