"""Remembers each processed mail, so that no mail is processed twice.

The row is written in the transaction that stores what the mail has become. If the
process is killed before the commit, neither is stored, and the mail is fetched again.
If it is killed after the commit, the mail may be fetched again, but its row exists.
"""

import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: How long a mail server may keep a mail and deliver it again.
LIFETIME = timedelta(days=180)


class HelpdeskMailReceipt(models.Model):
    _name = "helpdesk.mail.receipt"
    _description = "Received Mail"
    _rec_name = "key"
    _log_access = False

    key = fields.Char(required=True, readonly=True)
    date = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now, index=True
    )

    _key_unique = models.UniqueIndex("(key)", "This mail has been received already.")

    @api.model
    def _claim(self, key):
        """Write the row of a mail; return whether the mail is new.

        If another transaction has just written the same row, PostgreSQL raises a
        serialization error, and the caller must retry its transaction.
        """
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO helpdesk_mail_receipt (key, date) VALUES (%s, %s)"
                " ON CONFLICT (key) DO NOTHING RETURNING id",
                key,
                fields.Datetime.now(),
            )
        )
        return bool(rows)

    @api.model
    def _is_known(self, key):
        # sudo: helpdesk.mail.receipt - no user has access rights
        return bool(self.sudo().search_count([("key", "=", key)], limit=1))

    @api.model
    def _make_key(self, *parts):
        """Return the key of a mail, as a hash.

        :param parts: texts or bytes that identify the mail together
        """
        digest = hashlib.sha256()
        for part in parts:
            content = part if isinstance(part, bytes) else str(part).encode()
            digest.update(b"%d:" % len(content) + content)
        return digest.hexdigest()

    @api.autovacuum
    def _gc_receipts(self):
        """Delete rows that are older than ``LIFETIME``."""
        self.search([("date", "<", fields.Datetime.now() - LIFETIME)]).unlink()
