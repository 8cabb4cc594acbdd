"""What devices cost: one row for each device, with its age, tickets and repairs.

For users of the asset addon only: other agents may not read what a device cost.
"""

from odoo import fields, models
from odoo.tools import SQL

#: "Tickets, last 12 months" counts the tickets of so many days.
YEAR_DAYS = 365


class HelpdeskDeviceCostReport(models.Model):
    _name = "helpdesk.device.cost.report"
    _inherit = ["helpdesk.literal.search.mixin"]
    _description = "Costs of Devices"
    _auto = False
    _rec_name = "asset_id"
    _order = "repair_cost desc, ticket_count desc, id"
    _depends = {
        "asset.asset": [
            "active",
            "brand",
            "category_id",
            "helpdesk_repair_cost",
            "location_id",
            "model",
            "purchase_cost",
            "purchase_date",
            "status",
        ],
        "asset.location": ["building_id"],
        "helpdesk.ticket.asset.link": ["asset_id", "ticket_active", "ticket_date"],
    }

    asset_id = fields.Many2one(
        comodel_name="asset.asset", string="Device", readonly=True
    )
    asset_category_id = fields.Many2one(
        comodel_name="asset.category", string="Device Category", readonly=True
    )
    asset_model = fields.Char(string="Device Model", readonly=True)
    asset_status = fields.Char(string="Device Status", readonly=True)
    location_id = fields.Many2one(
        comodel_name="asset.location", string="Room", readonly=True
    )
    building_id = fields.Many2one(
        comodel_name="asset.location", string="Building", readonly=True
    )
    purchase_date = fields.Date(readonly=True)
    purchase_cost = fields.Float(readonly=True)
    age_years = fields.Float(
        string="Age (Years)",
        readonly=True,
        aggregator="avg",
        help="Since the purchase; devices without a date of purchase are left out.",
    )
    ticket_count = fields.Integer(string="Tickets", readonly=True)
    year_ticket_count = fields.Integer(string="Tickets, Last 12 Months", readonly=True)
    repair_cost = fields.Float(
        readonly=True,
        help="The actual costs of damage cases, and the repair costs of inspections "
        "that have no damage case.",
    )
    repair_share = fields.Float(
        string="Repair Cost / Price",
        compute="_compute_repair_share",
        aggregator="avg",
        help="The repair costs of the devices, divided by what they cost. Devices "
        "without a price are left out.",
    )

    def _compute_repair_share(self):
        for device in self:
            cost = device.purchase_cost
            device.repair_share = cost and device.repair_cost / cost

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec != "repair_share:avg":
            return super()._read_group_select(aggregate_spec, query)
        repair = self._field_to_sql(self._table, "repair_cost", query)
        cost = self._field_to_sql(self._table, "purchase_cost", query)
        return SQL(
            "SUM(%(repair)s) FILTER (WHERE %(cost)s > 0) / NULLIF(SUM(%(cost)s), 0)",
            repair=repair,
            cost=cost,
        )

    @property
    def _table_query(self):
        return SQL(
            """
    WITH ticket AS (
        SELECT asset_id, COUNT(*) AS total
          FROM helpdesk_ticket_asset_link
         WHERE ticket_active
      GROUP BY asset_id
    ), year_ticket AS (
        SELECT asset_id, COUNT(*) AS total
          FROM helpdesk_ticket_asset_link
         WHERE ticket_active AND ticket_date >= %(year_ago)s
      GROUP BY asset_id
    )
    SELECT asset.id, asset.id AS asset_id, asset.category_id AS asset_category_id,
           NULLIF(CONCAT_WS(
               ' ', NULLIF(asset.brand, ''), NULLIF(asset.model, '')
           ), '') AS asset_model,
           asset.status AS asset_status, asset.location_id, location.building_id,
           asset.purchase_date, asset.purchase_cost,
           (%(today)s::date - asset.purchase_date) / 365.25::float AS age_years,
           COALESCE(ticket.total, 0) AS ticket_count,
           COALESCE(year_ticket.total, 0) AS year_ticket_count,
           COALESCE(asset.helpdesk_repair_cost, 0) AS repair_cost
      FROM asset_asset AS asset
 LEFT JOIN asset_location AS location ON location.id = asset.location_id
 LEFT JOIN ticket ON ticket.asset_id = asset.id
 LEFT JOIN year_ticket ON year_ticket.asset_id = asset.id
     WHERE asset.active
            """,
            today=fields.Date.today(),
            year_ago=fields.Datetime.subtract(fields.Datetime.now(), days=YEAR_DAYS),
        )
