"""Table of the routes: without the token, the answer is the same for everybody.

school_helpdesk_base/tests/route_common.py describes the format.
"""

from odoo.tests import tagged

from odoo.addons.school_helpdesk_base.tests.route_common import RouteCase

from ..models.res_config_settings import TOKEN


@tagged("post_install", "-at_install", "security")
class TestMonitorRouteMatrix(RouteCase):
    ADDONS = ("school_helpdesk_monitor",)
    #     nob  gst  own  emp  a_o  a_t  all  man
    ROUTES = """
        GET /helpdesk/health
            200  200  200  200  200  200  200  200
        GET /helpdesk/metrics
            401  401  401  401  401  401  401  401
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param(TOKEN, "t" * 43)
        # scheduled actions do not run on the databases of tests
        cls.env["ir.cron"].search([]).nextcall = "2099-01-01"
        cls.secrets = {"t" * 43: (), "figures": (), "waiting": ()}
