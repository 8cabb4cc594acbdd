"""What an agent gets who scans a label inside Odoo: the device, and what to do next.

Agents need no rights on assets for it: they learn what the page of the label says
anyway, and go on to tickets, where the tickets' own rules hold.
"""

import re

from odoo import api, models
from odoo.exceptions import AccessError

from .qr import SCAN_PATH

#: The token in an address that a camera or a scanner read, or somebody pasted.
LABEL_ADDRESS = re.compile(rf"{SCAN_PATH}/([^/?#\s]+)")


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    @api.model
    @api.readonly
    def find_by_label(self, label):
        """Return the device of a label, for the desk.

        :param str label: the address on the label, or its token alone
        :return: dict of ``id`` and ``display_name``, or False for no valid label
        :raise AccessError: for whoever is no agent
        """
        asset_sudo = self._find_by_label(label)
        if not asset_sudo:
            return False
        return {"id": asset_sudo.id, "display_name": asset_sudo.display_name}

    @api.model
    @api.readonly
    def action_tickets_of_label(self, label):
        """Open a device's tickets that are not done, or a new one where there is none.

        :return: an action, or False for no valid label
        :raise AccessError: for whoever is no agent
        """
        asset_sudo = self._find_by_label(label)
        if not asset_sudo:
            return False
        asset = asset_sudo.sudo(False)
        if not asset.open_ticket_count:
            # in a dialog, since a page saves itself when the phone is put away: looking
            # at a device must not report it
            return {**asset.action_scan_qr_create_ticket(), "target": "new"}
        return {
            "name": self.env._("Tickets of %(code)s", code=asset_sudo.asset_code),
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "view_mode": "list,kanban,form",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("asset_link_ids.asset_id", "=", asset.id)],
            "context": {"default_asset_id": asset.id, "search_default_open": 1},
        }

    @api.model
    @api.readonly
    def action_device_of_label(self, label):
        """Open the device itself, for those the asset addon lets in.

        :return: an action, or False for no valid label
        """
        self.check_access("read")
        asset = self._qr_find_by_token(self._get_label_token(label)).sudo(False)
        # what the asset addon's own rules hide is no label of this person's
        if not asset._filtered_access("read"):
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": asset.id,
            "views": [(False, "form")],
        }

    @api.model
    def _find_by_label(self, label):
        """Return the device of a label, as root, or none.

        :raise AccessError: for whoever is no agent
        """
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
            raise AccessError(self.env._("Only the help desk scans labels here."))
        return self._qr_find_by_token(self._get_label_token(label))

    @api.model
    def _get_label_token(self, label):
        if not isinstance(label, str):
            return ""
        address = LABEL_ADDRESS.search(label)
        return address[1] if address else label.strip()
