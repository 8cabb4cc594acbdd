"""The devices of a requester, for the panel and the device field of a ticket."""

from odoo import api, models
from odoo.fields import Domain

from ..asset_hold_mixin import GONE_STATUSES


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    @api.model
    def _get_requester_assets(self, partners):
        """Return the devices of persons, with sudo, for agents.

        Here these are the devices whose custodian is the person. Other addons know
        more devices of a person.

        :return: dictionary of contact to devices
        """
        # sudo: hr.employee, res.users - used to find devices only, never shown
        employees_sudo = (
            self.env["hr.employee"]
            .sudo()
            .search(
                Domain("work_contact_id", "in", partners.ids)
                | Domain("user_id", "in", partners.sudo().user_ids.ids)
            )
        )
        # sudo: asset.asset - agents may identify devices, and see no other facts
        assets_sudo = self.sudo().search(
            Domain("custodian_id", "in", employees_sudo.ids)
            & Domain("status", "not in", GONE_STATUSES)
        )
        by_employee = assets_sudo.grouped("custodian_id")
        found = {partner: assets_sudo.browse() for partner in partners}
        for employee_sudo, assets in by_employee.items():
            for partner in partners & (
                employee_sudo.work_contact_id | employee_sudo.user_id.partner_id
            ).with_env(self.env):
                found[partner] |= assets
        return found

    def _get_rooms(self):
        """Return the rooms of these devices, with sudo."""
        # sudo: asset.location - agents may see where a device is
        return self.sudo().location_id.filtered(
            lambda place: place.location_type == "room"
        )
