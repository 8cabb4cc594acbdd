"""Assets that are assigned to a student, from check-out to check-in."""

from odoo import fields, models


class AssetStudentAssignment(models.Model):
    _name = "asset.student.assignment"
    _description = "Asset Student Assignment"
    _rec_name = "student_name"
    _order = "id desc"

    student_name = fields.Char(required=True)
    grade_level = fields.Char()
    parent_name = fields.Char()
    parent_email = fields.Char()
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
    asset_line_ids = fields.One2many("asset.student.line", "assignment_id")
