"""Shows times in a ticket's mails in the time zone of the requester.

Odoo shows them in the time zone of the person, or the scheduled action, that sends the
mail.
"""

from odoo import api, models
from odoo.tools import groupby

from ..tools.moment import get_time_zone


class MailRenderMixin(models.AbstractModel):
    _inherit = "mail.render.mixin"

    @api.model
    def _render_template(
        self,
        template_src,
        model,
        res_ids,
        engine="inline_template",
        add_context=None,
        options=None,
    ):
        def render(self, ids):
            return super()._render_template(
                template_src,
                model,
                ids,
                engine=engine,
                add_context=add_context,
                options=options,
            )

        if model != "helpdesk.ticket":
            return render(self, res_ids)
        zones = self._helpdesk_get_time_zones(res_ids)
        rendered = {}
        for zone, ids in groupby(res_ids, zones.get):
            rendered |= render(self.with_context(helpdesk_time_zone=zone), ids)
        return rendered

    @api.model
    def _helpdesk_get_time_zones(self, ticket_ids):
        """Return a dictionary of ticket id to the name of its requester's time zone."""
        return {
            ticket.id: get_time_zone(
                ticket.with_company(ticket.company_id).env, ticket.partner_id
            ).zone
            for ticket in self.env["helpdesk.ticket"].browse(filter(None, ticket_ids))
        }

    @api.model
    def _render_eval_context(self):
        values = super()._render_eval_context()
        if zone := self.env.context.get("helpdesk_time_zone"):
            for name in ("format_datetime", "format_time"):
                values[name] = _with_default_zone(values[name], zone)
        return values


def _with_default_zone(format_function, default):
    """Return Odoo's format function, with a default time zone."""

    def format_in_zone(moment, tz=False, *args, **kwargs):
        return format_function(moment, tz or default, *args, **kwargs)

    return format_in_zone
