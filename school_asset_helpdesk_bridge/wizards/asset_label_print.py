"""Wizard that prints labels of assets on label sheets.

Users who may read assets open it from assets, rooms and categories. Agents open it from
tickets, and need no access to assets to print the labels of the tickets' devices.
"""

import base64

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.school_helpdesk_base.tools import pdf_text

from ..models.asset_asset.qr import FONT_PARAMETER
from ..tools import label_sheet

ASSET_GROUP = "school_asset_management.group_asset_user"


class AssetLabelPrint(models.TransientModel):
    _name = "asset.label.print"
    _description = "Print Asset Labels"

    source = fields.Selection(
        [
            ("assets", "Selected assets"),
            ("location", "A room or building"),
            ("category", "A category"),
            ("tickets", "Devices of tickets"),
        ],
        string="Labels for",
        required=True,
        default="assets",
    )
    asset_ids = fields.Many2many("asset.asset", string="Assets", groups=ASSET_GROUP)
    location_id = fields.Many2one(
        "asset.location", string="Room or Building", groups=ASSET_GROUP
    )
    category_id = fields.Many2one(
        "asset.category", string="Asset Category", groups=ASSET_GROUP
    )
    ticket_ids = fields.Many2many("helpdesk.ticket", string="Tickets")
    layout = fields.Selection(
        [
            ("a4_3x8", "A4, 3 x 8 labels of 70 x 37 mm"),
            ("a4_2x7", "A4, 2 x 7 labels of 99.1 x 38.1 mm"),
            ("roll_50x30", "Label printer, 50 x 30 mm"),
        ],
        string="Label Stock",
        required=True,
        default="a4_3x8",
    )
    copies = fields.Integer(default=1, required=True)
    skip = fields.Integer(
        string="Used Labels",
        help="The number of used labels on the first sheet, counted row by row.",
    )
    offset_x = fields.Float(
        string="Shift Right (mm)", digits=(4, 1), help="A negative value shifts left."
    )
    offset_y = fields.Float(
        string="Shift Down (mm)", digits=(4, 1), help="A negative value shifts up."
    )
    label_count = fields.Integer(string="Labels", compute="_compute_counts")
    page_count = fields.Integer(string="Pages", compute="_compute_counts")
    lacks_thai_font = fields.Boolean(compute="_compute_lacks_thai_font")
    pdf = fields.Binary(string="Label Sheet", readonly=True, attachment=False)

    _copies_in_reason = models.Constraint(
        "CHECK (copies BETWEEN 1 AND 100)", "Print between 1 and 100 copies."
    )
    _offset_in_reason = models.Constraint(
        "CHECK (abs(offset_x) <= 20 AND abs(offset_y) <= 20)",
        "Shift by at most 20 mm.",
    )

    @api.model
    def default_get(self, fields_list):
        """Preselect the records from which the wizard was opened."""
        values = super().default_get(fields_list)
        ids = self.env.context.get("active_ids") or []
        defaults = {
            "asset.asset": {"source": "assets", "asset_ids": [Command.set(ids)]},
            "asset.location": {"source": "location", "location_id": ids[:1]},
            "asset.category": {"source": "category", "category_id": ids[:1]},
            "helpdesk.ticket": {"source": "tickets", "ticket_ids": [Command.set(ids)]},
        }.get(self.env.context.get("active_model"), {})
        for name, value in defaults.items():
            if name not in fields_list:
                continue
            many2one = self._fields[name].type == "many2one"
            values[name] = (value[0] if value else False) if many2one else value
        return values

    @api.constrains("skip", "layout")
    def _check_skip(self):
        for wizard in self:
            if not 0 <= wizard.skip < label_sheet.LAYOUTS[wizard.layout].per_page:
                raise ValidationError(
                    self.env._("At least one label must be left on the first sheet.")
                )

    @api.onchange("layout")
    def _onchange_layout(self):
        """Start with a new sheet if the layout has too few labels."""
        if self.layout and self.skip >= label_sheet.LAYOUTS[self.layout].per_page:
            self.skip = 0

    @api.depends(
        "source",
        "asset_ids",
        "location_id",
        "category_id",
        "ticket_ids",
        "layout",
        "copies",
        "skip",
    )
    def _compute_counts(self):
        for wizard in self:
            count = len(wizard._get_assets()) * max(wizard.copies, 0)
            wizard.label_count = count
            layout = label_sheet.LAYOUTS.get(wizard.layout)
            wizard.page_count = (
                layout.page_count(count, max(wizard.skip, 0)) if layout else 0
            )

    def _compute_lacks_thai_font(self):
        # sudo: ir.config_parameter - users may use the font that the administrator set
        font = self.env["ir.config_parameter"].sudo().get_param(FONT_PARAMETER)
        self.lacks_thai_font = not pdf_text.draws_thai(font)

    def _get_assets(self):
        """Return the assets to print.

        The current user must be allowed to read them, or to read their tickets.
        """
        self.ensure_one()
        Asset = self.env["asset.asset"]
        if self.source == "tickets":
            tickets = self.ticket_ids._origin
            tickets.check_access("read")
            # sudo: helpdesk.ticket.asset.link - the agent may read the tickets
            links = self.env["helpdesk.ticket.asset.link"].sudo()
            return links.search([("ticket_id", "in", tickets.ids)]).asset_id
        if self.source == "location" and self.location_id:
            return Asset.search(
                [("location_id", "child_of", self.location_id.id)],
                order="location_id, asset_code, id",
            )
        if self.source == "category" and self.category_id:
            return Asset.search(
                [("category_id", "child_of", self.category_id.id)],
                order="asset_code, id",
            )
        if self.source == "assets":
            return self.asset_ids._origin
        return Asset

    def action_print(self):
        """Create the PDF and let the browser download it."""
        self.ensure_one()
        assets = self._get_assets()
        if not assets:
            raise UserError(self.env._("There is no asset to print a label for."))
        if self.label_count > label_sheet.MAX_LABELS:
            raise UserError(
                self.env._(
                    "Print at most %(limit)s labels at once.",
                    limit=label_sheet.MAX_LABELS,
                )
            )
        if self.source != "tickets":
            assets.check_access("read")
        # sudo: asset.asset - users who may print may create missing tokens
        pdf = assets.sudo()._qr_render_labels(
            self.layout, self.copies, self.skip, self.offset_x, self.offset_y
        )
        self.pdf = base64.b64encode(pdf)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/pdf/labels.pdf?download=true",
            "target": "download",
        }
