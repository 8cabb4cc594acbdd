"""Prepare the database before the addon creates its tables."""

import psycopg2

from odoo.exceptions import UserError
from odoo.tools import SQL


def pre_init_hook(env):
    """Create the extension pg_trgm, which finds Thai words and misspelt ones.

    It is a trusted extension: the owner of the database may create it.

    :raise UserError: if the server does not have the extension or forbids it
    """
    try:
        with env.cr.savepoint():
            env.cr.execute(SQL("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    except psycopg2.Error as error:
        raise UserError(
            env._(
                "The knowledge base needs the PostgreSQL extension pg_trgm, which "
                "could not be created: %(error)s Ask the database administrator to "
                "run CREATE EXTENSION pg_trgm, then install the addon again.",
                error=error,
            )
        ) from error
