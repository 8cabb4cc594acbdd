"""Shares tickets with affected people.

Affected people see the status, the next step and the help desk's comments, as text and
without names. They never see the texts, the files or the name of the requester. The
page has its own route, so affected people get no access to the ticket itself.
"""

from odoo import api, fields, models
from odoo.fields import Domain


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    share_with_affected = fields.Boolean(
        default=lambda self: self.env.company.helpdesk_share_with_affected,
        copy=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="People who said that it is their problem too see the status and the help "
        "desk's comments, without names. They are notified when the ticket is solved.",
    )

    @api.model
    def _init_column(self, column_name):
        """Do not share tickets that existed before the installation.

        The default reads a setting of the company, whose column may not exist yet.
        """
        if column_name != "share_with_affected":
            return super()._init_column(column_name)

    @api.model
    def _find_shared(self, ticket_id, partner):
        """Return the ticket, with sudo, if it is shared with an affected person.

        For a merged ticket, this is the ticket into which it was merged.
        """
        # sudo: helpdesk.ticket.affected - searches only the person's own records
        affected = self.env["helpdesk.ticket.affected"].sudo()
        ticket_sudo = affected.ticket_id.browse(ticket_id).exists()
        chain = ticket_sudo and ticket_sudo._get_chain()
        return affected.search(
            Domain("ticket_id", "in", chain.ids)
            & Domain("partner_id", "=", partner.id)
            & Domain("ticket_id.share_with_affected", "=", True)
            & Domain("ticket_id.active", "=", True),
            order="ticket_id desc",
            limit=1,
        ).ticket_id

    def _share_get_path(self):
        self.ensure_one()
        return f"/my/affected/{self.id}"

    def _share_title(self):
        """Return a title without any text of the requester."""
        self.ensure_one()
        # sudo: asset.asset - the affected person has scanned the device
        asset_sudo = self.sudo().asset_id
        place = (
            self.whole_room_id.name or asset_sudo.name or asset_sudo.category_id.name
        )
        # sudo: helpdesk.symptom - a phrase of the desk, not of the requester
        problem = self.sudo().symptom_id.name or self.category_id.name
        return " · ".join(filter(None, [problem, place])) or self.number

    def _share_status(self):
        """Return the status as in ``_portal_status``, for affected people."""
        text, tone = self._portal_status()
        if self.waiting_for == "requester":
            return self.env._("Waiting"), "work"
        return text, tone

    def _share_next_step(self):
        """Return the next step, without reasons written for the requester."""
        self.ensure_one()
        match self.status_category:
            case "waiting" if self.waiting_for == "requester":
                return self.env._("The IT team waits for an answer before it goes on.")
            case "waiting":
                return self._portal_get_wait()
            case "resolved":
                return self.env._("It should work again. If not, scan the label again.")
            case "closed":
                return self.env._("If it happens again, scan the label again.")
            case "cancelled":
                return self.env._("This ticket was cancelled.")
            case _ if self.user_id:
                return self.env._("Somebody of the IT team takes care of it.")
            case _:
                return self._portal_next_step()

    def _share_timeline(self):
        """Return the events and the help desk's comments, oldest first.

        :return: list of dictionaries with the keys ``date``, ``moment`` (the date as
            text), ``kind`` (``event`` or ``message``) and ``lines`` (texts without
            names)
        """
        self.ensure_one()
        names = self._get_personal_names()
        entries = [
            {"date": date, "kind": "event", "lines": [text]}
            for date, text in self._portal_events()
        ]
        for message in self._portal_messages():
            # no mails, because they can quote texts of the requester
            if message.message_type == "comment" and self._is_written_by_desk(message):
                lines = self._get_lines_without_persons(message.body, names)
                entries.append(
                    {"date": message.date, "kind": "message", "lines": lines}
                )
        shown = [
            {**entry, "moment": self._portal_moment(entry["date"])}
            for entry in entries
            if entry["lines"]
        ]
        return sorted(shown, key=lambda entry: entry["date"])

    # ------------------------------------------------------------------
    # Notifications
    # ------------------------------------------------------------------

    def _get_notified(self, event, audience, details):
        if audience != "affected":
            return super()._get_notified(event, audience, details)
        affected = self.affected_ids.partner_id - self._get_requesters()
        return affected if self.share_with_affected else affected.browse()

    def _is_still_true(self, event, audience, partner):
        if audience == "affected" and partner not in self._get_notified(
            event, audience, {}
        ):
            return False
        return super()._is_still_true(event, audience, partner)

    def _get_notification_title(self, audience):
        if audience == "affected":
            return self._share_title()
        return super()._get_notification_title(audience)

    def _get_notification_subject(self, subject, audience):
        if audience == "affected":
            return f"{subject}: {self._get_notification_title(audience)}"
        return super()._get_notification_subject(subject, audience)

    def _get_notification_facts(self, audience):
        if audience == "affected":
            return []
        return super()._get_notification_facts(audience)

    def _get_notification_words(self, event, audience, details):
        if audience == "affected":
            return "", "", self.env["ir.attachment"]
        return super()._get_notification_words(event, audience, details)

    def _get_notification_fillers(self, details):
        return {
            **super()._get_notification_fillers(details),
            "share_title": self._share_title(),
        }
