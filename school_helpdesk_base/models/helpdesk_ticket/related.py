"""Keeps the links between related tickets symmetric.

OCA mirrors only a new link that is written on one ticket. It does not mirror removed
links or links given at creation, and raises an error for several tickets at once.
"""

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import NO_ACCESS


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    related_ticket_ids = fields.Many2many(copy=False)
    # The same links from the other side, written only here, as superuser. OCA's write()
    # does not watch this field.
    related_from_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        relation="ticket_relationship_table",
        column1="ticket_id2",
        column2="ticket_id1",
        string="Related from",
        readonly=True,
        copy=False,
        groups=NO_ACCESS,
    )

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        for ticket, vals in zip(tickets, vals_list, strict=True):
            if vals.get("related_ticket_ids"):
                # sudo: helpdesk.ticket - hidden tickets are checked in the method
                ticket._link_related(ticket.sudo().related_ticket_ids, self.browse())
        return tickets

    def write(self, vals):
        if "related_ticket_ids" not in vals:
            return super().write(vals)
        vals = dict(vals)
        commands = vals.pop("related_ticket_ids")
        if commands is None or commands is False:
            commands = [Command.clear()]
        result = super().write(vals)
        self.check_access("write")
        for command in commands:
            self._apply_related_command(*command)
        return result

    def _apply_related_command(self, operation, id_=0, value=None):
        """Apply one of the commands of ``fields.Command`` to the related tickets."""
        none = self.browse()
        match operation:
            case Command.CREATE:
                for ticket in self:
                    ticket._link_related(self.create(value), none)
            case Command.UPDATE:
                self.browse(id_).write(value)
            case Command.DELETE:
                self.browse(id_).unlink()
            case Command.UNLINK:
                for ticket in self:
                    ticket._link_related(none, self.browse(id_))
            case Command.LINK:
                for ticket in self:
                    # sudo: helpdesk.ticket - the user may not read a linked ticket
                    known = ticket.sudo().related_ticket_ids.sudo(False)
                    ticket._link_related(self.browse(id_) - known, none)
            case Command.CLEAR | Command.SET:
                chosen = self.browse(value or ())
                for ticket in self:
                    # sudo: helpdesk.ticket - the user may not read a linked ticket
                    known = ticket.sudo().related_ticket_ids.sudo(False)
                    # links to tickets that the user cannot read stay
                    shown = known._filtered_access("read")
                    ticket._link_related(chosen - known, shown - chosen)

    def _link_related(self, added, removed):
        """Link this ticket and others in both directions, or remove the links.

        :raise AccessError: the user cannot read an added ticket
        :raise ValidationError: the ticket is related to itself
        """
        self.ensure_one()
        if self in added:
            raise ValidationError(
                self.env._(
                    "%(ticket)s cannot be related to itself.", ticket=self.display_name
                )
            )
        added = added.with_env(self.env)
        added.check_access("read")
        # sudo: helpdesk.ticket - the user may not write the other tickets
        ticket_sudo = self.sudo()
        for others_sudo, command in (
            (added.sudo(), Command.link),
            (removed.with_env(self.env).sudo(), Command.unlink),
        ):
            if others_sudo:
                # each write stores one direction
                ticket_sudo.write(
                    {"related_from_ids": [command(id_) for id_ in others_sudo.ids]}
                )
                others_sudo.write({"related_from_ids": [command(self.id)]})
