"""Device, room and damage case in the notifications about a ticket."""

from odoo import models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _get_notification_facts(self, audience):
        # sudo: asset.asset, asset.location - what a requester may know of the device
        # that they have reported; rendered for one reader
        asset_sudo = self.sudo().asset_id
        device = " · ".join(filter(None, [asset_sudo.name, asset_sudo.asset_code]))
        room = self.sudo().asset_location.name
        facts = [(self.env._("Device"), device), (self.env._("Room"), room)]
        return super()._get_notification_facts(audience) + [
            (label, text) for label, text in facts if text
        ]

    def _get_notification_fillers(self, details):
        fillers = super()._get_notification_fillers(details)
        # sudo: asset.damage.case - agents may know number and status
        Case = self.env["asset.damage.case"].sudo()
        if case := Case.browse(details.get("damage_case_id") or ()).exists():
            fillers["damage_case"] = f"{case.name}: {case._get_status_name()}"
        return fillers
