"""Duplicate works for several tickets, and is in the menu only once."""

from odoo.tests import tagged

from ..hooks import uninstall_hook
from .common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestDuplicate(HelpdeskCommon):
    def test_any_number_of_tickets(self):
        for count in (0, 1, 2, 5):
            with self.subTest(count):
                tickets = self.env["helpdesk.ticket"].browse()
                for number in range(count):
                    tickets += self._create_ticket(
                        name=f"Number {number}", priority=str(number % 4)
                    )
                copies = tickets.with_user(self.agent).copy()
                self.assertEqual(len(copies), count)
                self.assertFalse(copies & tickets)
                self.assertEqual(copies.mapped("name"), tickets.mapped("name"))
                self.assertEqual(copies.mapped("priority"), tickets.mapped("priority"))
                self.assertEqual(
                    len(set((copies | tickets).mapped("number"))), 2 * count
                )

    def test_values_apply_to_every_copy(self):
        tickets = self._create_ticket() | self._create_ticket()
        default = {"name": "Again"}
        copies = tickets.copy(default)
        self.assertEqual(copies.mapped("name"), ["Again", "Again"])
        self.assertEqual(len(set(copies.mapped("number"))), 2)
        self.assertEqual(default, {"name": "Again"})

    def test_the_menu_has_one_entry(self):
        Actions = self.env["ir.actions.actions"]
        for user in (self.agent, self.env.user):
            bindings = Actions.with_user(user).get_bindings("helpdesk.ticket")
            entries = [action["name"] for action in bindings.get("action", ())]
            self.assertNotIn("Duplicate", entries)
        uninstall_hook(self.env)
        self.env.registry.clear_cache()
        entries = [a["name"] for a in Actions.get_bindings("helpdesk.ticket")["action"]]
        self.assertIn("Duplicate", entries)
