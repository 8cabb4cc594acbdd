"""Two requests that do the same thing at the same time."""

from contextlib import contextmanager

from psycopg2.errors import UniqueViolation

from odoo.exceptions import ConcurrencyError


@contextmanager
def retry_when_doubled(env):
    """Try the whole request again when another one has just created the same row.

    The row exists, but this transaction cannot see it yet; the next try can.

    :raise ConcurrencyError: a unique index refused what was written inside
    """
    try:
        with env.cr.savepoint():
            yield
    except UniqueViolation as error:
        raise ConcurrencyError("sent twice at the same time") from error
