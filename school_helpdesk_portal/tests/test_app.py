"""The files that make the pages installable as an app need no sign-in."""

import math

from lxml import html
from PIL import Image

from odoo.tests import tagged
from odoo.tools import file_open

from .common import PortalCase


@tagged("post_install", "-at_install")
class TestApp(PortalCase):
    def test_manifest(self):
        response = self.url_open("/helpdesk/manifest.webmanifest")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Type"], "application/manifest+json")
        manifest = response.json()
        self.assertEqual(manifest["start_url"], "/my")
        self.assertIn(self.env.company.name, manifest["name"])
        for icon in manifest["icons"]:
            with self.subTest(icon["src"]):
                picture = self.url_open(icon["src"])
                self.assertEqual(picture.headers["Content-Type"], "image/png")
                # the first chunk of a PNG contains width and height
                sides = [
                    int.from_bytes(picture.content[start : start + 4], "big")
                    for start in (16, 20)
                ]
                self.assertEqual("x".join(map(str, sides)), icon["sizes"])

    def test_icons_can_be_masked(self):
        """The drawing is inside a circle of 80 % of the width: every mask shows it."""
        for size in (192, 512):
            path = f"school_helpdesk_portal/static/img/app-{size}.png"
            with file_open(path, "rb") as source, Image.open(source) as icon:
                colours = icon.convert("RGB").load()
            ground = colours[0, 0]
            middle, radius = (size - 1) / 2, size * 0.4
            signs = [
                (x, y)
                for x in range(size)
                for y in range(size)
                if colours[x, y] != ground
            ]
            self.assertTrue(signs)
            for x, y in signs:
                self.assertLessEqual(math.hypot(x - middle, y - middle), radius)

    def test_the_service_worker_covers_the_whole_site(self):
        response = self.url_open("/helpdesk/service-worker.js")
        self.assertEqual(response.status_code, 200)
        self.assertTrue(response.headers["Content-Type"].startswith("text/javascript"))
        self.assertEqual(response.headers["Service-Worker-Allowed"], "/")
        self.assertEqual(response.headers["Cache-Control"], "no-cache")
        self.assertIn("offline", response.text)

    def test_a_page_runs_only_our_scripts(self):
        self.authenticate("portal_teacher", "portal_teacher")
        page = html.fromstring(self.url_open("/my/tickets").text)
        [policy] = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        rules = dict(rule.split(maxsplit=1) for rule in policy.split("; "))
        self.assertEqual(rules["default-src"], "'none'")
        self.assertEqual(rules["script-src"], "'self'")
        self.assertFalse(page.xpath("//script[not(@src)]"))

    def test_the_offline_page_loads_no_other_files(self):
        response = self.url_open("/helpdesk/offline")
        self.assertEqual(response.status_code, 200)
        page = html.fromstring(response.content)
        self.assertFalse(page.xpath("//script|//link|//img"))
        self.assertIn("No connection", page.text_content())
        self.assertNotIn("kept on this phone", page.text_content())

    def test_the_offline_page_mentions_a_draft(self):
        response = self.url_open("/helpdesk/offline?draft=1")
        self.assertIn("kept on this phone", response.text)

    def test_pages_are_installable(self):
        self.authenticate("portal_teacher", "portal_teacher")
        page = html.fromstring(self.url_open("/my/tickets").content)
        self.assertEqual(
            page.xpath("//link[@rel='manifest']/@href"),
            ["/helpdesk/manifest.webmanifest"],
        )
        self.assertEqual(
            page.xpath("//footer/@data-worker"), ["/helpdesk/service-worker.js"]
        )

    def test_the_portal_home_links_to_the_list(self):
        self.authenticate("portal_teacher", "portal_teacher")
        page = html.fromstring(self.url_open("/my").content)
        [link] = page.xpath("//nav//a[starts-with(@href, '/my/tickets')]")
        self.assertIn("My tickets", link.text_content())
