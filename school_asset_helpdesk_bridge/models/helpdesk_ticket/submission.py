"""The devices of a ticket that is created from a form."""

from odoo import Command, api, models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    def _prepare_submission_values(self, *args, assets_sudo=None, **values):
        """Add the devices to the values, and the main device's code to the title.

        :param assets_sudo: the devices, the main one first
        """
        prepared = super()._prepare_submission_values(*args, **values)
        if not assets_sudo:
            return prepared
        asset_sudo, others_sudo = assets_sudo[0], assets_sudo[1:]
        # keep a title of the caller; without any title, ``create`` sets one
        if "name" in prepared and "name" not in values:
            prepared["name"] = f"{prepared['name']} - {asset_sudo.asset_code}"
        return {
            **prepared,
            "asset_id": asset_sudo.id,
            "asset_link_ids": [
                Command.create({"asset_id": asset.id, "role": "affected"})
                for asset in others_sudo
            ],
        }
