"""Handles requests that create the same row at the same time."""

from contextlib import contextmanager

from psycopg2.errors import UniqueViolation

from odoo.exceptions import ConcurrencyError


@contextmanager
def retry_on_duplicate(env):
    """Make Odoo retry the request if another request has just created the same row.

    This transaction cannot see the other row yet, but the retry can.

    :raise ConcurrencyError: a unique index refused a row that was written inside
    """
    try:
        with env.cr.savepoint():
            yield
    except UniqueViolation as error:
        raise ConcurrencyError("sent twice at the same time") from error
