"""What the database must be able to do before the first table is made."""

import psycopg2

from odoo.exceptions import UserError
from odoo.tools import SQL


def pre_init_hook(env):
    """Switch on trigrams, without which neither Thai nor typing errors are found.

    The extension is a trusted one: the owner of the database may create it.

    :raise UserError: where the server does not offer it or forbids it
    """
    try:
        with env.cr.savepoint():
            env.cr.execute(SQL("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    except psycopg2.Error as error:
        raise UserError(
            env._(
                "The knowledge base needs PostgreSQL's extension pg_trgm, and it "
                "could not be created: %(error)s Ask the administrator of the "
                "database to run CREATE EXTENSION pg_trgm in it, then install again.",
                error=error,
            )
        ) from error
