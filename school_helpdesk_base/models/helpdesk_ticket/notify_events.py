"""Notes the events that people are told about, from what happens to a ticket."""

from odoo import api, models

from ..helpdesk_ticket_stage import ENDED_CATEGORIES


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    def _on_status_changed(self, old_statuses, by_setup=False):
        result = super()._on_status_changed(old_statuses, by_setup=by_setup)
        if not by_setup:
            self._note_by_event(
                {
                    ticket: ticket._get_status_events(old)
                    for ticket, old in old_statuses.items()
                }
            )
        return result

    @api.model
    def _on_waiting_for_changed(self, old_values):
        result = super()._on_waiting_for_changed(old_values)
        self._note_by_event({t: [t._get_waiting_event()] for t in old_values})
        return result

    @api.model
    def _on_stage_changed(self, old_stages):
        result = super()._on_stage_changed(old_stages)
        # sudo: helpdesk.ticket - the user may have lost access by this change
        self._note_by_event(
            {
                ticket: ticket.sudo()._get_stage_events(old_stage.sudo())
                for ticket, old_stage in old_stages.items()
                if old_stage
            }
        )
        return result

    def _get_stage_events(self, old_stage):
        """Return what people are told about another stage."""
        events = ["stage"] if self._is_stage_told(old_stage) else []
        return events + ["rating"] * self._is_rating_asked()

    def _is_stage_told(self, old_stage):
        """Whether people are told about the stage, and not only about its status."""
        stage = self.stage_id
        if stage.status_category == "open":
            return bool(stage.notify_requesters or stage.mail_template_id)
        has_same_status = stage.status_category == old_stage.status_category
        return bool(stage.mail_template_id) and has_same_status

    @api.model
    def _on_assignee_changed(self, old_assignees):
        result = super()._on_assignee_changed(old_assignees)
        # sudo: helpdesk.ticket - as above
        self._note_by_event(
            {ticket: ["assigned"] for ticket in old_assignees if ticket.sudo().user_id}
        )
        return result

    @api.model
    def _note_by_event(self, events_by_ticket):
        groups = {}
        for ticket, events in events_by_ticket.items():
            for event in events:
                groups[event] = groups.get(event, self.browse()) + ticket
        for event, tickets in groups.items():
            tickets._notify(event)

    def _get_status_events(self, old_status):
        """Return what people are told about a new status.

        :param str old_status: the status before; ``None`` for a new ticket
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - the user may have lost access by this change
        ticket_sudo = self.sudo()
        status = ticket_sudo.status_category
        is_new = old_status is None
        match status:
            case "waiting":
                return ["receipt"] * is_new + [self._get_waiting_event()]
            case "resolved":
                return ["resolved"]
            case "closed" | "cancelled":
                # the requester is told about the merge instead
                return [] if is_new or ticket_sudo.merged_into_id else [status]
            case _ if is_new:
                return ["receipt"]
            case _ if old_status in ENDED_CATEGORIES:
                return ["reopened"]
        return []

    def _get_waiting_event(self):
        # sudo: helpdesk.ticket - the user may have lost access by this change
        is_for_requester = self.sudo().waiting_for == "requester"
        return "waiting" if is_for_requester else "on_hold"

    def _message_auto_subscribe_notify(self, partner_ids, template):
        """Do not let Odoo tell the assignee: the event ``assigned`` does."""
