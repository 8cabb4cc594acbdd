"""Room and devices of the requester, in the panel next to the ticket."""

from odoo import api, models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    def _get_requester_facts(self, partners):
        facts = super()._get_requester_facts(partners)
        Asset = self.env["asset.asset"]
        may_open = Asset.has_access("read")
        for partner, assets_sudo in Asset._get_requester_assets(partners).items():
            rooms_sudo = assets_sudo._get_rooms()
            lines = [
                {
                    "name": self.env._("Room"),
                    "icon": "fa-map-marker",
                    "items": [{"name": room.name} for room in rooms_sudo],
                },
                {
                    "name": self.env._("Devices"),
                    "icon": "fa-desktop",
                    "items": [
                        {
                            "name": " · ".join(
                                filter(None, [asset.asset_code, asset.name])
                            ),
                            **(
                                {"model": asset._name, "id": asset.id}
                                if may_open
                                else {}
                            ),
                        }
                        for asset in assets_sudo
                    ],
                },
            ]
            # after the phone, before the tickets
            phones = [line for line in facts[partner] if line["icon"] == "fa-phone"]
            rest = [line for line in facts[partner] if line not in phones]
            facts[partner] = phones + lines + rest
        return facts
