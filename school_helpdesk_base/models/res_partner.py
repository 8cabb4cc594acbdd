"""A contact with tickets cannot be deleted. Only the desk sees how many there are.

The name, logo and time zone of a company are those of its contact, and are cached.
"""

from odoo import fields, models

from .helpdesk_ticket.ticket import DESK_ONLY


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "helpdesk.used.mixin"]

    helpdesk_ticket_ids = fields.One2many(groups=DESK_ONLY)
    helpdesk_ticket_count = fields.Integer(groups=DESK_ONLY)
    helpdesk_ticket_active_count = fields.Integer(groups=DESK_ONLY)
    helpdesk_ticket_count_string = fields.Char(groups=DESK_ONLY)

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"image_1920", "name", "tz"}:
            contact_ids = self.env["res.company"]._get_helpdesk_contact_ids()
            if not contact_ids.isdisjoint(self.ids):
                self.env.registry.clear_cache()
        return result
