"""The link that confirms a guest's report is removed from mails that quote it."""

from odoo.tests import TransactionCase, tagged

from ..models.helpdesk_guest_report import GUEST_PATH


@tagged("post_install", "-at_install")
class TestGuestLink(TransactionCase):
    def test_confirmation_links_are_removed(self):
        Ticket = self.env["helpdesk.ticket"]
        base = Ticket.get_base_url()
        for link in (
            f"{base}{GUEST_PATH}/s3cr3tCode",
            f"{base}{GUEST_PATH}/s3cr3tCode?lang=th",
            f"{GUEST_PATH}/s3cr3tCode",
        ):
            with self.subTest(link):
                body = Ticket._hide_access_links(f'<a href="{link}">Confirm</a>')
                self.assertNotIn("s3cr3tCode", body)
                self.assertIn("Confirm", body)
