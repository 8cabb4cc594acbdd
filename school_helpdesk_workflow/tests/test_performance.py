from odoo.tests import tagged

from odoo.addons.school_helpdesk_base.tests.common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestPerformance(HelpdeskCommon):
    def test_references_to_tickets_have_an_index(self):
        self.assertIn(("helpdesk_ticket_sla", "ticket_id"), self._get_inverse_columns())
        self._check_indexes(("helpdesk_ticket_sla", "ticket_id"))
