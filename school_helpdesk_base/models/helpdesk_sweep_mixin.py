"""A common mechanism for scheduled actions that work on due records."""

import logging

from odoo import api, models
from odoo.tools import split_every

_logger = logging.getLogger(__name__)


class HelpdeskSweepMixin(models.AbstractModel):
    _name = "helpdesk.sweep.mixin"
    _description = "Scheduled Work on Due Records"

    @api.model
    def _sweep(self, due, work, order="id", batch_size=50):
        """Work on the due records, batch by batch; called by scheduled actions.

        Each batch is one transaction. It locks its records and skips records that
        another transaction has changed or is changing. If a batch fails, its records
        are tried one by one: a record that fails is logged and left for the next run.
        The domain should be served by an index.

        :param Domain due: which records are due
        :param work: function that takes a recordset of due records
        :param str order: the order of the work
        :param int batch_size: number of records in a transaction
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
        """Run the work in a savepoint; return the exception if it failed, else None."""
        try:
            with self.env.cr.savepoint():
                work(self)
        except Exception as error:
            self.invalidate_recordset()
            return error
        return None
