"""The link in a ticket's mails works only as long as the requesters stay the same."""

from odoo.tests import tagged

from .test_portal import PortalCase


@tagged("post_install", "-at_install")
class TestLink(PortalCase):
    def setUp(self):
        super().setUp()
        self.link = self.ticket.get_portal_url()

    def _status(self):
        self.env.flush_all()
        return self._open(self.link, allow_redirects=False).status_code

    def test_it_is_revoked_when_a_requester_changes(self):
        for field in ("partner_id", "submitter_id"):
            with self.subTest(field):
                self.link = self.ticket.get_portal_url()
                self.assertEqual(self._status(), 200)
                self.ticket.write({field: self.stranger.partner_id.id})
                self.assertNotEqual(self._status(), 200)

    def test_it_is_revoked_when_an_agent_changes_the_requester(self):
        self.ticket.with_user(self.agent_all).partner_id = self.stranger.partner_id
        self.assertNotEqual(self._status(), 200)

    def test_the_new_requester_gets_a_new_link(self):
        self.ticket.partner_id = self.stranger.partner_id
        old, self.link = self.link, self.ticket.get_portal_url()
        self.assertNotEqual(self.link, old)
        self.assertEqual(self._status(), 200)

    def test_it_stays_valid_while_the_requesters_are_the_same(self):
        people = self.ticket.partner_id | self.ticket.submitter_id
        self.ticket.write({"partner_id": people[0].id, "name": "The same people"})
        self.ticket.write({"partner_id": people[1].id, "submitter_id": people[0].id})
        self.assertEqual(self._status(), 200)
