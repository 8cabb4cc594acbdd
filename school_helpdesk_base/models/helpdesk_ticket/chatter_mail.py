"""Messages of the thread look like the other mails of the desk."""

from odoo import models

from ...tools.mail_design import get_design

#: Odoo's layouts that ours replaces; another one was chosen on purpose.
ODOO_LAYOUTS = (
    "mail.mail_notification_layout",
    "mail.mail_notification_layout_with_responsible_signature",
    "mail.mail_notification_light",
)


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _notify_by_email_render_layout(
        self, message, recipients_group, msg_vals=False, render_values=None
    ):
        values = dict(msg_vals or {})
        layout = values.get("email_layout_xmlid") or message.email_layout_xmlid
        if not layout or layout in ODOO_LAYOUTS:
            values["email_layout_xmlid"] = "school_helpdesk_base.chatter_mail"
            button = recipients_group.get("button_access") or {}
            has_button = recipients_group.get("has_button_access") and button.get("url")
            render_values = render_values or {}
            company = render_values.get("company") or self.env.company
            render_values = {
                **render_values,
                # sudo: res.company - name and colours, for everybody who writes
                "design": get_design(company.sudo()),
                # of the message to render, which does not repeat older mails
                "preheader": render_values.get("message", message).preview,
                "button": has_button and (button["title"], button["url"]),
            }
        return super()._notify_by_email_render_layout(
            message, recipients_group, msg_vals=values, render_values=render_values
        )
