"""The panel about the requester on the form of a ticket, for agents."""

from odoo import api, fields, models
from odoo.fields import Domain

from .ticket import DESK_ONLY

#: Records of each kind that the panel shows; it only counts the others.
SHOWN = 5


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    requester_facts = fields.Json(
        string="About the requester",
        compute="_compute_requester_facts",
        compute_sudo=False,
        groups=DESK_ONLY,
        help="The lines of the panel about the requester, as ``_get_requester_facts`` "
        "returns them.",
    )

    @api.depends("partner_id")
    @api.depends_context("uid", "lang")
    def _compute_requester_facts(self):
        partners = self.partner_id._origin
        facts = self._get_requester_facts(partners)
        for ticket in self:
            lines = []
            for line in facts.get(ticket.partner_id._origin, []):
                items = [
                    item
                    for item in line["items"]
                    if (item.get("model"), item.get("id"))
                    != (self._name, ticket._origin.id)
                ]
                if items:
                    lines.append(self._prepare_facts_line(line, items))
            ticket.requester_facts = lines

    @api.model
    def _prepare_facts_line(self, line, items):
        """Return a line with its first items and the number of the others."""
        return {**line, "items": items[:SHOWN], "more": max(len(items) - SHOWN, 0)}

    @api.model
    def _get_requester_facts(self, partners):
        """Return what the panel shows about requesters, for all of them at once.

        :param partners: the requesters
        :return: dictionary of requester to a list of lines; a line is a dictionary with
            the keys ``name``, ``icon`` (a class of Font Awesome) and ``items``:
            dictionaries with ``name`` and, if the item can be opened, ``url`` or
            ``model`` and ``id``
        """
        facts = {partner: [] for partner in partners}
        # a requester of another company may be hidden from this user
        for partner in partners._filtered_access("read"):
            if phone := partner.phone:
                facts[partner].append(
                    {
                        "name": self.env._("Phone"),
                        "icon": "fa-phone",
                        "items": [{"name": phone, "url": f"tel:{phone}"}],
                    }
                )
        # only the columns of the name: a requester may have many open tickets
        tickets = self.search_fetch(
            Domain("partner_id", "in", partners.ids)
            & Domain("status_category", "in", ("open", "waiting")),
            ["partner_id", "number", "name"],
            order="id desc",
        )
        for partner, of_partner in tickets.grouped("partner_id").items():
            facts[partner].append(
                {
                    "name": self.env._("Other open tickets"),
                    "icon": "fa-life-ring",
                    "items": [
                        {
                            "name": ticket.display_name,
                            "model": self._name,
                            "id": ticket.id,
                        }
                        for ticket in of_partner
                    ],
                }
            )
        return facts
