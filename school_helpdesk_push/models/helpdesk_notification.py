"""Delivers the channel push, in addition to mail or inbox."""

from odoo import models

ICON = "/school_helpdesk_portal/static/img/app-192.png"


class HelpdeskNotification(models.Model):
    _name = "helpdesk.notification"
    _inherit = ["helpdesk.notification"]

    def _choose_channels(self, letter):
        channels = super()._choose_channels(letter)
        if letter.ticket and any(job._get_rule().push for job in letter.jobs):
            channels.add("push")
        return channels

    def _deliver_push(self, letters):
        # a conflict with another transaction must come first: a push cannot be undone
        self.env.flush_all()
        for letter in letters:
            ticket = letter.ticket
            devices, *keys = ticket._web_push_get_partners_parameters(
                letter.partner.ids
            )
            if devices:
                ticket._web_push_send_notification(
                    devices,
                    *keys,
                    payload=ticket._web_push_truncate_payload(
                        self._prepare_push(letter)
                    ),
                )

    def _prepare_push(self, letter):
        """Return the payload of the notification, in the language of the reader."""
        ticket = letter.ticket
        if letter.job.audience == "requesters":
            return ticket._prepare_status_push()
        values = letter.values
        title = ticket._get_notification_title(letter.job.audience)
        body = " ".join([*values["texts"], values["next_step"] or ""]).strip()
        if letter.is_for_agent:
            body = f"{ticket.number} · {body}"
        return {
            "title": f"{values['subject']}: {title}",
            "options": {
                "body": body,
                "icon": ICON,
                "data": {"model": ticket._name, "res_id": ticket.id}
                if letter.is_for_agent
                else {},
            },
        }
