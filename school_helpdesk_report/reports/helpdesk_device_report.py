"""Tickets by device: one row for each device of a ticket."""

from odoo import api, fields, models
from odoo.tools import SQL


class HelpdeskDeviceReport(models.Model):
    _name = "helpdesk.device.report"
    _inherit = ["helpdesk.ticket.report.mixin"]
    _description = "Tickets by Device"
    _auto = False
    _order = "create_date desc, id desc"
    _depends = {
        "asset.asset": ["brand", "category_id", "location_id", "model"],
        "asset.location": ["building_id"],
        "helpdesk.ticket.asset.link": ["asset_id", "role", "ticket_id"],
    }

    asset_id = fields.Many2one(
        comodel_name="asset.asset", string="Device", readonly=True
    )
    role = fields.Selection(
        selection=[("primary", "Main device"), ("affected", "Also affected")],
        readonly=True,
    )
    asset_category_id = fields.Many2one(
        comodel_name="asset.category", string="Device Category", readonly=True
    )
    asset_model = fields.Char(string="Device Model", readonly=True)
    location_id = fields.Many2one(
        comodel_name="asset.location",
        string="Room",
        readonly=True,
        help="Where the device is now.",
    )
    building_id = fields.Many2one(
        comodel_name="asset.location",
        string="Building",
        readonly=True,
        help="Where the device is now.",
    )

    @api.model
    def _get_columns(self):
        return {
            "id": SQL("link.id"),
            "asset_id": SQL("link.asset_id"),
            "role": SQL("link.role"),
            "asset_category_id": SQL("asset.category_id"),
            "asset_model": SQL(
                "NULLIF(CONCAT_WS(' ', NULLIF(asset.brand, ''),"
                " NULLIF(asset.model, '')), '')"
            ),
            "location_id": SQL("asset.location_id"),
            "building_id": SQL("location.building_id"),
        }

    @api.model
    def _get_source(self):
        return SQL(
            "helpdesk_ticket_asset_link AS link"
            " JOIN helpdesk_ticket AS ticket ON ticket.id = link.ticket_id"
            " JOIN asset_asset AS asset ON asset.id = link.asset_id"
            " LEFT JOIN asset_location AS location ON location.id = asset.location_id"
        )
