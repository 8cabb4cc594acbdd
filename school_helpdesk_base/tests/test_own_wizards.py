"""Users see only their own records of wizards."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import HelpdeskCommon
from .own_wizards_common import OwnWizardsCase


class TestOwnWizards(OwnWizardsCase):
    pass


class TestWizardsOfColleagues(HelpdeskCommon):
    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_not_for_others(self):
        own = new_test_user(
            self.env, "base_own", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        ticket = self._create_ticket(user_id=self.agent.id)
        other = self._create_ticket(user_id=self.agent.id)
        for model, values in (
            (
                "helpdesk.ticket.status.wizard",
                {
                    "ticket_ids": [(6, 0, ticket.ids)],
                    "status_category": "cancelled",
                    "reason": "The password is in the safe",
                },
            ),
            (
                "helpdesk.ticket.merge",
                {
                    "ticket_ids": [(6, 0, ticket.ids)],
                    "dst_ticket_id": other.id,
                },
            ),
            (
                "helpdesk.ticket.duplicate.wizard",
                {"ticket_id": ticket.id, "duplicate_of_id": other.id},
            ),
        ):
            wizard = (
                self.env[model]
                .with_user(self.agent)
                .with_context(active_ids=ticket.ids)
                .create(values)
            )
            self.env.invalidate_all()
            as_other = wizard.with_user(own)
            with self.subTest(model):
                with self.assertRaises(AccessError):
                    as_other.read()
                with self.assertRaises(AccessError):
                    as_other.write(values)
                with self.assertRaises(AccessError):
                    as_other.unlink()
                self.assertFalse(as_other.search([]))
                wizard.read()
