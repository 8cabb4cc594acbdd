"""Related tickets that are related both ways, whoever links them and however.

OCA mirrors a new link from one ticket only: a removed link stays on the other side, a
link at creation has no other side, several tickets at once raise.
"""

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    related_ticket_ids = fields.Many2many(copy=False)

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
        # the field itself: OCA's write() would mirror, in its own way
        self._fields["related_ticket_ids"].write(self, commands)
        for ticket in self:
            ticket._mirror_related(before[ticket])
        return result

    def _mirror_related(self, before):
        """Bring the other side in line with this ticket's links.

        :param before: the tickets it was related to until now
        :raise AccessError: when a ticket linked now cannot be read
        :raise ValidationError: when the ticket is related to itself
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - a link out of the user's sight is a link as well
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
