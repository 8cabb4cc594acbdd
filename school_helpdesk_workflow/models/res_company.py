"""Settings: when a ticket is at risk, and how much it counts for its agent."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_sla_warn_percent = fields.Integer(
        string="Ticket at risk",
        default=20,
        required=True,
        help="A ticket is at risk when less than this share of its time is left, in "
        "percent.",
    )

    helpdesk_weight_low = fields.Float(string="Low", default=1.0)
    helpdesk_weight_normal = fields.Float(string="Normal", default=1.0)
    helpdesk_weight_high = fields.Float(string="High", default=1.0)
    helpdesk_weight_urgent = fields.Float(string="Urgent", default=2.0)

    _helpdesk_weights_positive = models.Constraint(
        # NaN is larger than every number
        "CHECK (helpdesk_weight_low BETWEEN 0 AND 1000 AND "
        "helpdesk_weight_normal BETWEEN 0 AND 1000 AND "
        "helpdesk_weight_high BETWEEN 0 AND 1000 AND "
        "helpdesk_weight_urgent BETWEEN 0 AND 1000)",
        "The weight of a ticket must be between 0 and 1000.",
    )
    _helpdesk_sla_warn_percent = models.Constraint(
        "CHECK (helpdesk_sla_warn_percent >= 0 AND helpdesk_sla_warn_percent < 100)",
        "The share of time that is left must be at least 0 % and less than 100 %.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "helpdesk_sla_warn_percent" in vals:
            # sudo: helpdesk.ticket.team - only notes that clocks may change
            teams = self.env["helpdesk.ticket.team"].sudo()
            teams.search([("use_sla", "=", True)])._refresh_clocks_later()
        return result
