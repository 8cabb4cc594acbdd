"""Only ended tickets can be archived: no requester should wait for a hidden ticket.

A ticket that is reopened, by the desk or by a reply, is restored from the archive.
"""

from odoo import api, models
from odoo.exceptions import UserError

from ..helpdesk_ticket_stage import ENDED_CATEGORIES


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.constrains("active")
    def _check_archived_has_ended(self):
        """Refuse to archive a ticket on which work has not ended.

        :raise UserError: a ticket is open or waiting
        """
        for ticket in self:
            if not ticket.active and ticket.status_category not in ENDED_CATEGORIES:
                raise UserError(
                    self.env._(
                        "%(ticket)s has not ended: archived, it would be hidden from "
                        "its requester. Resolve or cancel it first.",
                        ticket=ticket.display_name,
                    )
                )

    @api.model
    def _on_status_changed(self, old_statuses, by_setup=False):
        result = super()._on_status_changed(old_statuses, by_setup=by_setup)
        # sudo: helpdesk.ticket - the user may have lost access by this change
        tickets_sudo = self.sudo().browse(ticket.id for ticket in old_statuses)
        tickets_sudo.filtered(
            lambda ticket: not ticket.active
            and ticket.status_category not in ENDED_CATEGORIES
        ).active = True
        return result

    def _resume(self):
        result = super()._resume()
        # older databases can contain archived tickets that have not ended
        self.filtered(lambda ticket: not ticket.active).active = True
        return result
