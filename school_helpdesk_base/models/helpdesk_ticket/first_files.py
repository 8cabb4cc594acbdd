"""The files that the requester sent with the report, for the form of the agents."""

from odoo import api, fields, models

from .ticket import DESK_ONLY


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    first_files = fields.Json(
        string="Files of the report",
        compute="_compute_first_files",
        groups=DESK_ONLY,
        help="The pictures and other files that came with the report: dictionaries "
        "with id, name and type.",
    )

    @api.depends("attachment_ids")
    def _compute_first_files(self):
        """Collect the files without a message, and those of the first mail.

        The files of later messages are shown with these messages. Files of the desk,
        and pictures that the description contains, are left out.
        """
        # sudo: ir.attachment, mail.message - only for agents who may read the ticket
        files = self.env["ir.attachment"].sudo()
        messages = self.env["mail.message"].sudo()
        if ids := self._origin.ids:
            on_tickets = [("res_model", "=", self._name), ("res_id", "in", ids)]
            files = files.search(on_tickets, order="id")
            messages = messages.search(
                [
                    ("model", "=", self._name),
                    ("res_id", "in", ids),
                    ("attachment_ids", "in", files.ids),
                ],
                order="id",
            )
        files_by_ticket = files.grouped("res_id")
        messages_by_ticket = messages.grouped("res_id")
        for ticket in self:
            later = messages_by_ticket.get(ticket._origin.id, messages.browse())
            if later[:1].message_type == "email" and not ticket._is_written_by_desk(
                later[:1]
            ):
                later -= later[:1]
            later_files = later.attachment_ids
            description = str(ticket.description or "")
            ticket.first_files = [
                {"id": file.id, "name": file.name, "mimetype": file.mimetype}
                for file in files_by_ticket.get(ticket._origin.id, files.browse())
                if file not in later_files
                and not file.helpdesk_desk_only
                and f"/web/image/{file.id}" not in description
            ]
