"""A room with a ticket on the whole room cannot be deleted.

The mixin finds the tickets by their field ``whole_room_id``.
"""

from odoo import models


class AssetLocation(models.Model):
    _name = "asset.location"
    _inherit = ["asset.location", "helpdesk.used.mixin"]
