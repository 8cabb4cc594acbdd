"""The tickets of an asset, its common issues, and the search for agents."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import escape_psql

from odoo.addons.school_helpdesk_base.tools.search_text import (
    contains,
    escape_wildcards,
)

from ..helpdesk_ticket_asset_link import WORKING_CATEGORIES

#: Maximum number of rows in a list of common issues.
COMMON_ISSUES = 5


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset", "helpdesk.literal.search.mixin"]

    ticket_link_ids = fields.One2many(
        comodel_name="helpdesk.ticket.asset.link",
        inverse_name="asset_id",
        string="Ticket Links",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        string="Tickets",
        compute="_compute_tickets",
        compute_sudo=False,
    )
    ticket_count = fields.Integer(compute="_compute_ticket_count", compute_sudo=False)
    open_ticket_count = fields.Integer(
        string="Open Tickets", compute="_compute_ticket_count", compute_sudo=False
    )
    common_issues = fields.Html(
        compute="_compute_common_issues",
        sanitize=False,
        help="The most frequent issues of this asset, its model and its category.",
    )

    #: Finds the devices of a model, for its common issues and the page of a label.
    _desk_model_idx = models.Index("(model, brand) WHERE model IS NOT NULL")

    # ------------------------------------------------------------------
    # Tickets of the asset
    # ------------------------------------------------------------------

    def _get_ticket_links_domain(self):
        """Return the domain of the links to tickets the user may read."""
        tickets = self.env["helpdesk.ticket"]._search([])
        return Domain("asset_id", "in", self.ids) & Domain("ticket_id", "in", tickets)

    @api.depends_context("uid")
    def _compute_tickets(self):
        # sudo: helpdesk.ticket.asset.link - the domain allows only readable tickets
        links = self.env["helpdesk.ticket.asset.link"].sudo()
        tickets_by_asset = {
            asset.id: tickets.ids
            for asset, tickets in links._read_group(
                self._get_ticket_links_domain(), ["asset_id"], ["ticket_id:recordset"]
            )
        }
        Ticket = self.env["helpdesk.ticket"]
        for asset in self:
            ids = tickets_by_asset.get(asset._origin.id, [])
            asset.ticket_ids = Ticket.browse(sorted(ids, reverse=True))

    @api.depends_context("uid")
    def _compute_ticket_count(self):
        # sudo: helpdesk.ticket.asset.link - the domain allows only readable tickets
        links = self.env["helpdesk.ticket.asset.link"].sudo()
        domain = self._get_ticket_links_domain()
        working = Domain("ticket_id.status_category", "in", WORKING_CATEGORIES)
        counts = dict(links._read_group(domain, ["asset_id"], ["__count"]))
        open_counts = dict(
            links._read_group(domain & working, ["asset_id"], ["__count"])
        )
        for asset in self:
            asset.ticket_count = counts.get(asset._origin, 0)
            asset.open_ticket_count = open_counts.get(asset._origin, 0)

    def action_view_tickets(self):
        """Open the tickets of these assets; show only open ones if there are any."""
        return {
            "name": self.env._("Tickets"),
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "view_mode": "list,kanban,form",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("id", "in", self.ticket_ids.ids)],
            "context": {
                "search_default_queue_open": bool(
                    sum(self.mapped("open_ticket_count"))
                ),
                **({"default_asset_id": self.id} if len(self) == 1 else {}),
            },
        }

    # ------------------------------------------------------------------
    # Common issues
    # ------------------------------------------------------------------

    @api.depends("ticket_link_ids", "brand", "model", "category_id")
    @api.depends_context("lang")
    def _compute_common_issues(self):
        for asset, levels in self._get_common_issues().items():
            asset.common_issues = self.env["ir.qweb"]._render(
                "school_asset_helpdesk_bridge.common_issues", {"levels": levels}
            )

    def _get_common_issues(self):
        """Return the most frequent issues per asset, at three levels.

        The levels are the device, its model and its category. All tickets are counted
        except cancelled ones.

        :return: dict of asset to a list of dicts with the keys ``title`` (the level),
            ``name`` (asset, model or category), ``total`` (number of tickets) and
            ``issues`` (dicts of ``name`` and ``count``, most frequent first)
        """
        # sudo: asset.asset, helpdesk.ticket - counts only, no content of a ticket
        assets_sudo = self.sudo()
        by_asset = self._count_issues(
            Domain("asset_id", "in", assets_sudo._origin.ids), ["asset_id"]
        )
        models_domain = Domain.OR(
            Domain("asset_id.brand", "=", brand) & Domain("asset_id.model", "=", model)
            for brand, model in {(a.brand, a.model) for a in assets_sudo if a.model}
        )
        by_model = self._count_issues(
            models_domain, ["asset_id.brand", "asset_id.model"]
        )
        by_category = self._count_issues(
            Domain("asset_id.category_id", "in", assets_sudo.category_id.ids),
            ["asset_id.category_id"],
        )
        result = {}
        for asset, asset_sudo in zip(self, assets_sudo, strict=True):
            category = asset_sudo.category_id
            levels = [
                (
                    self.env._("This device"),
                    asset_sudo.asset_code,
                    by_asset[asset_sudo._origin,],
                ),
                (
                    self.env._("This model"),
                    asset_sudo.model and asset_sudo._get_desk_model(),
                    by_model[asset_sudo.brand, asset_sudo.model],
                ),
                (
                    self.env._("This category"),
                    category.complete_name,
                    by_category[category,],
                ),
            ]
            result[asset] = [
                {
                    "title": title,
                    "name": name,
                    "total": sum(count for _name, count in issues),
                    "issues": [
                        {"name": issue, "count": count}
                        for issue, count in sorted(
                            issues, key=lambda issue: (-issue[1], issue[0])
                        )[:COMMON_ISSUES]
                    ],
                }
                for title, name, issues in levels
                if name
            ]
        return result

    @api.model
    def _count_issues(self, domain, groupby):
        """Count tickets by category, or by type if a ticket has no category.

        :param domain: domain of the links to count
        :return: dict of the values of ``groupby`` to a list of (name, count)
        """
        # sudo: helpdesk.ticket.asset.link - counts only, no content of a ticket
        links = self.env["helpdesk.ticket.asset.link"].sudo()
        counted = links._read_group(
            domain & Domain("ticket_id.status_category", "!=", "cancelled"),
            [*groupby, "ticket_id.category_id", "ticket_id.type_id"],
            ["ticket_id:count_distinct"],
        )
        names = defaultdict(lambda: defaultdict(int))
        for *key, category, ticket_type, count in counted:
            # the group of NULL is None here, but False in the records
            key = tuple(value or False for value in key)
            if category:
                name = category.display_name
            else:
                name = ticket_type.name or self.env._("Not categorised")
            names[key][name] += count
        return defaultdict(
            list, {key: list(issues.items()) for key, issues in names.items()}
        )

    # ------------------------------------------------------------------
    # Texts about an asset for the help desk
    # ------------------------------------------------------------------

    def _get_desk_model(self):
        """Return brand and model as one text."""
        return " ".join(filter(None, [self.brand, self.model]))

    def _get_desk_summary(self):
        """Return name, model and location as one text, to identify the asset."""
        return " · ".join(
            filter(
                None, [self.name, self._get_desk_model(), self.location_id.display_name]
            )
        )

    @api.model
    def _is_device_picker_search(self):
        """Whether this name search chooses a device for a ticket.

        Agents without access rights on assets may find assets by name search. They see
        only code, name, model and location, and no lists or forms of assets.
        """
        if self.env.su or self.has_access("read"):
            return bool(self.env.context.get("asset_picker"))
        return self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user_own")

    @api.model
    def _search_devices(self, name, limit):
        """Return the assets that match all words of `name`.

        The records are returned as superuser if the user may not read assets. The
        caller's domain is ignored on purpose: with it, an agent could find out the
        value of any field by trying.

        The devices that the agent most likely means come first.
        """
        domain = Domain.AND(
            contains(
                [
                    "asset_code",
                    "name",
                    "serial_number",
                    "brand",
                    "model",
                    "location_id.complete_name",
                ],
                word,
            )
            for word in (name or "").split()
        )
        # sudo: asset.asset - agents may identify a device, and see no other facts
        assets = self if self.has_access("read") else self.sudo()
        limit = min(limit or 100, 100)
        found = assets.browse()
        for first in [*self._get_first_devices(name), Domain.TRUE]:
            if len(found) < limit:
                found += assets.search(
                    domain & first & Domain("id", "not in", found.ids),
                    limit=limit - len(found),
                )
        return found

    @api.model
    def _get_first_devices(self, name):
        """Return domains of devices to show before others, the most likely first.

        These are the device with this code, the devices in the room with this name or
        number, the devices of the requester, and those in the requester's rooms.
        """
        domains = []
        if words := (name or "").split():
            places = [
                Domain("location_id.name", "ilike", escape_wildcards(word))
                for word in words
            ]
            domains = [
                Domain("asset_code", "=ilike", escape_psql(" ".join(words))),
                Domain.AND(places),
                Domain.OR(places),
            ]
        requester_id = self.env.context.get("asset_picker_requester")
        if isinstance(requester_id, int) and (
            # a search, without sudo: the user may not be allowed to read the contact
            requester := self.env["res.partner"].search([("id", "=", requester_id)])
        ):
            own_sudo = self._get_requester_assets(requester)[requester]
            domains.append(Domain("id", "in", own_sudo.ids))
            domains.append(Domain("location_id", "in", own_sudo._get_rooms().ids))
        return domains

    @api.model
    @api.readonly
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        if not self._is_device_picker_search():
            return super().name_search(name, domain, operator, limit)
        return [
            (asset.id, asset.display_name)
            for asset in self._search_devices(name, limit)
        ]

    @api.model
    @api.readonly
    def web_name_search(
        self, name, specification, domain=None, operator="ilike", limit=100
    ):
        if not self._is_device_picker_search():
            return super().web_name_search(name, specification, domain, operator, limit)
        return [
            {
                "id": asset.id,
                "display_name": asset.display_name,
                "__formatted_display_name": (
                    f"{asset.display_name}\t--{asset._get_desk_summary()}--"
                ),
            }
            for asset in self._search_devices(name, limit)
        ]
