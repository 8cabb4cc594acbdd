"""The mails of stages: their texts, their author, and when no mail is sent.

Mail templates of other addons call these methods, and may remain after their addon is
uninstalled. So the methods belong to this addon.
"""

from odoo import models
from odoo.tools import plaintext2html


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _get_greeting_name(self):
        """Return the names of the requester and the submitter, if known."""
        self.ensure_one()
        names = self._get_requesters().mapped("name")
        return ", ".join(names) or self.partner_name or self.partner_email or ""

    def _get_solution(self):
        """Return the solution or, without one, the last answer of the desk, as HTML."""
        self.ensure_one()
        if self.solution:
            return plaintext2html(self.solution)
        return self._get_answers()[-1:].body

    def _message_track_post_template(self, changes):
        tickets = self.with_context(helpdesk_stage_mail=True)
        return super(HelpdeskTicket, tickets)._message_track_post_template(changes)

    def _track_template(self, tracking):
        templates = super()._track_template(tracking)
        if (
            self[:1].waiting_reason
            or self[:1].cancel_reason
            or self[:1].waiting_for not in (False, "requester")
            or self.env.context.get("helpdesk_no_stage_mail")
        ):
            # the requester already got a message with the reason
            templates.pop("stage_id", None)
        if "stage_id" in templates:
            # signed by the desk, not by the person who caused the mail, who may be the
            # requester; with an author, Odoo does not read the template's sender
            template, values = templates["stage_id"]
            company = self[:1].company_id
            values["author_id"] = company.partner_id.id
            values["email_from"] = template.email_from or company.email_formatted
        return templates
