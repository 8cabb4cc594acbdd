"""Sets up the tickets that are older than the addon."""

from odoo.addons.school_helpdesk_base.tools.foreign_terms import (
    translate_foreign_code,
)


def post_load():
    translate_foreign_code("school_helpdesk_timesheet")


def post_init_hook(env):
    """Give open tickets the project of their team, so that hours can be logged."""
    env["helpdesk.ticket"].search(
        [("project_id", "=", False), ("status_category", "in", ("open", "waiting"))]
    )._set_default_project()
