"""The data of a device on the page "My devices": facts, warranty and ticket.

The callers must check that the device belongs to the user.
"""

from odoo import models
from odoo.fields import Domain

from odoo.addons.school_asset_helpdesk_bridge.controllers.scan import FORM_PATH
from odoo.addons.school_asset_helpdesk_bridge.models.helpdesk_ticket_asset_link import (
    WORKING_CATEGORIES,
)
from odoo.addons.school_helpdesk_base.tools.moment import format_day, get_today


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    def _portal_get_requested_tickets(self, partner):
        """Return a requester's newest open ticket on each device, with sudo.

        :return: dictionary of device to ticket; only devices with an open ticket
        """
        Ticket = self.env["helpdesk.ticket"]
        domain = (
            Domain("asset_id", "in", self.ids)
            & Domain("ticket_id", "in", Ticket._get_requested_query(partner))
            & Domain("ticket_id.status_category", "in", WORKING_CATEGORIES)
        )
        # sudo: helpdesk.ticket.asset.link - only links of the requester's own tickets
        links_sudo = self.env["helpdesk.ticket.asset.link"].sudo()
        newest = dict(links_sudo._read_group(domain, ["asset_id"], ["ticket_id:max"]))
        tickets_sudo = Ticket.sudo().browse(newest.values())
        return dict(zip(newest, tickets_sudo, strict=True))

    def _portal_prepare_device(self, ticket_sudo=None):
        """Return the values of a device for the template.

        :param ticket_sudo: the user's own open ticket on the device, if any
        """
        self.ensure_one()
        model = self._get_desk_model()
        name = self.name or model or self.category_id.name
        return {
            "name": name,
            "code": self.asset_code,
            "model": model if model != name else "",
            "room": self.location_id.name or "",
            "warranty": self._portal_get_warranty(),
            "ticket": ticket_sudo,
            "report_url": self._portal_get_report_url(),
        }

    def _portal_get_warranty(self):
        """Return a text that says whether the device is under warranty today."""
        end = self.warranty_end_date
        # the stored warranty status is not updated when time passes
        if end and end >= get_today(self.env):
            return self.env._("Yes, until %(date)s", date=format_day(self.env, end))
        return self.env._("No, not covered")

    def _portal_get_report_url(self):
        """Return the address of the scan page, or of the form if there is no label."""
        if self.qr_token:
            return self._qr_get_path()
        return f"{FORM_PATH}?asset_id={self.id}"
