"""A device in the words of the person who has it: warranty, its ticket, how to report.

Whoever calls has found the device to be that person's.
"""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    def _portal_get_requested_tickets(self, partner):
        """Return a person's newest ticket in work on each device, as root.

        :return: dictionary of device to ticket; devices without one are left out
        """
        Ticket = self.env["helpdesk.ticket"]
        domain = (
            Domain("asset_id", "in", self.ids)
            & Domain("ticket_id", "in", Ticket._get_requested_query(partner))
            & Domain("ticket_id.status_category", "in", ("open", "waiting"))
        )
        # sudo: helpdesk.ticket.asset.link - of the person's own tickets only
        links_sudo = self.env["helpdesk.ticket.asset.link"].sudo()
        newest = dict(links_sudo._read_group(domain, ["asset_id"], ["ticket_id:max"]))
        tickets_sudo = Ticket.sudo().browse(newest.values())
        return dict(zip(newest, tickets_sudo, strict=True))

    def _portal_prepare_device(self, ticket_sudo=None):
        """Return what a page says of a device.

        :param ticket_sudo: the person's own ticket in work on it, if any
        """
        self.ensure_one()
        model = " ".join(filter(None, [self.brand, self.model]))
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
        """Return whether the device is under warranty today, in words."""
        end = self.warranty_end_date
        # not the stored status: it is as old as the last change of the dates
        if end and end >= fields.Date.context_today(self):
            return self.env._("Yes, until %(date)s", date=format_date(self.env, end))
        return self.env._("No")

    def _portal_get_report_url(self):
        """Return where to report the device: as by its label, while it has one."""
        if self.qr_token:
            return self._qr_get_path()
        return f"/new/ticket?asset_id={self.id}"
