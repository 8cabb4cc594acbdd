"""Tests that users see only their own records of wizards, in every addon."""

from odoo.tests import TransactionCase


class OwnWizardsCase(TransactionCase):
    # the subclasses in the addons run this test
    allow_inherited_tests_method = True

    def test_users_see_only_their_own(self):
        system = self.env.ref("base.group_system")
        checked = []
        for model in self.env["ir.model"].search([("transient", "=", True)]):
            ours = any(
                name.strip().startswith(("school_helpdesk_", "school_asset_helpdesk_"))
                for name in (model.modules or "").split(",")
            )
            if not ours or not model.access_ids.filtered(
                lambda access: access.active and access.group_id != system
            ):
                continue
            checked.append(model.model)
            with self.subTest(model.model):
                self.assertTrue(
                    model.rule_ids.filtered(
                        lambda rule: rule.active
                        and not rule.groups
                        and rule.domain_force == "[('create_uid', '=', user.id)]"
                        and rule.perm_read
                        and rule.perm_write
                        and rule.perm_unlink
                    ),
                    "no rule that shows users only their own records",
                )
        self.assertIn("helpdesk.ticket.status.wizard", checked)
        self.assertIn("helpdesk.ticket.merge", checked)
