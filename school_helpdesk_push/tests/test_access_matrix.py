"""Table of the push routes: the response for each user, and whether it changes data.

school_helpdesk_base/tests/route_common.py describes the format.
"""

from odoo.tests import tagged

from odoo.addons.school_helpdesk_base.tests.route_common import RouteCase


@tagged("post_install", "-at_install", "security")
class TestPushRouteMatrix(RouteCase):
    ADDONS = ("school_helpdesk_push",)
    #     nob  gst  own  emp  a_o  a_t  all  man
    ROUTES = """
        GET /helpdesk/service-worker.js
            200  200  200  200  200  200  200  200
        RPC /helpdesk/push/key
            in   in   yes  yes  yes  yes  yes  yes
        RPC /helpdesk/push/subscribe
            in   in   yes+ yes+ yes+ yes+ yes+ yes+
        RPC /helpdesk/push/subscribed
            in   in   no   no   no   no   no   no
        RPC /helpdesk/push/unsubscribe
            in   in   yes  yes  yes  yes  yes  yes
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.push.device"].get_web_push_vapid_public_key()
        endpoint = "https://fcm.googleapis.com/fcm/send/abc"
        keys = {"p256dh": "BNcRd", "auth": "tBHI"}
        cls.bodies = {
            "RPC /helpdesk/push/subscribe": {
                "subscription": {"endpoint": endpoint, "keys": keys}
            },
            "RPC /helpdesk/push/subscribed": {"endpoint": endpoint},
            "RPC /helpdesk/push/unsubscribe": {"endpoint": endpoint},
        }
