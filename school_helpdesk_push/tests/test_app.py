"""The pages offer notifications, and the service worker shows them."""

from lxml import html

from odoo.tests import tagged

from odoo.addons.school_helpdesk_portal.tests.common import PortalCase
from odoo.addons.school_helpdesk_push import uninstall_hook


@tagged("post_install", "-at_install")
class TestPushApp(PortalCase):
    def test_the_worker_shows_notifications(self):
        worker = self.url_open("/helpdesk/service-worker.js").text
        self.assertIn("showNotification", worker)
        # the service worker still contains the portal's part
        self.assertIn("keepOfflinePages", worker)

    def test_pages_have_a_hidden_switch(self):
        """A script shows the switch if the browser supports notifications."""
        self.authenticate("portal_teacher", "portal_teacher")
        page = html.fromstring(self.url_open("/my/tickets").content)
        self.assertTrue(page.xpath("//div[hasclass('o_helpdesk_push')][@hidden]"))

    def test_uninstallation_deletes_devices_of_portal_users(self):
        Device = self.env["mail.push.device"]
        devices = Device.create(
            [
                {
                    "endpoint": f"https://fcm.googleapis.com/fcm/send/{user.login}",
                    "keys": "{}",
                    "partner_id": user.partner_id.id,
                }
                for user in (self.teacher, self.agent)
            ]
        )
        uninstall_hook(self.env)
        self.assertEqual(devices.exists().partner_id, self.agent.partner_id)
