"""Rules that were deleted: who did it, when, and what they were."""

from odoo import api, fields, models
from odoo.tools import format_date, format_datetime

#: The kinds of setup that people can delete.
KINDS = [
    ("helpdesk.assignment.rule", "Assignment rule"),
    ("helpdesk.escalation.rule", "Escalation rule"),
    ("helpdesk.sla", "SLA policy"),
    ("helpdesk.stage.requirement", "Required field"),
]


class HelpdeskDeletedRule(models.Model):
    _name = "helpdesk.deleted.rule"
    _inherit = ["helpdesk.literal.search.mixin"]
    _description = "Deleted Rule"
    _order = "id desc"

    kind = fields.Selection(selection=KINDS, required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    values_text = fields.Text(
        string="It Said",
        readonly=True,
        help="In the language of the person who deleted it.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", readonly=True, ondelete="cascade"
    )
    create_uid = fields.Many2one(comodel_name="res.users", string="Deleted by")
    create_date = fields.Datetime(string="Deleted on")

    @api.model
    def _create_from(self, records):
        """Keep what records say that are about to be deleted."""
        company = "company_id" in records._fields
        # sudo: helpdesk.deleted.rule - nobody else writes it
        self.sudo().create(
            [
                {
                    "kind": record._name,
                    "name": record.display_name or record._description,
                    "values_text": self._get_values_text(record),
                    "company_id": company and record.company_id.id,
                }
                for record in records
            ]
        )

    @api.model
    def _get_values_text(self, record):
        """Return the values of a record, one in a line: "Categories: Printers"."""
        record = record.with_context(active_test=False)
        described = record.fields_get(
            sorted(record._get_fields_to_keep()), ["selection", "string", "type"]
        )
        lines = []
        for name, field in described.items():
            value = record[name]
            if field["type"] in ("many2one", "many2many"):
                # sudo: names of records that the rule shows to its readers
                value = ", ".join(value.sudo().mapped("display_name"))
            elif field["type"] == "selection":
                value = dict(field["selection"]).get(value)
            elif field["type"] == "boolean":
                value = value and self.env._("yes")
            elif field["type"] == "date" and value:
                value = format_date(self.env, value)
            elif field["type"] == "datetime" and value:
                value = format_datetime(self.env, value)
            elif field["type"] == "float":
                value = f"{value:g}"
            if value not in (False, None, "", "[]"):
                lines.append(f"{field['string']}: {value}")
        return "\n".join(lines)
