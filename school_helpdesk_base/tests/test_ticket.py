from .common import HelpdeskCommon


class TestTicket(HelpdeskCommon):
    def test_labels_of_priorities(self):
        labels = dict(
            self.env["helpdesk.ticket"]
            ._fields["priority"]
            ._description_selection(self.env)
        )
        self.assertEqual(
            labels, {"0": "Low", "1": "Normal", "2": "High", "3": "Urgent"}
        )
        self.assertEqual(self._create_ticket().priority, "1")

    def test_a_requester_without_contact_is_answered_by_mail(self):
        ticket = self._create_ticket(
            partner_id=False, partner_email="Parent <parent@home.example>"
        )
        self.assertEqual(
            ticket._mail_get_primary_email()[ticket.id], "Parent <parent@home.example>"
        )
        [recipient] = ticket.with_user(self.agent)._message_get_suggested_recipients()
        self.assertEqual(recipient["email"], "parent@home.example")

    def test_base_has_no_deadline(self):
        ticket = self._create_ticket()
        for target in ("first_response", "resolution"):
            self.assertIs(ticket._get_deadline(target), False)
