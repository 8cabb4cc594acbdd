"""Test users of a school's help desk, and tickets to test their access."""

from odoo.tests import HttpCase, JsonRpcException, new_test_user
from odoo.tools import mute_logger

from .common import HelpdeskCommon


class AccessCommon(HelpdeskCommon):
    """Two tickets, and users with every kind of access.

    The requester of ``ticket`` is ``owner``, and its submitter is ``submitter``. The
    requester of ``other_ticket`` is ``stranger``. All portal users are contacts of the
    same company.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env
        cls.school = env["res.partner"].create({"name": "School", "is_company": True})
        for name in ("owner", "submitter", "stranger"):
            user = new_test_user(env, f"access_{name}", groups="base.group_portal")
            user.partner_id.parent_id = cls.school
            setattr(cls, name, user)
        cls.employee = new_test_user(env, "access_employee", groups="base.group_user")
        for level, group in (
            ("own", "group_helpdesk_user_own"),
            ("team", "group_helpdesk_user_team"),
            ("all", "group_helpdesk_user"),
            ("manager", "group_helpdesk_manager"),
        ):
            user = new_test_user(
                env, f"access_agent_{level}", groups=f"helpdesk_mgmt.{group}"
            )
            setattr(cls, f"agent_{level}", user)
        cls.public = env.ref("base.public_user")
        cls.team.user_ids += cls.agent_own | cls.agent_team
        cls.other_team = cls.team.copy(
            {"name": "Second desk", "user_ids": [(6, 0, cls.agent_2.ids)]}
        )
        env["helpdesk.ticket.stage"].search(
            [("team_ids", "=", cls.team.id)]
        ).team_ids += cls.other_team
        cls.stage_closed.close_from_portal = True
        cls.ticket = cls._create_ticket(
            name="Projector of the owner",
            partner_id=cls.owner.partner_id.id,
            submitter_id=cls.submitter.partner_id.id,
        )
        cls.other_ticket = cls._create_ticket(
            name="Laptop of the stranger",
            partner_id=cls.stranger.partner_id.id,
            team_id=cls.other_team.id,
        )


class AccessHttpCase(HttpCase, AccessCommon):
    """The users of ``AccessCommon`` send HTTP requests and JSON-RPC calls."""

    def _sign_in(self, user):
        """Sign in if the user is not signed in yet; for the public user, sign out."""
        login = None if user == self.public else user.login
        if getattr(self, "_signed_in", "nobody") != login:
            self.authenticate(login, login)
            self._signed_in = login

    @mute_logger("odoo.http", "odoo.models", "odoo.addons.base.models.ir_rule")
    def _call(self, model, method, args=(), **kwargs):
        """Call a method like the web client; return ``(done, result)``."""
        params = {
            "model": model,
            "method": method,
            "args": list(args),
            "kwargs": kwargs,
        }
        try:
            result = self.make_jsonrpc_request("/web/dataset/call_kw", params)
        except JsonRpcException as error:
            self.assertIn(
                str(error),
                (
                    "odoo.exceptions.AccessError",
                    "odoo.exceptions.MissingError",
                    "odoo.http.SessionExpiredException",
                ),
            )
            return False, None
        return True, result

    def _post(self, route, **params):
        """Return the response of a JSON-RPC route as text, empty if it is refused."""
        try:
            with mute_logger("odoo.http"):
                return str(self.make_jsonrpc_request(route, params) or "")
        except JsonRpcException:
            return ""
