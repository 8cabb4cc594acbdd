"""What the mail of a stage asks of a ticket, and when it keeps quiet.

The templates may belong to another addon and outlive it: what they call is here.
"""

from odoo import models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _get_greeting_name(self):
        """Return the name of the requester, and of who reported it, if known."""
        self.ensure_one()
        names = self._get_requesters().mapped("name")
        return ", ".join(names) or self.partner_name or self.partner_email or ""

    def _get_solution(self):
        """Return the last answer of the desk that the requester can read, as HTML."""
        self.ensure_one()
        return self._get_answers()[-1:].body

    def _track_template(self, tracking):
        templates = super()._track_template(tracking)
        if self[:1].waiting_reason or self[:1].cancel_reason:
            # whoever gave a reason has told it already
            templates.pop("stage_id", None)
        return templates
