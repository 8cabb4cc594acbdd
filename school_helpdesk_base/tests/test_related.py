from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user

from .common import HelpdeskCommon


class TestRelated(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tickets = cls.env["helpdesk.ticket"].union(
            *(cls._create_ticket(name=f"Ticket {number}") for number in range(4))
        )
        cls.a, cls.b, cls.c, cls.d = cls.tickets

    def _assert_pairs(self, *pairs):
        """Check the links in the database, each in both directions."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT ticket_id1, ticket_id2 FROM ticket_relationship_table "
            "WHERE ticket_id1 = ANY(%s) OR ticket_id2 = ANY(%s)",
            [self.tickets.ids, self.tickets.ids],
        )
        expected = [(one.id, two.id) for one, two in pairs]
        expected += [(two.id, one.id) for one, two in pairs]
        self.assertCountEqual(self.env.cr.fetchall(), expected)
        for one, two in pairs:
            self.assertIn(two, one.related_ticket_ids)
            self.assertIn(one, two.related_ticket_ids)

    def test_every_command(self):
        self.a.related_ticket_ids = [Command.link(self.b.id), Command.link(self.c.id)]
        self._assert_pairs((self.a, self.b), (self.a, self.c))
        self.b.related_ticket_ids = [Command.unlink(self.a.id)]
        self._assert_pairs((self.a, self.c))
        self.a.related_ticket_ids = [Command.set(self.d.ids)]
        self._assert_pairs((self.a, self.d))
        self.a.write({"related_ticket_ids": []})
        self._assert_pairs((self.a, self.d))
        self.d.related_ticket_ids = [Command.clear()]
        self._assert_pairs()
        self.a.related_ticket_ids = self.b | self.c
        self._assert_pairs((self.a, self.b), (self.a, self.c))
        self.a.related_ticket_ids = False
        self._assert_pairs()

    def test_at_creation(self):
        ticket = self._create_ticket(related_ticket_ids=[Command.set(self.b.ids)])
        self.assertEqual(self.b.related_ticket_ids, ticket)

    def test_many_at_once(self):
        (self.a | self.b).write({"related_ticket_ids": [Command.link(self.c.id)]})
        self._assert_pairs((self.a, self.c), (self.b, self.c))
        (self.a | self.b).related_ticket_ids = False
        self._assert_pairs()

    def test_deleted_ticket_leaves_nothing(self):
        self.a.related_ticket_ids = self.b
        self.a.unlink()
        self.assertFalse(self.b.related_ticket_ids)

    def test_no_link_to_itself(self):
        with self.assertRaises(ValidationError):
            self.a.related_ticket_ids = self.a | self.b

    def test_copy_is_not_related(self):
        self.a.related_ticket_ids = self.b
        self.assertFalse(self.a.copy().related_ticket_ids)
        self.assertEqual(self.b.related_ticket_ids, self.a)

    def test_only_readable_tickets_can_be_linked(self):
        own = new_test_user(
            self.env, "base_own", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        self.a.user_id = own
        self.b.user_id = self.agent
        self.env.flush_all()
        with self.assertRaises(AccessError):
            self.a.with_user(own).related_ticket_ids = [Command.link(self.b.id)]

    def test_a_hidden_ticket_stays_related(self):
        """Links that the user cannot see are kept when the visible ones change."""
        own = new_test_user(
            self.env, "base_own_2", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        (self.a | self.c | self.d).user_id = own
        self.b.user_id = self.agent
        self.a.related_ticket_ids = self.b | self.c
        self.env.invalidate_all()
        self.a.with_user(own).related_ticket_ids = [Command.set(self.d.ids)]
        self._assert_pairs((self.a, self.b), (self.a, self.d))
        self.a.with_user(own).related_ticket_ids = [Command.clear()]
        self._assert_pairs((self.a, self.b))
        # a link that exists needs no access to the other ticket
        self.a.with_user(own).related_ticket_ids = [Command.link(self.b.id)]
        self._assert_pairs((self.a, self.b))

    def test_new_changed_and_deleted_tickets(self):
        self.a.related_ticket_ids = [
            Command.create({"name": "Made", "description": "Text"})
        ]
        made = self.a.related_ticket_ids
        self.assertEqual(made.name, "Made")
        self.assertEqual(made.related_ticket_ids, self.a)
        self.a.related_ticket_ids = [Command.update(made.id, {"name": "Changed"})]
        self.assertEqual(made.name, "Changed")
        self.a.related_ticket_ids = [Command.delete(made.id)]
        self.assertFalse(made.exists())
        self._assert_pairs()

    def test_nobody_links_one_direction_only(self):
        for user in (self.agent, self.requester):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.a.with_user(user).related_from_ids = self.b
