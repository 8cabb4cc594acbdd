"""The page "My devices": the user's devices, each with a link to report a problem."""

from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal


class PortalDevices(CustomerPortal):
    @route(
        "/my/devices",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        readonly=True,
    )
    def portal_my_devices(self, **_kwargs):
        partner = request.env.user.partner_id
        assets_sudo = request.env["asset.asset"]._portal_get_own_assets(partner)
        tickets = assets_sudo._portal_get_requested_tickets(partner)
        values = {
            "page_name": "devices",
            "devices": [
                asset._portal_prepare_device(tickets.get(asset))
                for asset in assets_sudo
            ],
        }
        return request.render("school_helpdesk_portal.portal_my_devices", values)
