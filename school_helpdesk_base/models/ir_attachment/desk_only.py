"""Hides the desk's own files of a ticket from its requesters.

OCA lists every file of a ticket on the requester's page, with a link that lets anybody
download it. Files of internal notes must be hidden like the notes. Files that an
employee attached to the ticket without a message are hidden too, unless the employee is
a requester of it. The reason is stored on the attachment and updated at every change
that can affect it.
"""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import NO_ACCESS
from odoo.tools import SQL


class IrAttachment(models.Model):
    _name = "ir.attachment"
    _inherit = ["ir.attachment"]

    # Written only by SQL in _update_desk_only_where.
    helpdesk_desk_only = fields.Selection(
        selection=[("note", "File of notes"), ("loose", "Added by the desk")],
        string="For the desk only",
        readonly=True,
        copy=False,
        groups=NO_ACCESS,
        help="Why the requester cannot read this file of a ticket: all its messages "
        "are internal, or it is in no message and the desk added it.",
    )

    # ------------------------------------------------------------------
    # Updating the stored value
    # ------------------------------------------------------------------

    @api.model
    def _get_desk_only_expression(self, alias):
        """Return the SQL expression that computes ``helpdesk_desk_only``.

        Every message that is not internal counts, also automatic ones: the requester
        can read them in the portal's own thread. This condition is therefore wider
        than ``mail.message._get_requester_readable_domain``.

        After a merge in which the requesters share their messages, the files of the
        source's requesters are on the target. They count there like the files of the
        target's own requesters.

        :param str alias: the alias of the attachment table in the query
        """
        in_message = SQL(
            """SELECT 1
                 FROM message_attachment_rel AS rel
                 JOIN mail_message AS message ON message.id = rel.message_id
            LEFT JOIN mail_message_subtype AS subtype
                   ON subtype.id = message.subtype_id
                WHERE rel.attachment_id = %s""",
            SQL.identifier(alias, "id"),
        )
        return SQL(
            """CASE
                WHEN %(model)s IS DISTINCT FROM 'helpdesk.ticket' THEN NULL
                WHEN EXISTS (
                    %(in_message)s
                    AND message.is_internal IS NOT TRUE
                    AND subtype.id IS NOT NULL
                    AND subtype.internal IS NOT TRUE
                ) THEN NULL
                WHEN EXISTS (%(in_message)s) THEN 'note'
                WHEN EXISTS (
                    SELECT 1
                      FROM res_users AS creator
                     WHERE creator.id = %(creator)s
                       AND creator.share IS NOT TRUE
                       AND creator.id <> %(root)s
                       AND NOT EXISTS (
                           WITH RECURSIVE thread AS (
                               SELECT id, partner_id, submitter_id
                                 FROM helpdesk_ticket
                                WHERE id = %(ticket)s
                                UNION
                               SELECT source.id, source.partner_id,
                                      source.submitter_id
                                 FROM helpdesk_ticket AS source
                                 JOIN thread ON thread.id = source.merged_into_id
                                WHERE source.merge_shared
                           )
                           SELECT 1
                             FROM thread
                            WHERE creator.partner_id IN (
                                      thread.partner_id, thread.submitter_id
                                  )
                       )
                ) THEN 'loose'
            END""",
            model=SQL.identifier(alias, "res_model"),
            in_message=in_message,
            creator=SQL.identifier(alias, "create_uid"),
            root=SUPERUSER_ID,
            ticket=SQL.identifier(alias, "res_id"),
        )

    def _update_desk_only(self):
        """Compute the stored value of these files again; skip files of other models."""
        # sudo: ir.attachment - the value must be updated for every user
        files_sudo = self.sudo().filtered(
            lambda file: file.res_model == "helpdesk.ticket" or file.helpdesk_desk_only
        )
        if files_sudo:
            files_sudo._update_desk_only_where(
                SQL("file.id IN %s", tuple(files_sudo.ids))
            )

    @api.model
    def _update_desk_only_where(self, condition):
        """Compute the stored value again for the files that match a condition.

        Every row is written, also where the value stays: of two transactions that
        change different messages of one file, the later one fails and is retried.
        Otherwise neither would see the change of the other.

        :param SQL condition: a condition on the attachment table, with alias ``file``
        """
        env = self.env
        env["mail.message"].flush_model(["attachment_ids", "is_internal", "subtype_id"])
        env["mail.message.subtype"].flush_model(["internal"])
        env["helpdesk.ticket"].flush_model(
            ["merge_shared", "merged_into_id", "partner_id", "submitter_id"]
        )
        env["res.users"].flush_model(["partner_id", "share"])
        self.flush_model(["create_uid", "res_id", "res_model"])
        changed = env.execute_query(
            SQL(
                """
                UPDATE ir_attachment AS target
                   SET helpdesk_desk_only = found.value
                  FROM (
                      SELECT file.id, %(expression)s AS value
                        FROM ir_attachment AS file
                       WHERE %(condition)s
                  ) AS found
                 WHERE target.id = found.id
             RETURNING target.id
                """,
                expression=self._get_desk_only_expression("file"),
                condition=condition,
            )
        )
        self.browse(id_ for [id_] in changed).invalidate_recordset(
            ["helpdesk_desk_only"]
        )

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        # sudo: ir.attachment - the value must be updated for every user
        attachments.sudo().filtered(
            lambda file: file.res_model == "helpdesk.ticket"
        )._update_desk_only()
        return attachments

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"res_id", "res_model"}:
            self._update_desk_only()
        return result

    # ------------------------------------------------------------------
    # Access checks
    # ------------------------------------------------------------------

    @api.model
    def _get_desk_only_condition(self, alias, with_loose_files=True):
        """Return the SQL condition of files hidden from the current user, or None.

        These are the files for the desk only, on tickets that the user may not write.
        Files in no message that the user created are not hidden.

        :param str alias: the alias of the attachment table in the query
        :param bool with_loose_files: whether to include files in no message
        """
        Ticket = self.env["helpdesk.ticket"]
        if self.env.su or Ticket._can_access_all_tickets():
            return None

        def column(name):
            return SQL.identifier(alias, name, to_flush=self._fields[name])

        hidden = SQL("%s = 'note'", column("helpdesk_desk_only"))
        if with_loose_files:
            hidden = SQL(
                "(%s OR %s = 'loose' AND %s IS DISTINCT FROM %s)",
                hidden,
                column("helpdesk_desk_only"),
                column("create_uid"),
                self.env.uid,
            )
        return SQL(
            "%s AND %s = 'helpdesk.ticket' AND %s NOT IN %s",
            hidden,
            column("res_model"),
            column("res_id"),
            Ticket._get_writable_query().subselect(),
        )

    def _get_desk_only(self, with_loose_files=True):
        """Return those of these files that are hidden from the current user."""
        condition = self._get_desk_only_condition(self._table, with_loose_files)
        if condition is None or not self.ids:
            return self.browse()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE id IN %s AND (%s)",
                SQL.identifier(self._table),
                tuple(self.ids),
                condition,
            )
        )
        return self.browse(id_ for [id_] in rows)

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        query = super()._search(domain, *args, bypass_access=bypass_access, **kwargs)
        if not bypass_access:
            condition = self._get_desk_only_condition(query.table)
            if condition is not None:
                query.add_where(SQL("(%s) IS NOT TRUE", condition))
        return query

    def _check_access(self, operation):
        result = super()._check_access(operation)
        refused = result[0] if result else self.browse()
        desk_only = (self - refused)._get_desk_only()
        if not desk_only:
            return result

        def make_error():
            return AccessError(self.env._("Sorry, you have no access to this file."))

        return refused + desk_only, result[1] if result else make_error

    def _can_return_content(self, field_name=None, access_token=None):
        # Odoo returns the content of a public file, and for a token, without checking
        # access. Files of notes must stay hidden in these cases, too.
        # sudo: ir.attachment - only its model, which is not shown to the user
        is_of_ticket = self.sudo().res_model == "helpdesk.ticket"
        if is_of_ticket and self.sudo(False)._get_desk_only(with_loose_files=False):
            raise AccessError(self.env._("Sorry, you have no access to this file."))
        return super()._can_return_content(field_name, access_token)
