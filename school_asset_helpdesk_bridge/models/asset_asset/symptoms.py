"""The symptoms of a device, which people tap on to report it."""

from collections import Counter

from odoo import models
from odoo.fields import Domain

#: How many of the latest tickets are counted to find the most frequent symptoms.
COUNTED_TICKETS = 200


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    def _get_symptoms(self):
        """Return the symptoms of each device, in the order of the desk.

        A device has the symptoms of its category. If there are none, it has those of
        the nearest parent category that has some.

        :return: dictionary of asset to symptoms, with sudo, in the user's language
        """
        # sudo: helpdesk.symptom - phrases for everybody who may report the device
        Symptom = self.env["helpdesk.symptom"].sudo()
        paths = {
            category: [
                int(part) for part in (category.parent_path or "").split("/")[:-1]
            ]
            for category in self.category_id
        }
        ids = {category_id for path in paths.values() for category_id in path}
        known = Symptom.search(
            Domain("asset_category_ids", "in", list(ids))
            # an archived category is for no new ticket
            & Domain("category_id.active", "=", True)
            & Domain("category_id.company_id", "in", [False, self.env.company.id])
        )
        by_category = dict.fromkeys(paths, Symptom)
        for category, path in paths.items():
            for ancestor_id in reversed(path):
                if found := known.filtered(
                    lambda symptom, wanted=ancestor_id: (
                        wanted in symptom.asset_category_ids.ids
                    )
                ):
                    by_category[category] = found
                    break
        return {asset: by_category.get(asset.category_id, Symptom) for asset in self}

    def _sort_symptoms(self, symptoms):
        """Return the symptoms of a device, the most frequent ones first."""
        self.ensure_one()
        if len(symptoms) < 2:
            return symptoms
        # sudo: helpdesk.ticket.asset.link - only counts, no data of tickets
        Link = self.env["helpdesk.ticket.asset.link"].sudo()
        latest = Link.search(
            Domain("asset_id.category_id", "=", self.category_id.id)
            & Domain("ticket_id.symptom_id", "in", symptoms.ids),
            order="id desc",
            limit=COUNTED_TICKETS,
        )
        rows = Link._read_group(
            Domain("id", "in", latest.ids), ["ticket_id"], ["__count"]
        )
        counts = Counter()
        for ticket, count in rows:
            counts[ticket.symptom_id] += count
        return symptoms.sorted(lambda symptom: -counts[symptom])
