"""The printed reports, as PDF files for the browser."""

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from ..models.helpdesk_period_report import MANAGER


class PeriodReport(http.Controller):
    @http.route(
        "/helpdesk/report/week/<int:company_id>",
        type="http",
        auth="user",
        readonly=True,
        sitemap=False,
    )
    def week(self, company_id):
        Report = self._get_report()
        company = request.env.user.company_ids.filtered(
            lambda company: company.id == company_id
        )
        if not company:
            raise NotFound()
        return self._respond(Report._render_week(company), f"week-{company_id}")

    @http.route(
        "/helpdesk/report/term/<int:term_id>",
        type="http",
        auth="user",
        readonly=True,
        sitemap=False,
    )
    def term(self, term_id):
        Report = self._get_report()
        term = request.env["helpdesk.school.term"].search([("id", "=", term_id)])
        if not term:
            raise NotFound()
        return self._respond(Report._render_term(term), f"term-{term_id}")

    def _get_report(self):
        """Return the model of the reports; others learn nothing about companies."""
        if not request.env.user.has_group(MANAGER):
            raise NotFound()
        return request.env["helpdesk.period.report"]

    def _respond(self, pdf, name):
        return request.make_response(
            pdf,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(pdf)),
                ("Content-Disposition", f'inline; filename="helpdesk-{name}.pdf"'),
                ("Cache-Control", "no-store"),
            ],
        )
