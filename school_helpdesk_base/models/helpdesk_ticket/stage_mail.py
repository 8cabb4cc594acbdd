"""Methods for the mail templates of stages, and when stages send no mail.

Mail templates of other addons call these methods, and may remain after their addon is
uninstalled. So the methods belong to this addon.
"""

from odoo import models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _get_greeting_name(self):
        """Return the names of the requester and the submitter, if known."""
        self.ensure_one()
        names = self._get_requesters().mapped("name")
        return ", ".join(names) or self.partner_name or self.partner_email or ""

    def _get_solution(self):
        """Return the last answer of the desk that the requester can read, as HTML."""
        self.ensure_one()
        return self._get_answers()[-1:].body

    def _message_track_post_template(self, changes):
        tickets = self.with_context(helpdesk_stage_mail=True)
        return super(HelpdeskTicket, tickets)._message_track_post_template(changes)

    def _track_template(self, tracking):
        templates = super()._track_template(tracking)
        if self[:1].waiting_reason or self[:1].cancel_reason:
            # the requester already got a message with this reason
            templates.pop("stage_id", None)
        return templates
