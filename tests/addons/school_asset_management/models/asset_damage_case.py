"""A damage case of an asset, with approval and repair.

Two bugs of the school's addon are kept on purpose, because the suite must work with
them: closing a case does not set the asset to Available, and approving a case writes
the id of a user into the approver, which is an employee.
"""

from odoo import api, fields, models


class AssetDamageCase(models.Model):
    _name = "asset.damage.case"
    _description = "Asset Damage Case"
    _inherit = ["mail.thread"]
    _order = "id desc"

    name = fields.Char(default="New", readonly=True, copy=False)
    damage_source = fields.Selection(
        [
            ("inspection", "Inspection"),
            ("checkin_teacher", "Teacher Check-in"),
            ("checkin_student", "Student Check-in"),
            ("manual", "Manual"),
        ],
        required=True,
    )
    asset_id = fields.Many2one("asset.asset", required=True, index=True)
    asset_code = fields.Char(related="asset_id.asset_code", store=True)
    damage_description = fields.Text(required=True)
    damage_date = fields.Date(required=True, default=fields.Date.context_today)
    reported_by = fields.Many2one("res.users", default=lambda self: self.env.user)
    responsible_type = fields.Selection(
        [
            ("teacher", "Teacher"),
            ("student", "Student"),
            ("none", "None"),
            ("unknown", "Unknown"),
        ],
        default="unknown",
    )
    responsible_teacher_id = fields.Many2one("hr.employee")
    responsible_student_name = fields.Char()
    estimated_cost = fields.Float()
    actual_cost = fields.Float()
    approval_status = fields.Selection(
        [("pending", "Pending"), ("approved", "Approved"), ("rejected", "Rejected")],
        default="pending",
        tracking=True,
    )
    approver_id = fields.Many2one("hr.employee")
    approver_email = fields.Char()
    repair_decision = fields.Selection(
        [("repair", "Repair"), ("replace", "Replace"), ("no_action", "No Action")]
    )
    repair_vendor = fields.Char()
    repair_sent_date = fields.Date()
    repair_received_date = fields.Date()
    status = fields.Selection(
        [
            ("draft", "Draft"),
            ("pending_approval", "Pending Approval"),
            ("approved", "Approved"),
            ("in_repair", "In Repair"),
            ("repaired", "Repaired"),
            ("closed", "Closed"),
            ("rejected", "Rejected"),
        ],
        default="draft",
        required=True,
        tracking=True,
    )
    photo_ids = fields.Many2many("ir.attachment")
    notes = fields.Text()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "New") == "New":
                number = self.env["ir.sequence"].next_by_code("asset.damage.case")
                vals["name"] = number or "New"
        return super().create(vals_list)

    def action_submit_for_approval(self):
        self.write({"status": "pending_approval", "approval_status": "pending"})

    def action_approve(self):
        self.write(
            {
                "status": "approved",
                "approval_status": "approved",
                "approver_id": self.env.user.id,
            }
        )

    def action_reject(self):
        self.write({"status": "rejected", "approval_status": "rejected"})

    def action_send_to_repair(self):
        self.write(
            {
                "status": "in_repair",
                "repair_sent_date": fields.Date.context_today(self),
            }
        )
        self.asset_id.action_set_repair()

    def action_receive_from_repair(self):
        self.write(
            {
                "status": "repaired",
                "repair_received_date": fields.Date.context_today(self),
            }
        )

    def action_close_case(self):
        for case in self:
            case.status = "closed"
            if case.status == "repaired":
                case.asset_id.action_set_available()

    def action_reopen_case(self):
        self.write({"status": "draft"})
