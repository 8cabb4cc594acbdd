"""A problem of a whole room, which every device in it shows as reported."""

from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    whole_room_id = fields.Many2one(
        comodel_name="asset.location",
        readonly=True,
        index="btree_not_null",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="The reporter said that it is the whole room and not one device.",
    )

    @api.model
    def _prepare_room_values(self, category, asset_sudo):
        """Return what makes a report on a device one on the room it stands in."""
        room_sudo = asset_sudo.location_id
        return {
            "name": f"{category.name} - {room_sudo.name}",
            "whole_room_id": room_sudo.id,
        }
