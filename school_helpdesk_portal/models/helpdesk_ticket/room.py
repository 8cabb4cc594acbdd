"""Tickets on a whole room. The scan pages of all devices in the room show them."""

from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    whole_room_id = fields.Many2one(
        comodel_name="asset.location",
        readonly=True,
        index="btree_not_null",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="The ticket is about this whole room and not only about one device.",
    )

    @api.model
    def _prepare_room_values(self, category, asset_sudo):
        """Return the values of a ticket on the room of a device."""
        room_sudo = asset_sudo.location_id
        return {
            "name": f"{category.name} - {room_sudo.name}",
            "whole_room_id": room_sudo.id,
        }
