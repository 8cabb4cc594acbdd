"""The assets of a ticket, and the facts about them that agents may see.

Agents need no access rights on assets. The facts they need are fields of the ticket,
for users who may read it. Category, location, building and custodian are records,
stored so that tickets can be grouped and searched by them.
"""

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.fields import Domain
from odoo.tools import html2plaintext, is_html_empty

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.title import TITLE_WIDTH
from odoo.addons.school_helpdesk_base.tools.cut_text import cut_text
from odoo.addons.school_helpdesk_base.tools.plain_name import strip_text

from ..helpdesk_ticket_asset_link import WORKING_CATEGORIES

#: The groups whose users see a ticket's assets in the backend. Requesters are in none
#: of them, because they may see only their own devices. The portal has its own checks.
DEVICE_GROUPS = (
    "helpdesk_mgmt.group_helpdesk_user_own,school_asset_management.group_asset_user"
)


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    asset_link_ids = fields.One2many(
        comodel_name="helpdesk.ticket.asset.link",
        inverse_name="ticket_id",
        string="Devices",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    asset_id = fields.Many2one(
        comodel_name="asset.asset",
        string="Device",
        compute="_compute_asset_id",
        inverse="_inverse_asset_id",
        store=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
        groups=DEVICE_GROUPS,
        help="The main device of the ticket.",
    )
    asset_code = fields.Char(
        related="asset_id.asset_code",
        string="Device Code",
        store=True,
        index="btree_not_null",
        groups=DEVICE_GROUPS,
    )
    asset_name = fields.Char(
        string="Device Name", compute="_compute_asset_facts", groups=DEVICE_GROUPS
    )
    asset_model = fields.Char(
        string="Device Model",
        compute="_compute_asset_model",
        store=True,
        groups=DEVICE_GROUPS,
    )
    asset_category = fields.Many2one(
        related="asset_id.category_id",
        string="Device Category",
        store=True,
        index="btree_not_null",
        groups=DEVICE_GROUPS,
    )
    asset_location = fields.Many2one(
        related="asset_id.location_id",
        string="Device Location",
        store=True,
        index="btree_not_null",
        groups=DEVICE_GROUPS,
        help="Where the main device is now.",
    )
    asset_building = fields.Many2one(
        related="asset_location.building_id",
        string="Building",
        store=True,
        index="btree_not_null",
        groups=DEVICE_GROUPS,
    )
    asset_location_reported = fields.Many2one(
        comodel_name="asset.location",
        string="Reported Location",
        compute="_compute_asset_location_reported",
        store=True,
        copy=False,
        groups=DEVICE_GROUPS,
        help="Where the device was when the ticket got its first device. It stays when "
        "the device moves.",
    )
    asset_moved = fields.Boolean(
        string="Device Has Moved",
        compute="_compute_asset_moved",
        groups=DEVICE_GROUPS,
        help="The device is no longer where it was when it was reported.",
    )
    asset_custodian = fields.Many2one(
        related="asset_id.custodian_id",
        string="Device Custodian",
        store=True,
        index="btree_not_null",
        groups=DEVICE_GROUPS,
    )
    asset_status = fields.Char(
        string="Device Status", compute="_compute_asset_facts", groups=DEVICE_GROUPS
    )
    asset_warranty_status = fields.Selection(
        selection=[
            ("none", "No warranty"),
            ("active", "Under warranty"),
            ("expired", "Warranty expired"),
        ],
        string="Warranty",
        compute="_compute_asset_facts",
        groups=DEVICE_GROUPS,
    )
    asset_warranty_end_date = fields.Date(
        string="Warranty End", compute="_compute_asset_facts", groups=DEVICE_GROUPS
    )
    asset_out_of_service = fields.Boolean(
        string="Device out of service",
        compute="_compute_asset_out_of_service",
        inverse="_inverse_asset_out_of_service",
        compute_sudo=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="The device cannot be used while the ticket is open. When the ticket is "
        "resolved, the device gets its former status back.",
    )
    asset_other_ticket_count = fields.Integer(
        string="Other Tickets of the Device",
        compute="_compute_asset_other_tickets",
        compute_sudo=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    asset_other_open_count = fields.Integer(
        string="Other Open Tickets of the Device",
        compute="_compute_asset_other_tickets",
        compute_sudo=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    asset_common_issues = fields.Html(
        string="Common Issues",
        compute="_compute_asset_common_issues",
        sanitize=False,
        groups=DEVICE_GROUPS,
    )

    #: Counts the common issues of devices without reading their tickets.
    _issues_idx = models.Index("(id) INCLUDE (status_category, category_id, type_id)")

    # ------------------------------------------------------------------
    # The main device
    # ------------------------------------------------------------------

    @api.depends("asset_link_ids.role", "asset_link_ids.asset_id")
    def _compute_asset_id(self):
        for ticket in self:
            # sudo: helpdesk.ticket.asset.link - links of the same ticket only
            links = ticket.sudo().asset_link_ids
            primary = links.filtered(lambda link: link.role == "primary")
            ticket.asset_id = primary[:1].asset_id

    def _inverse_asset_id(self):
        """Update the links of the ticket.

        A device that is already on the ticket becomes its main device, and the former
        main device stays on the ticket. Another device replaces the main device.
        """
        Link = self.env["helpdesk.ticket.asset.link"]
        wanted = {ticket: ticket.asset_id.id for ticket in self}
        new_links = []
        for ticket, asset_id in wanted.items():
            links = ticket.asset_link_ids
            primary = links.filtered(lambda link: link.role == "primary")
            if primary.asset_id.id == (asset_id or False):
                continue
            known = links.filtered(lambda link, aid=asset_id: link.asset_id.id == aid)
            if known:
                known.role = "primary"
                continue
            primary.unlink()
            if asset_id:
                new_links.append(
                    {"ticket_id": ticket.id, "asset_id": asset_id, "role": "primary"}
                )
        Link.create(new_links)

    @api.model
    def _get_asset_title(self, asset, description=None):
        """Return a title with the beginning of the description, if any, and the code.

        :param description: HTML; the default text of ``_get_asset_description`` is
            ignored
        """
        # sudo: asset.asset - users who report a device may see its code
        code = asset.sudo().asset_code
        words = strip_text(html2plaintext(description or ""))
        if not words or words == html2plaintext(self._get_asset_description(asset)):
            return self.env._("Issue with %(code)s", code=code)
        return f"{cut_text(words, max(TITLE_WIDTH - len(code) - 3, 20))} - {code}"

    @api.model
    def _get_asset_description(self, asset):
        """Return a description with the device and its room, without personal data."""
        # sudo: asset.asset - users who report a device may see code, model and room
        asset_sudo = asset.sudo()
        summary = [asset_sudo.asset_code, asset_sudo._get_desk_summary()]
        return Markup("<p>%s</p>") % " · ".join(filter(None, summary))

    # ------------------------------------------------------------------
    # Facts about the device for the help desk
    # ------------------------------------------------------------------

    @api.depends("asset_id")
    @api.depends_context("lang")
    def _compute_asset_facts(self):
        # without sudo: fails unless the user may read the ticket
        assets = self.asset_id
        # sudo: asset.asset - facts for users who may read the ticket
        assets_sudo = assets.sudo()
        status_field = assets_sudo.fields_get(["status"], ["selection"])["status"]
        statuses = dict(status_field["selection"])
        for ticket in self:
            asset = ticket.asset_id.sudo()
            ticket.asset_name = asset.name
            ticket.asset_status = statuses.get(asset.status)
            ticket.asset_warranty_status = asset.warranty_status
            ticket.asset_warranty_end_date = asset.warranty_end_date

    @api.depends("asset_id.brand", "asset_id.model")
    def _compute_asset_model(self):
        for ticket in self:
            ticket.asset_model = (
                ticket.asset_id and ticket.asset_id._get_desk_model() or False
            )

    @api.depends("asset_id")
    def _compute_asset_location_reported(self):
        for ticket in self:
            # A saved ticket keeps its first location. In the form of a new ticket, the
            # location follows the chosen device.
            known = ticket._origin.asset_location_reported
            ticket.asset_location_reported = known or ticket.asset_id.location_id

    @api.depends("asset_location", "asset_location_reported")
    def _compute_asset_moved(self):
        for ticket in self:
            reported = ticket.asset_location_reported
            ticket.asset_moved = reported and reported != ticket.asset_location

    @api.depends("asset_link_ids.out_of_service", "asset_link_ids.role")
    def _compute_asset_out_of_service(self):
        for ticket in self:
            ticket.asset_out_of_service = ticket._get_primary_link().out_of_service

    def _inverse_asset_out_of_service(self):
        for ticket in self:
            link = ticket._get_primary_link()
            if link.out_of_service != ticket.asset_out_of_service:
                link.out_of_service = ticket.asset_out_of_service

    def _get_primary_link(self):
        return self.asset_link_ids.filtered(lambda link: link.role == "primary")

    @api.depends("asset_id")
    @api.depends_context("uid")
    def _compute_asset_other_tickets(self):
        Link = self.env["helpdesk.ticket.asset.link"]
        domain = Domain("asset_id", "in", self.asset_id.ids) & Domain(
            "ticket_id", "in", self._search([])
        )
        working = Domain("ticket_id.status_category", "in", WORKING_CATEGORIES)
        counts = dict(Link._read_group(domain, ["asset_id"], ["__count"]))
        open_counts = dict(
            Link._read_group(domain & working, ["asset_id"], ["__count"])
        )
        for ticket in self:
            asset = ticket.asset_id._origin
            # do not count the ticket itself; an unsaved ticket has no link yet
            saved = bool(ticket._origin) and ticket._origin.asset_id == asset
            is_open = saved and ticket._origin.status_category in WORKING_CATEGORIES
            ticket.asset_other_ticket_count = max(counts.get(asset, 0) - saved, 0)
            ticket.asset_other_open_count = max(
                open_counts.get(asset, 0) - bool(is_open), 0
            )

    @api.depends("asset_id")
    @api.depends_context("lang")
    def _compute_asset_common_issues(self):
        issues = self.asset_id._get_common_issues()
        for ticket in self:
            ticket.asset_common_issues = (
                self.env["ir.qweb"]._render(
                    "school_asset_helpdesk_bridge.common_issues",
                    {"levels": issues[ticket.asset_id]},
                )
                if ticket.asset_id
                else False
            )

    # ------------------------------------------------------------------
    # Create
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            asset = self.env["asset.asset"].browse(vals.get("asset_id") or ())
            symptom = self.env["helpdesk.symptom"].browse(vals.get("symptom_id") or ())
            if (asset or symptom) and not vals.get("name"):
                vals["name"] = self._get_suggested_title(
                    asset, symptom, vals.get("description")
                )
            if asset:
                # Forms of requesters pass an empty text. It must stay empty: the
                # description contains only what the requester wrote.
                is_missing = vals.get("description") != ""
                if is_missing and is_html_empty(vals.get("description")):
                    vals["description"] = self._get_asset_description(asset)
        return super().create(vals_list)

    # ------------------------------------------------------------------
    # Follow-up
    # ------------------------------------------------------------------

    def _prepare_follow_up_values(self, message):
        """Copy the devices. An agent must decide again whether they are usable."""
        # sudo: helpdesk.ticket.asset.link - requesters who reply may not read the links
        links = self.sudo().asset_link_ids
        return {
            **super()._prepare_follow_up_values(message),
            "asset_link_ids": [
                Command.create({"asset_id": link.asset_id.id, "role": link.role})
                for link in links
            ],
        }

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_view_asset_tickets(self):
        """Open the other tickets of the main device."""
        self.ensure_one()
        return {
            "name": self.env._("Tickets of %(code)s", code=self.asset_code),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("asset_link_ids.asset_id", "=", self.asset_id.id),
                ("id", "!=", self.id),
            ],
            "context": {"default_asset_id": self.asset_id.id},
        }

    def action_view_asset(self):
        """Open the main device, for users who may read assets."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "asset.asset",
            "res_id": self.asset_id.id,
            "views": [(False, "form")],
        }
