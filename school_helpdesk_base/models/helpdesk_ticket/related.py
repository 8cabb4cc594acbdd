"""Keeps the links between related tickets symmetric.

OCA mirrors only a new link that is written on one ticket. It does not mirror removed
links or links given at creation, and raises an error for several tickets at once.
"""

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

from .ticket import DESK_ONLY


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    related_ticket_ids = fields.Many2many(copy=False, groups=DESK_ONLY)

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        for ticket, vals in zip(tickets, vals_list, strict=True):
            if vals.get("related_ticket_ids"):
                ticket._mirror_related(self.browse())
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
        before = {ticket: ticket.sudo().related_ticket_ids for ticket in self}
        # write the field itself, because OCA's write() would mirror the links as well
        self._fields["related_ticket_ids"].write(self, commands)
        for ticket in self:
            ticket._mirror_related(before[ticket])
        return result

    def _mirror_related(self, before):
        """Update the related tickets so that they link back to this ticket.

        :param before: the related tickets before the change
        :raise AccessError: the user cannot read a newly linked ticket
        :raise ValidationError: the ticket is related to itself
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - links to tickets that the user cannot read count too
        related = self.sudo().related_ticket_ids
        if self in related:
            raise ValidationError(
                self.env._(
                    "%(ticket)s cannot be related to itself.", ticket=self.display_name
                )
            )
        (related - before.sudo()).sudo(False).with_env(self.env).check_access("read")
        field = self._fields["related_ticket_ids"]
        for others, command in (
            (related - before, Command.link(self.id)),
            (before.sudo() - related, Command.unlink(self.id)),
        ):
            if others:
                field.write(others.sudo(), [command])
