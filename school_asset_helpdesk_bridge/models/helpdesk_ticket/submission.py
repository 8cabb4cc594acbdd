"""The devices of a ticket that is created from a form."""

from odoo import Command, api, models
from odoo.tools import plaintext2html


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    def _prepare_submission_values(
        self, category, words="", *args, assets_sudo=None, symptom_sudo=None, **values
    ):
        """Add the devices and the symptom, and name the main device in the title.

        If the requester has written nothing, the description is the name of the chosen
        symptom or category. It is not the description of the device, because agents
        would read that as the words of the requester.

        :param assets_sudo: the devices, the main one first
        :param symptom_sudo: a symptom of the main device, with sudo; it determines
            title, category and priority
        """
        chosen = symptom_sudo or category
        if symptom_sudo:
            category = symptom_sudo.category_id
            values |= self._prepare_symptom_values(symptom_sudo, assets_sudo[:1])
        prepared = super()._prepare_submission_values(category, words, *args, **values)
        phrase = plaintext2html(chosen.name) if chosen.name else ""
        prepared.setdefault("description", phrase)
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
