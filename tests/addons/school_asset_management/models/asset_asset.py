"""An asset of the school, with its location, custodian and status.

As in the school's addon, asset codes are not unique: code that reads assets must not
use the asset code as a key.
"""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class AssetAsset(models.Model):
    _name = "asset.asset"
    _description = "Asset"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _rec_name = "asset_code"
    _order = "asset_code desc"

    asset_code = fields.Char(required=True, copy=False, tracking=True)
    name = fields.Char(tracking=True)
    category_id = fields.Many2one("asset.category", required=True, index=True)
    brand = fields.Char()
    model = fields.Char()
    serial_number = fields.Char(copy=False)
    purchase_date = fields.Date()
    purchase_cost = fields.Float()
    supplier_id = fields.Many2one("res.partner")
    warranty_start_date = fields.Date()
    warranty_end_date = fields.Date()
    warranty_months = fields.Integer()
    warranty_status = fields.Selection(
        [("none", "No Warranty"), ("active", "Active"), ("expired", "Expired")],
        compute="_compute_warranty_status",
        store=True,
    )
    is_warranty_expiring_soon = fields.Boolean(
        compute="_compute_is_warranty_expiring_soon"
    )
    location_id = fields.Many2one("asset.location", index=True, tracking=True)
    department_id = fields.Many2one("hr.department")
    custodian_id = fields.Many2one("hr.employee", index=True, tracking=True)
    status = fields.Selection(
        [
            ("available", "Available"),
            ("assigned_teacher", "Assigned to Teacher"),
            ("assigned_student", "Assigned to Student"),
            ("maintenance", "Maintenance"),
            ("repair", "Repair"),
            ("retired", "Retired"),
            ("lost", "Lost"),
        ],
        default="available",
        required=True,
        tracking=True,
    )
    condition_rating = fields.Selection(
        [
            ("excellent", "Excellent"),
            ("good", "Good"),
            ("fair", "Fair"),
            ("poor", "Poor"),
            ("broken", "Broken"),
        ],
        default="good",
    )
    notes = fields.Text()
    image_1920 = fields.Binary()
    active = fields.Boolean(default=True)
    teacher_assignment_ids = fields.One2many("asset.assignment.line", "asset_id")
    student_assignment_ids = fields.One2many("asset.student.line", "asset_id")
    inspection_ids = fields.One2many("asset.inspection", "asset_id")
    movement_ids = fields.One2many("asset.movement", "asset_id")

    @api.depends("warranty_end_date")
    def _compute_warranty_status(self):
        today = fields.Date.context_today(self)
        for asset in self:
            end = asset.warranty_end_date
            asset.warranty_status = (
                "none" if not end else "active" if end >= today else "expired"
            )

    @api.depends("warranty_end_date")
    def _compute_is_warranty_expiring_soon(self):
        today = fields.Date.context_today(self)
        soon = today + relativedelta(days=30)
        for asset in self:
            end = asset.warranty_end_date
            asset.is_warranty_expiring_soon = bool(end and today <= end <= soon)

    def write(self, vals):
        watched = {"location_id", "custodian_id"} & vals.keys()
        before = {
            asset: (asset.location_id.id, asset.custodian_id.id)
            for asset in (self if watched else self.browse())
        }
        result = super().write(vals)
        self.env["asset.movement"].create(
            [
                {
                    "asset_id": asset.id,
                    "from_location_id": location,
                    "to_location_id": asset.location_id.id,
                    "from_custodian_id": custodian,
                    "to_custodian_id": asset.custodian_id.id,
                }
                for asset, (location, custodian) in before.items()
                if (location, custodian)
                != (asset.location_id.id, asset.custodian_id.id)
            ]
        )
        return result

    def action_set_available(self):
        self.write({"status": "available"})

    def action_set_maintenance(self):
        self.write({"status": "maintenance"})

    def action_set_repair(self):
        self.write({"status": "repair"})

    def action_set_retired(self):
        self.write({"status": "retired"})
