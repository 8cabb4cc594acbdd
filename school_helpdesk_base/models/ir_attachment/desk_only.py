"""Which files of a ticket are the desk's: a stored fact, kept when something changes.

OCA lists every file of a ticket on its requester's page, with a link that anybody can
download it by. Files of internal notes are the desk's, like the notes; so are those
that somebody of the desk has put on a ticket beside all messages.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import NO_ACCESS
from odoo.tools import SQL


class IrAttachment(models.Model):
    _name = "ir.attachment"
    _inherit = ["ir.attachment"]

    # Written by SQL in _update_desk_only, and by nothing else.
    helpdesk_desk_only = fields.Selection(
        selection=[("note", "File of notes"), ("loose", "Put there by the desk")],
        string="For the desk",
        readonly=True,
        copy=False,
        groups=NO_ACCESS,
        help="Why this file of a ticket is not its requester's to read: all its "
        "messages are internal, or it is in none and somebody put it there who works "
        "on the ticket.",
    )

    # ------------------------------------------------------------------
    # Keeping the fact
    # ------------------------------------------------------------------

    @api.model
    def _get_desk_only_fact(self, alias):
        """Return the SQL expression of what the fact is now.

        Here every message counts that is not internal, also what Odoo itself wrote: the
        requester reads those too in the portal's own thread. So this asks less than
        ``mail.message._get_requester_readable_domain``.

        :param str alias: the attachments' table in the query
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
                           SELECT 1
                             FROM helpdesk_ticket AS ticket
                            WHERE ticket.id = %(ticket)s
                              AND creator.partner_id IN (
                                  ticket.partner_id, ticket.submitter_id
                              )
                       )
                ) THEN 'loose'
            END""",
            model=SQL.identifier(alias, "res_model"),
            in_message=in_message,
            creator=SQL.identifier(alias, "create_uid"),
            root=self.env.ref("base.user_root").id,
            ticket=SQL.identifier(alias, "res_id"),
        )

    def _update_desk_only(self):
        """Make the fact of these files what it is now; others' files cost nothing."""
        # sudo: ir.attachment - a fact about files, whoever changed something
        files_sudo = self.sudo().filtered(
            lambda file: file.res_model == "helpdesk.ticket" or file.helpdesk_desk_only
        )
        if files_sudo:
            files_sudo._update_desk_only_where(
                SQL("file.id IN %s", tuple(files_sudo.ids))
            )

    @api.model
    def _update_desk_only_where(self, condition):
        """Make the fact right of all files that a condition holds for.

        :param SQL condition: on the attachments' table, which is called ``file``
        """
        env = self.env
        env["mail.message"].flush_model(["attachment_ids", "is_internal", "subtype_id"])
        env["mail.message.subtype"].flush_model(["internal"])
        env["helpdesk.ticket"].flush_model(["partner_id", "submitter_id"])
        env["res.users"].flush_model(["partner_id", "share"])
        self.flush_model(["create_uid", "res_id", "res_model"])
        changed = env.execute_query(
            SQL(
                """
                UPDATE ir_attachment AS target
                   SET helpdesk_desk_only = found.fact
                  FROM (
                      SELECT file.id, %(fact)s AS fact
                        FROM ir_attachment AS file
                       WHERE %(condition)s
                  ) AS found
                 WHERE target.id = found.id
                   AND target.helpdesk_desk_only IS DISTINCT FROM found.fact
             RETURNING target.id
                """,
                fact=self._get_desk_only_fact("file"),
                condition=condition,
            )
        )
        self.browse(id_ for [id_] in changed).invalidate_recordset(
            ["helpdesk_desk_only"]
        )

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        # sudo: ir.attachment - a fact about files, whoever makes them
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
    # Asking for the fact
    # ------------------------------------------------------------------

    @api.model
    def _get_desk_only_condition(self, alias, with_loose_files=True):
        """Return the SQL condition of files kept from the current user, or None.

        These are the files for the desk, on tickets the user may not work on. A file
        that the user has put there himself is not kept from him.

        :param str alias: the attachments' table in the query
        :param bool with_loose_files: whether files in no message count
        """
        Ticket = self.env["helpdesk.ticket"]
        if self.env.su or Ticket._is_desk_wide_reader():
            return None

        def column(name):
            return SQL.identifier(alias, name, to_flush=self._fields[name])

        fact = SQL("%s = 'note'", column("helpdesk_desk_only"))
        if with_loose_files:
            fact = SQL(
                "(%s OR %s = 'loose' AND %s IS DISTINCT FROM %s)",
                fact,
                column("helpdesk_desk_only"),
                column("create_uid"),
                self.env.uid,
            )
        return SQL(
            "%s AND %s = 'helpdesk.ticket' AND %s NOT IN %s",
            fact,
            column("res_model"),
            column("res_id"),
            Ticket._get_workable_query().subselect(),
        )

    def _get_desk_only(self, with_loose_files=True):
        """Return those of these files that are kept from the current user."""
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
            return AccessError(self.env._("Sorry, this file is not for you."))

        return refused + desk_only, result[1] if result else make_error

    def _can_return_content(self, field_name=None, access_token=None):
        # a token says the file was shared; a note's file never was
        if access_token and self.sudo(False)._get_desk_only(with_loose_files=False):
            raise AccessError(self.env._("Sorry, this file is not for you."))
        return super()._can_return_content(field_name, access_token)
