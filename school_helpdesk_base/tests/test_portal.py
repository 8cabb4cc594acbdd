from odoo import http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .access_common import AccessCommon


@tagged("post_install", "-at_install")
class PortalCase(HttpCase, AccessCommon):
    def _open(self, url, user=None, data=None, **kwargs):
        """Open a page as a user, by POST with a CSRF token where there is data."""
        login = user and user.login
        if login != getattr(self, "_login", None):
            self.authenticate(login, login)
            self._login = login
        if data is not None:
            data = {"csrf_token": http.Request.csrf_token(self), **data}
        return self.url_open(url, data=data, **kwargs)


@tagged("post_install", "-at_install")
class TestPortalClose(PortalCase):
    def _close(self, user, ticket=None, stage=None, **values):
        data = {
            "ticket_id": (ticket or self.ticket).id,
            "stage_id": (stage or self.stage_closed).id,
            **values,
        }
        return self._open("/ticket/close", user, data, allow_redirects=False)

    def test_requesters_close_their_own(self):
        for user in (self.owner, self.submitter):
            self.ticket.stage_id = self.stage_open
            response = self._close(user)
            self.assertEqual(response.status_code, 302)
            self.assertEqual(self.ticket.stage_id, self.stage_closed)

    def test_others_do_not(self):
        for user in (self.stranger, self.employee):
            self.assertEqual(self._close(user).status_code, 404)
        self.assertEqual(self._close(self.owner, self.other_ticket).status_code, 404)
        self.assertEqual(self.ticket.stage_id, self.stage_new)
        self.assertEqual(self.other_ticket.stage_id, self.stage_new)

    def test_a_link_closes_nothing(self):
        response = self._open(
            f"/ticket/close?ticket_id={self.ticket.id}&stage_id={self.stage_closed.id}",
            self.owner,
        )
        self.assertEqual(response.status_code, 405)
        self.assertEqual(self.ticket.stage_id, self.stage_new)

    @mute_logger("odoo.http")
    def test_a_foreign_page_closes_nothing(self):
        response = self._close(self.owner, csrf_token="forged")
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.ticket.stage_id, self.stage_new)

    def test_only_stages_the_portal_offers(self):
        elsewhere = self.stage_closed.copy({"team_ids": [(6, 0, self.other_team.ids)]})
        for stage in (self.stage_resolved, self.stage_open, elsewhere):
            self.assertEqual(self._close(self.owner, stage=stage).status_code, 400)
        self.assertEqual(self.ticket.stage_id, self.stage_new)

    def test_garbage_is_refused_politely(self):
        for garbage in ("", "abc", "-1", "1e3", "9" * 30, "٣", "1,2"):
            response = self._close(self.owner, ticket_id=garbage)
            self.assertEqual(response.status_code, 404, garbage)
            response = self._close(self.owner, stage_id=garbage)
            self.assertEqual(response.status_code, 400, garbage)
        self.assertEqual(self._open("/ticket/close", self.owner, {}).status_code, 404)

    def test_closing_twice_changes_nothing(self):
        self.ticket.stage_id = self.stage_cancelled
        self.assertEqual(self._close(self.owner).status_code, 303)
        self.assertEqual(self.ticket.stage_id, self.stage_cancelled)

    def test_the_page_offers_what_is_allowed(self):
        page = self._open(self.ticket.access_url, self.owner).text
        self.assertIn("Shut", page)
        self.assertNotIn('method="GET" action="/ticket/close"', page)
        self.ticket.stage_id = self.stage_resolved
        page = self._open(self.ticket.access_url, self.owner).text
        self.assertNotIn("/ticket/close", page)

    def test_another_ones_page_leads_home(self):
        for user in (self.stranger, self.employee):
            response = self._open(self.ticket.access_url, user, allow_redirects=False)
            self.assertEqual(response.status_code, 303)
            self.assertTrue(response.headers["Location"].endswith("/my"))
