from odoo import models


class HelpdeskNotification(models.Model):
    _inherit = "helpdesk.notification"

    _failed_idx = models.Index("(id) WHERE state = 'failed'")
