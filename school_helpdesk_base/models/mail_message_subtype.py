"""Updates ``helpdesk_desk_only`` of files when a subtype becomes internal or not."""

from odoo import models
from odoo.tools import SQL


class MailMessageSubtype(models.Model):
    _inherit = "mail.message.subtype"

    def write(self, vals):
        result = super().write(vals)
        if "internal" in vals:
            self._update_desk_only_files(self._get_ticket_files())
        return result

    def unlink(self):
        # messages without a subtype are internal
        file_ids = self._get_ticket_files()
        result = super().unlink()
        self._update_desk_only_files(file_ids)
        return result

    def _get_ticket_files(self):
        """Return the ids of the tickets' files in messages with these subtypes."""
        self.env["mail.message"].flush_model(["attachment_ids", "subtype_id"])
        self.env["ir.attachment"].flush_model(["res_model"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT file.id
                  FROM mail_message AS message
                  JOIN message_attachment_rel AS rel ON rel.message_id = message.id
                  JOIN ir_attachment AS file ON file.id = rel.attachment_id
                 WHERE message.subtype_id IN %s
                   AND file.res_model = 'helpdesk.ticket'
                """,
                tuple(self.ids) or (0,),
            )
        )
        return [id_ for [id_] in rows]

    def _update_desk_only_files(self, file_ids):
        if file_ids:
            self.env["ir.attachment"]._update_desk_only_where(
                SQL("file.id IN %s", tuple(file_ids))
            )
