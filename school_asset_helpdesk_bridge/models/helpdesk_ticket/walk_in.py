"""The defaults of a ticket that an agent writes down at the counter or on the phone."""

from odoo import api, models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        if (
            "channel_id" in fields_list
            and "channel_id" not in defaults
            and self.env.context.get("helpdesk_new_form")
        ):
            channel = self.env.ref(
                "school_asset_helpdesk_bridge.channel_walk_in",
                raise_if_not_found=False,
            )
            if channel and channel.active:
                defaults["channel_id"] = channel.id
        return defaults
