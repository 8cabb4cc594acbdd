"""Scheduled work on what is due: one mechanism for all of it."""

import logging

from odoo import api, models
from odoo.tools import split_every

_logger = logging.getLogger(__name__)


class HelpdeskSweepMixin(models.AbstractModel):
    _name = "helpdesk.sweep.mixin"
    _description = "Scheduled Work on Due Records"

    @api.model
    def _sweep(self, due, work, order="id", batch_size=50):
        """Work on the records that are due, batch by batch; for scheduled actions.

        Each batch is a transaction. It locks its records and leaves out what somebody
        else has changed or is changing. Where a batch fails, its records are tried one
        by one: one that fails is logged and left for the next run, and the others go
        on. The cost is that of the due records, if an index serves the domain.

        :param Domain due: which records are due
        :param work: function that takes a recordset of due records
        :param str order: in which order
        :param int batch_size: records in a transaction
        """
        ids = self.search(due, order=order).ids
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=len(ids))
        for batch in split_every(batch_size, ids):
            records = self.browse(batch).try_lock_for_update().filtered_domain(due)
            if records._attempt(work):
                for record in records:
                    if error := record._attempt(work):
                        _logger.error(
                            "Scheduled work on %s failed", record, exc_info=error
                        )
            if not Cron._commit_progress(len(batch)):
                break

    def _attempt(self, work):
        """Run the work in a savepoint; return the error that has undone it, if any."""
        try:
            with self.env.cr.savepoint():
                work(self)
        except Exception as error:
            self.invalidate_recordset()
            return error
        return None
