"""Table of the routes of the reports: the response for each user.

school_helpdesk_base/tests/route_common.py describes the format.
"""

from odoo import fields
from odoo.tests import tagged

from odoo.addons.school_helpdesk_base.tests.route_common import RouteCase

from .test_wall import OTHER_TOKEN, TOKEN


@tagged("post_install", "-at_install", "security")
class TestReportRouteMatrix(RouteCase):
    ADDONS = ("school_helpdesk_report",)
    #     nob  gst  own  emp  a_o  a_t  all  man
    ROUTES = """
        GET /helpdesk/figures
            in   in   404  404  200  200  200  200
        GET /helpdesk/report/week/<company_id>
            in   in   404  404  404  404  404  200
        GET /helpdesk/report/term/<term_id>
            in   in   404  404  404  404  404  200
        GET /helpdesk/wall/<token>
            200  200  200  200  200  200  200  200
        GET /helpdesk/wall/<token_of_nobody>
            404  404  404  404  404  404  404  404
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Screen = cls.env["helpdesk.wall.screen"]
        Screen.create(
            {
                "name": "Wall",
                "token_hash": Screen._hash_token(TOKEN),
                "last_seen": fields.Datetime.now(),
            }
        )
        term = cls.env["helpdesk.school.term"].create(
            {"name": "1", "date_from": "2020-01-01", "date_to": "2020-02-01"}
        )
        cls.places = {
            "token": TOKEN,
            "token_of_nobody": OTHER_TOKEN,
            "company_id": cls.env.company.id,
            "term_id": term.id,
        }
        cls.secrets = {cls.ticket.name: (), cls.owner.name: ()}
