"""The page that says what each figure of the reports means."""

from odoo import http
from odoo.http import request

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.ticket import DESK_ONLY


class FiguresController(http.Controller):
    @http.route("/helpdesk/figures", type="http", auth="user", readonly=True)
    def figures(self):
        if not request.env.user.has_group(DESK_ONLY):
            raise request.not_found()
        return request.render("school_helpdesk_report.figures_page")
