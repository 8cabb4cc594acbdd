"""Files of internal notes are the desk's, like the notes.

OCA lists every file of a ticket on its requester's page, with a link that anybody can
download it by.
"""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _get_desk_only_condition(self, alias, with_loose_files=True):
        """Return the SQL condition of files kept from the present user, or None.

        On tickets he may not work on, these are the files of which every message is
        internal, and those in no message that a person of the desk has put there, who
        has not reported the ticket himself.

        :param str alias: the attachments' table in the query
        :param bool with_loose_files: whether files in no message count
        """
        Ticket = self.env["helpdesk.ticket"]
        if self.env.su or Ticket._is_desk_wide_reader():
            return None
        self.env["mail.message"].flush_model(["is_internal", "subtype_id"])
        self.env["mail.message"].flush_model(["attachment_ids"])
        self.flush_model(["res_model", "res_id", "create_uid"])
        Ticket.flush_model(["partner_id", "submitter_id"])
        in_message = SQL(
            """SELECT 1
                 FROM message_attachment_rel AS rel
                 JOIN mail_message AS message ON message.id = rel.message_id
            LEFT JOIN mail_message_subtype AS subtype
                   ON subtype.id = message.subtype_id
                WHERE rel.attachment_id = %s""",
            SQL.identifier(alias, "id"),
        )
        conditions = SQL(
            """EXISTS (%(in_message)s) AND NOT EXISTS (
                %(in_message)s
                AND message.is_internal IS NOT TRUE
                AND subtype.id IS NOT NULL
                AND subtype.internal IS NOT TRUE
            )""",
            in_message=in_message,
        )
        if with_loose_files:
            conditions = SQL(
                """(%(conditions)s) OR NOT EXISTS (%(in_message)s) AND EXISTS (
                    SELECT 1
                      FROM res_users AS creator
                     WHERE creator.id = %(creator)s
                       AND creator.share IS NOT TRUE
                       AND creator.id NOT IN (%(user)s, %(root)s)
                       AND NOT EXISTS (
                           SELECT 1
                             FROM helpdesk_ticket AS ticket
                            WHERE ticket.id = %(ticket)s
                              AND creator.partner_id IN (
                                  ticket.partner_id, ticket.submitter_id
                              )
                       )
                )""",
                conditions=conditions,
                in_message=in_message,
                creator=SQL.identifier(alias, "create_uid"),
                user=self.env.uid,
                root=self.env.ref("base.user_root").id,
                ticket=SQL.identifier(alias, "res_id"),
            )
        return SQL(
            "%s = 'helpdesk.ticket' AND %s NOT IN %s AND (%s)",
            SQL.identifier(alias, "res_model"),
            SQL.identifier(alias, "res_id"),
            Ticket._get_workable_query().subselect(),
            conditions,
        )

    def _get_desk_only(self, with_loose_files=True):
        """Return those of these files that are kept from the present user."""
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
