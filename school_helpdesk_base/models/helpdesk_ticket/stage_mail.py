"""The mail templates of stages, which replace our own words, and methods for them.

``helpdesk.notification`` sends them, after the request. Templates of a school, or of
other addons, call these methods. They may remain after their addon is uninstalled, so
the methods belong to this addon.
"""

from markupsafe import escape

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
        answer = self._get_answers()[-1:].body
        if self.solution and escape(self.solution) not in (answer or ""):
            return plaintext2html(self.solution)
        return answer

    def _is_rating_asked(self):
        """Whether the stage has a template that asks the requester for a rating."""
        self.ensure_one()
        return bool(
            self.partner_id
            and self.stage_id.rating_mail_template_id
            and self.rating_status == "stage_change"
        )

    def _send_ticket_rating_mail(self, force_send=False):
        """Do not let OCA ask in the request: the event ``rating`` does it later."""

    def _track_template(self, tracking):
        """Do not let Odoo send the mail of a stage: ``helpdesk.notification`` does."""
        templates = super()._track_template(tracking)
        templates.pop("stage_id", None)
        return templates
