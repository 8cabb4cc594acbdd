"""Mails about a ticket that did not arrive, kept on the ticket for the agent."""

from odoo import api, fields, models

from .ticket import DESK_ONLY


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    undeliverable_emails = fields.Char(
        string="Undeliverable addresses",
        compute="_compute_undeliverable_emails",
        groups=DESK_ONLY,
        help="Addresses of the requester and the submitter that refused the last mail.",
    )

    @api.depends("partner_id.message_bounce", "submitter_id.message_bounce")
    def _compute_undeliverable_emails(self):
        for ticket in self:
            people = ticket._get_requesters().filtered("message_bounce")
            ticket.undeliverable_emails = ", ".join(
                filter(None, people.mapped("email"))
            )

    def _keep_delivery_report(self, message_dict):
        """Post a delivery report as a note that notifies nobody.

        :param dict message_dict: the report as ``message_parse`` returns it
        """
        self.ensure_one()
        quiet = self.with_context(helpdesk_automatic_mail=True)
        quiet.with_user(self.env.ref("base.user_root")).message_post(
            body=message_dict["body"],
            subject=message_dict.get("subject"),
            author_id=False,
            email_from=message_dict["email_from"],
            message_type="auto_comment",
            message_id=message_dict["message_id"],
            subtype_xmlid="mail.mt_note",
            attachments=message_dict.get("attachments") or [],
        )
