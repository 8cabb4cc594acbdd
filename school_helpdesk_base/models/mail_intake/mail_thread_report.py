"""Delivery reports: a mail that did not arrive is shown on its ticket.

Odoo reads the report and counts the failures of the address (``message_bounce`` of the
contact). It does not store the report itself.
"""

from odoo import api, models

#: What a report says if the mail may still arrive, or has arrived.
HARMLESS_ACTIONS = ("delayed", "delivered", "relayed", "expanded")


class MailThread(models.AbstractModel):
    _name = "mail.thread"
    _inherit = ["mail.thread"]

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        result = None
        if self._get_report_action(email_message) not in HARMLESS_ACTIONS:
            result = super()._routing_handle_bounce(email_message, message_dict)
        ticket = self._find_reported_ticket(email_message, message_dict)
        if ticket:
            ticket._keep_delivery_report(message_dict)
            self._settle_intake()
        elif message_dict["bounced_message"].model:
            # the report is about a mail of another app: Odoo alone handles it
            self._settle_intake()
        else:
            self._set_intake_reason("report")
        return result

    @api.model
    def _get_report_action(self, message):
        """Return what a report says about the delivery, for example "failed"."""
        for part in message.walk():
            if part.get_content_type() != "message/delivery-status":
                continue
            for block in part.get_payload() if part.is_multipart() else ():
                if action := block.get("Action"):
                    return str(action).strip().lower()
        return ""

    @api.model
    def _find_reported_ticket(self, message, message_dict):
        """Return the ticket whose mail a report is about, with sudo."""
        Ticket = self.env["helpdesk.ticket"]
        bounced = message_dict["bounced_message"]
        if bounced.model == Ticket._name and bounced.res_id:
            return Ticket._find_mail_ticket(bounced.res_id, None)[0]
        references = [
            *(message_dict["bounced_msg_ids"] or ()),
            message_dict["references"],
            message_dict["in_reply_to"],
        ]
        ticket, _kind = Ticket._find_by_references(" ".join(references))
        if ticket:
            return ticket
        for part in message.walk():
            if part.get_content_maintype() == "text":
                text = str(part.get_content())
                ticket, _kind = Ticket._find_by_marker(text)
                if not ticket:
                    # the headers of our mail, as text
                    ticket, _kind = Ticket._find_by_references(text)
                if ticket:
                    return ticket
        return ticket
