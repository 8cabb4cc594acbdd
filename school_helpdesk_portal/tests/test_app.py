"""The pages are an app: what a phone needs for it, in sight without signing in."""

from lxml import html

from odoo.tests import tagged

from .common import PortalCase


@tagged("post_install", "-at_install")
class TestApp(PortalCase):
    def test_manifest(self):
        response = self.url_open("/helpdesk/manifest.webmanifest")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Type"], "application/manifest+json")
        manifest = response.json()
        self.assertEqual(manifest["start_url"], "/my/tickets")
        self.assertIn(self.env.company.name, manifest["name"])
        for icon in manifest["icons"]:
            with self.subTest(icon["src"]):
                picture = self.url_open(icon["src"])
                self.assertEqual(picture.headers["Content-Type"], "image/png")
                # width and height stand in a PNG's first chunk
                sides = [
                    int.from_bytes(picture.content[start : start + 4], "big")
                    for start in (16, 20)
                ]
                self.assertEqual("x".join(map(str, sides)), icon["sizes"])

    def test_worker_may_serve_the_whole_site(self):
        response = self.url_open("/helpdesk/service-worker.js")
        self.assertEqual(response.status_code, 200)
        self.assertTrue(response.headers["Content-Type"].startswith("text/javascript"))
        self.assertEqual(response.headers["Service-Worker-Allowed"], "/")
        self.assertEqual(response.headers["Cache-Control"], "no-cache")
        self.assertIn("showNotification", response.text)

    def test_offline_page_needs_nothing_else(self):
        response = self.url_open("/helpdesk/offline")
        self.assertEqual(response.status_code, 200)
        page = html.fromstring(response.content)
        self.assertFalse(page.xpath("//script|//link|//img"))
        self.assertIn("No connection", page.text_content())

    def test_pages_are_installable(self):
        self.authenticate("portal_teacher", "portal_teacher")
        page = html.fromstring(self.url_open("/my/tickets").content)
        self.assertEqual(
            page.xpath("//link[@rel='manifest']/@href"),
            ["/helpdesk/manifest.webmanifest"],
        )
        self.assertTrue(page.xpath("//div[hasclass('o_helpdesk_push')][@hidden]"))

    def test_the_portal_home_leads_to_the_list(self):
        self.authenticate("portal_teacher", "portal_teacher")
        page = html.fromstring(self.url_open("/my").content)
        self.assertTrue(page.xpath("//a[starts-with(@href, '/my/tickets')]"))
