"""Scanning a label inside Odoo: finds the device and opens its tickets.

Agents need no access rights on assets for this: they learn no more than the public
scan page shows, and the record rules of tickets decide which tickets they see.
"""

import re

from odoo import api, models
from odoo.exceptions import AccessError

from .qr import SCAN_PATH

#: Finds the token in an address that was scanned or pasted.
LABEL_ADDRESS = re.compile(rf"{SCAN_PATH}/([^/?#\s]+)")


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    @api.model
    @api.readonly
    def find_by_label(self, label):
        """Return the device of a label, for help desk agents.

        :param str label: the address on the label, or its token alone
        :return: dict of ``id`` and ``display_name``, or False if the label is not valid
        :raise AccessError: if the user is not an agent
        """
        asset_sudo = self._find_by_label(label)
        if not asset_sudo:
            return False
        return {"id": asset_sudo.id, "display_name": asset_sudo.display_name}

    @api.model
    @api.readonly
    def action_tickets_of_label(self, label):
        """Open the device's open tickets, or a new ticket if it has none.

        :return: an action, or False if the label is not valid
        :raise AccessError: if the user is not an agent
        """
        asset_sudo = self._find_by_label(label)
        if not asset_sudo:
            return False
        asset = asset_sudo.sudo(False)
        if not asset.open_ticket_count:
            # In a dialog: a form page would save itself when the phone is locked, and
            # looking at a device must not create a ticket.
            return {**asset.action_scan_qr_create_ticket(), "target": "new"}
        return {
            "name": self.env._("Tickets of %(code)s", code=asset_sudo.asset_code),
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "view_mode": "list,kanban,form",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("asset_link_ids.asset_id", "=", asset.id)],
            "context": {"default_asset_id": asset.id, "search_default_queue_open": 1},
        }

    @api.model
    @api.readonly
    def action_device_of_label(self, label):
        """Open the device's own form, for users who may read assets.

        :return: an action, or False if the label is not valid
        """
        self.check_access("read")
        asset = self._qr_find_by_token(self._get_label_token(label)).sudo(False)
        # an asset that record rules hide from the user counts as not found
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
        """Return the device of a label (as superuser), or an empty recordset.

        :raise AccessError: if the user is not an agent
        """
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
            raise AccessError(self.env._("Only help desk agents can scan labels here."))
        return self._qr_find_by_token(self._get_label_token(label))

    @api.model
    def _get_label_token(self, label):
        if not isinstance(label, str):
            return ""
        address = LABEL_ADDRESS.search(label)
        return address[1] if address else label.strip()
