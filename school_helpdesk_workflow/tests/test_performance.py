from odoo.tests import tagged

from odoo.addons.school_helpdesk_base.tests.common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestPerformance(HelpdeskCommon):
    def test_what_points_at_a_ticket_has_an_index(self):
        self.assertIn(("helpdesk_ticket_sla", "ticket_id"), self._get_inverse_columns())
        self._check_indexes(("helpdesk_ticket_sla", "ticket_id"))
