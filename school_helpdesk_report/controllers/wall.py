"""The page of a wall screen. Its link works without an account and without a session.

The script of the page loads the same address again and shows the new figures.
"""

from odoo.http import Controller, request, route

from odoo.addons.school_asset_helpdesk_bridge.controllers.scan import HEADERS

from ..models.helpdesk_wall_screen import WALL_PATH

WALL_HEADERS = {
    **HEADERS,
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
}


class WallController(Controller):
    @route(
        f"{WALL_PATH}/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
    )
    def wall(self, token, **_kwargs):
        """Show the figures; every invalid link gets the same 404 page."""
        screen_sudo = request.env["helpdesk.wall.screen"]._find_by_token(token)
        if screen_sudo:
            screen_sudo._note_seen()
            response = request.make_response(screen_sudo._get_page())
        else:
            response = request.render(
                "school_helpdesk_report.wall_gone",
                {"lang": request.env.lang},
                status=404,
            )
        response.headers.update(WALL_HEADERS)
        return response
