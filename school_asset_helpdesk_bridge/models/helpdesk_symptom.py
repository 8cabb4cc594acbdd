"""Symptoms: short phrases in a teacher's words, such as "No picture".

The desk writes them for each category of devices. A person who reports a device taps on
one, and so chooses category and priority of the ticket without knowing them.
"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.school_helpdesk_base.tools.plain_name import clean_line


class HelpdeskSymptom(models.Model):
    _name = "helpdesk.symptom"
    _inherit = ["helpdesk.literal.search.mixin"]
    _description = "Symptom of a Device"
    _order = "sequence, id"

    name = fields.Char(
        string="What People Say",
        required=True,
        translate=True,
        help="A short phrase that a teacher would say, such as: No picture.",
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    asset_category_ids = fields.Many2many(
        comodel_name="asset.category",
        string="Asset Categories",
        help="The symptom is offered on devices of these categories. Subcategories "
        "without symptoms of their own offer it too.",
    )
    category_id = fields.Many2one(
        comodel_name="helpdesk.ticket.category",
        string="Ticket Category",
        required=True,
        index=True,
        ondelete="restrict",
    )
    priority = fields.Selection(
        # Odoo translates only a literal list; a test compares it with the ticket's.
        selection=[("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Urgent")],
        required=True,
        default="1",
        help="The priority of the tickets. People who report cannot choose another "
        "one.",
    )

    @api.depends("name", "asset_category_ids.name")
    @api.depends_context("symptom_with_devices", "lang", "uid")
    def _compute_display_name(self):
        """Add the devices if asked for: several kinds of devices have "No picture"."""
        super()._compute_display_name()
        if not self.env.context.get("symptom_with_devices"):
            return
        for symptom in self.filtered("asset_category_ids"):
            devices = ", ".join(symptom.asset_category_ids.mapped("name"))
            symptom.display_name = f"{symptom.name} ({devices})"

    @api.constrains("name")
    def _check_name(self):
        for symptom in self:
            if not clean_line(symptom.name):
                raise ValidationError(
                    self.env._("Write what people say: a symptom needs a name.")
                )

    def update_field_translations(self, field_name, translations, source_lang=""):
        """Remove an empty translation of the name: another language is shown."""
        if field_name == "name":
            translations = {
                lang: text if text and clean_line(text) else False
                for lang, text in translations.items()
            }
        return super().update_field_translations(
            field_name, translations, source_lang=source_lang
        )

    @api.constrains("asset_category_ids")
    def _check_asset_categories(self):
        for symptom in self:
            if not symptom.asset_category_ids:
                raise ValidationError(
                    self.env._(
                        "Choose the devices on which “%(symptom)s” is offered.",
                        symptom=symptom.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: helpdesk.ticket - only whether there is a ticket, also of other teams
        Ticket = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        used = Ticket.search([("symptom_id", "in", self.ids)], limit=1).symptom_id
        if used:
            raise ValidationError(
                self.env._(
                    "“%(symptom)s” is used by tickets. Archive it instead of deleting "
                    "it.",
                    symptom=used.name,
                )
            )
