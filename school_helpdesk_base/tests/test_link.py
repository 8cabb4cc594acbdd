"""The link in a ticket's mails: it opens the ticket for its people, and no longer."""

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

    def test_it_ends_when_the_ticket_is_anothers(self):
        for field in ("partner_id", "submitter_id"):
            with self.subTest(field):
                self.link = self.ticket.get_portal_url()
                self.assertEqual(self._status(), 200)
                self.ticket.write({field: self.stranger.partner_id.id})
                self.assertNotEqual(self._status(), 200)

    def test_an_agent_ends_it_as_well(self):
        self.ticket.with_user(self.agent_all).partner_id = self.stranger.partner_id
        self.assertNotEqual(self._status(), 200)

    def test_the_new_requester_gets_another(self):
        self.ticket.partner_id = self.stranger.partner_id
        old, self.link = self.link, self.ticket.get_portal_url()
        self.assertNotEqual(self.link, old)
        self.assertEqual(self._status(), 200)

    def test_it_outlives_everything_else(self):
        people = self.ticket.partner_id | self.ticket.submitter_id
        self.ticket.write({"partner_id": people[0].id, "name": "The same people"})
        self.ticket.write({"partner_id": people[1].id, "submitter_id": people[0].id})
        self.assertEqual(self._status(), 200)
