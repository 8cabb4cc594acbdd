"""Table of the guest routes: the response for each user, and whether it changes data.

school_helpdesk_base/tests/route_common.py describes the format.
"""

import uuid

from odoo.tests import tagged

from odoo.addons.school_helpdesk_base.tests.route_common import RouteCase

GUEST_TOKEN = "g" * 43


@tagged("post_install", "-at_install", "security")
class TestGuestRouteMatrix(RouteCase):
    ADDONS = ("school_helpdesk_guest",)
    #     nob  gst  own  emp  a_o  a_t  all  man
    ROUTES = """
        GET /helpdesk/scan/<token>/guest
            200  200  303  303  303  303  303  303
        POST /helpdesk/scan/<token>/guest
            400  200+ 200+ 200+ 200+ 200+ 200+ 200+
        GET /helpdesk/guest/<guest_token>
            200  200  200  200  200  200  200  200
        POST /helpdesk/guest/<guest_token>
            400  303+ 303+ 303+ 303+ 303+ 303+ 303+
        GET /helpdesk/guest/<token>
            404  404  404  404  404  404  404  404
        POST /helpdesk/guest/<token>
            400  404  404  404  404  404  404  404
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env
        kind = env["asset.category"].create({"name": "Beamers"})
        cls.asset = env["asset.asset"].create(
            {"asset_code": "RTE-1", "name": "Projector", "category_id": kind.id}
        )
        env.company.write(
            {
                "helpdesk_guest_reports": True,
                "helpdesk_guest_domains": "school.example",
            }
        )
        Report = env["helpdesk.guest.report"]
        Report.create(
            {
                "company_id": env.company.id,
                "asset_id": cls.asset.id,
                "name": "Gus Guest",
                "email": "gus@school.example",
                "token_hash": Report._hash_token(GUEST_TOKEN),
                "expires": "2099-01-01",
            }
        )
        cls.places = {"token": cls.asset.qr_token, "guest_token": GUEST_TOKEN}
        cls.bodies = {
            "POST /helpdesk/scan/<token>/guest": {
                "key": uuid.uuid4().hex,
                "category": "other",
                "name": "Gus Guest",
                "email": "gus@school.example",
            },
            "POST /helpdesk/guest/<guest_token>": {
                "photo": ("a.txt", b"words", "text/plain")
            },
        }
        cls.ids = {"POST /helpdesk/scan/<token>/guest": {"category": (422, 422)}}
