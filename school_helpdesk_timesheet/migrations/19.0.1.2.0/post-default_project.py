"""Give open tickets the project of their team, so that they can be timed.

Only tickets from the backend's form had a project.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["helpdesk.ticket"].search(
        [("project_id", "=", False), ("status_category", "in", ("open", "waiting"))]
    )._set_default_project()
