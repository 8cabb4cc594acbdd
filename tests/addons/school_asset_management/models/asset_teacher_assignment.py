"""Assets that are assigned to a teacher, from check-out to check-in."""

from odoo import fields, models


class AssetTeacherAssignment(models.Model):
    _name = "asset.teacher.assignment"
    _description = "Asset Teacher Assignment"
    _rec_name = "teacher_id"
    _order = "id desc"

    teacher_id = fields.Many2one("hr.employee", required=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("checked_out", "Checked Out"),
            ("inspected", "Inspected"),
            ("checked_in", "Checked In"),
        ],
        default="draft",
        required=True,
    )
    asset_line_ids = fields.One2many("asset.assignment.line", "assignment_id")
