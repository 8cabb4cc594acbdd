"""Sets up the tickets that are older than the addon."""


def post_init_hook(env):
    """Give open tickets the project of their team, so that hours can be logged."""
    env["helpdesk.ticket"].search(
        [("project_id", "=", False), ("status_category", "in", ("open", "waiting"))]
    )._set_default_project()
