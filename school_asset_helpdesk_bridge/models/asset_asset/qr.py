"""The secret token in an asset's QR code, and the text on its label.

Besides the address of the scan page, the QR code contains only the token. So a label
stays valid when names, rooms or custodians change. A new token makes a stolen label
invalid.
"""

import re
import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools import label_sheet

#: 128 bits. `secrets.token_urlsafe` encodes them as 22 characters.
TOKEN_BYTES = 16
TOKEN_PATTERN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
#: Characters to remove from the end of a token. An address that was typed or copied
#: from a text often ends in a space, also an invisible one, or in punctuation. No token
#: contains these characters.
TRAILING = (
    "\t\n\v\f\r \u00a0\u2028\u2029\u202f\u3000"
    "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
    "./,;:!?)]}>\"'*\u2019\u201d\u00bb\u2026"
)
#: Searched instead of a malformed token, so that both take the same time.
NO_TOKEN = "-"
SCAN_PATH = "/helpdesk/scan"
SCAN_HOST_PARAMETER = "school_asset_helpdesk_bridge.scan_base_url"
FONT_PARAMETER = "school_asset_helpdesk_bridge.label_font"
DESK_GROUPS = (
    "school_asset_management.group_asset_user,helpdesk_mgmt.group_helpdesk_user_own"
)


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    qr_token = fields.Char(
        string="QR Token",
        readonly=True,
        copy=False,
        groups=DESK_GROUPS,
        help="The secret part of the address in the QR code.",
    )

    _qr_token_unique = models.UniqueIndex("(qr_token)")
    _qr_token_strong = models.Constraint(
        "CHECK (qr_token ~ '^[A-Za-z0-9_-]{22}$')",
        "A QR token is made by the system, not chosen.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        assets = super().create(
            [
                {key: vals[key] for key in vals if key != "qr_token"}
                for vals in vals_list
            ]
        )
        assets._qr_renew_token()
        return assets

    def write(self, vals):
        if "qr_token" in vals and not self.env.su:
            raise AccessError(
                self.env._(
                    "A QR code is made by the system: replace or revoke it on the "
                    "asset's page."
                )
            )
        return super().write(vals)

    # ------------------------------------------------------------------
    # Tokens
    # ------------------------------------------------------------------

    def _qr_renew_token(self):
        """Give each asset a new token: labels with the old token stop working."""
        # sudo: asset.asset - users who create assets may lack access to the token
        for asset in self.sudo():
            asset.qr_token = secrets.token_urlsafe(TOKEN_BYTES)

    def _qr_ensure_token(self):
        """Create tokens for assets without one: they are old, or theirs was revoked."""
        self.filtered(lambda asset: not asset.qr_token)._qr_renew_token()

    def action_qr_reissue(self):
        """Replace the QR code: all labels printed so far stop working."""
        self.check_access("write")
        self._qr_renew_token()
        self._qr_log(self.env._("QR code replaced: print a new label."))

    def action_qr_revoke(self):
        """Revoke the QR code; the next print creates a new one."""
        self.check_access("write")
        # sudo: asset.asset - only this action lets users remove a token
        self.sudo().write({"qr_token": False})
        self._qr_log(self.env._("QR code revoked: its labels no longer work."))

    def _qr_log(self, body):
        self._message_log_batch(bodies=dict.fromkeys(self.ids, body))

    @api.model
    def _qr_find_by_token(self, token):
        """Return the asset with this `token` (as superuser), or an empty recordset.

        Archived assets are not found: their labels are invalid, like revoked ones. A
        malformed token takes the same single search in the index as a valid one, so
        that the time of the answer reveals nothing.
        """
        token = (token or "").rstrip(TRAILING)
        if not TOKEN_PATTERN.fullmatch(token):
            token = NO_TOKEN
        # sudo: asset.asset - visitors need no other access right than the token
        return self.sudo().search([("qr_token", "=", token)], limit=1)

    def _qr_get_path(self):
        """Return the address of the scan page, without the host."""
        self.ensure_one()
        return f"{SCAN_PATH}/{self.qr_token}"

    @api.model
    def _qr_get_base_url(self):
        """Return scheme and host for labels: from the setting, else Odoo's own."""
        # sudo: ir.config_parameter - the address is printed on every label anyway
        parameters = self.env["ir.config_parameter"].sudo()
        base = parameters.get_param(SCAN_HOST_PARAMETER) or self.browse().get_base_url()
        return base.strip().rstrip("/")

    # ------------------------------------------------------------------
    # Labels and tickets
    # ------------------------------------------------------------------

    def _qr_prepare_label(self, base_url, school):
        """Return the content of this asset's label."""
        self.ensure_one()
        model = self._get_desk_model()
        return label_sheet.Label(
            payload=base_url + self._qr_get_path(),
            code=self.asset_code,
            lines=(
                self.name or "",
                "" if model == self.name else model,
                self.location_id.name or "",
                school,
            ),
            hint=self.env._("Scan to report a problem"),
        )

    def _qr_render_labels(self, layout, copies=1, skip=0, offset_x=0, offset_y=0):
        """Return a PDF (bytes) with `copies` labels of each asset.

        :param layout: a key of ``label_sheet.LAYOUTS``
        :param skip: number of used labels on the first sheet
        :param offset_x: shift to the right, in mm
        :param offset_y: shift down, in mm
        :raise UserError: if a label cannot be printed whole
        """
        self._qr_ensure_token()
        base_url, school = self._qr_get_base_url(), self.env.company.name
        labels = [asset._qr_prepare_label(base_url, school) for asset in self]
        # sudo: ir.config_parameter - users may use the font that the administrator set
        font = self.env["ir.config_parameter"].sudo().get_param(FONT_PARAMETER)
        try:
            return label_sheet.render(
                [label for label in labels for _copy in range(copies)],
                label_sheet.LAYOUTS[layout],
                skip,
                offset_x,
                offset_y,
                font,
            )
        except label_sheet.LabelError as error:
            raise UserError(self._qr_explain_error(error, base_url)) from error

    def _qr_explain_error(self, error, base_url):
        """Return the text for the user when a label cannot be printed."""
        if isinstance(error, label_sheet.AddressTooLong):
            return self.env._(
                "The address %(address)s is too long: phones cannot read a code of "
                "this size. Choose larger labels or a shorter host name.",
                address=base_url,
            )
        if isinstance(error, label_sheet.MissingLetters):
            return self.env._(
                "No font can print %(letters)s on the label of %(asset)s. Change the "
                "text, or ask the administrator for a font that has these letters.",
                letters=error,
                asset=error.code,
            )
        return self.env._(
            "The asset code %(asset)s is too long for this label. "
            "Choose larger labels.",
            asset=error.code,
        )

    def action_scan_qr_create_ticket(self):
        """Open a new ticket on this asset, as after scanning its label."""
        self.ensure_one()
        return {
            "name": self.env._("New Ticket"),
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {"default_asset_id": self.id},
        }

    def action_qr_print(self):
        """Open the label wizard for these assets."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "school_asset_helpdesk_bridge.asset_label_print_action"
            ),
            "context": {"active_model": self._name, "active_ids": self.ids},
        }
