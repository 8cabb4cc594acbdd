"""Scheduled actions that begin as soon as there is work for them."""

from odoo import api, models

#: The scheduled action that sends the mails of the queue.
MAIL_QUEUE = "mail.ir_cron_mail_scheduler_action"


class IrCron(models.Model):
    _inherit = "ir.cron"

    @api.model
    def _start_soon(self, xmlid, at=None):
        """Let a scheduled action run when this transaction has ended, or later.

        Nothing happens if the action was deleted.

        :param str xmlid: the external id of the action
        :param datetime at: when it runs, by default at once (naive UTC)
        """
        if cron_id := self.env["ir.model.data"]._xmlid_to_res_id(xmlid):
            # sudo: ir.cron - who causes the work may not start scheduled actions
            self.sudo().browse(cron_id)._trigger(at)
