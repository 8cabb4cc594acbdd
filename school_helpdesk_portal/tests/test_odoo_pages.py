"""Odoo's own pages on the way into the help desk look like the help desk."""

from lxml import html

from odoo.tests import tagged

from .scan_common import ScanCase

SIGN_IN = ("/web/login", "/web/signup", "/web/reset_password")
#: Texts of Odoo's sample site.
SAMPLES = ("Copyright", "Company name", "Powered by", "free website")


@tagged("post_install", "-at_install")
class TestOdooPages(ScanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env["website"].get_current_website()
        cls.website.homepage_url = "/helpdesk"
        cls.website.auth_signup_uninvited = "b2c"
        cls.env["res.lang"]._activate_lang("th_TH")
        cls.website.language_ids |= cls.env["res.lang"]._lang_get("th_TH")
        addons = ("web", "auth_passkey", "school_helpdesk_portal")
        modules = cls.env["ir.module.module"].search([("name", "in", addons)])
        modules._update_translations(["th_TH"])

    def _page(self, path, status=200):
        response = self.url_open(path)
        self.assertEqual(response.status_code, status, path)
        return html.fromstring(response.content)

    def _assert_ours(self, page):
        [header] = page.xpath("//header")
        self.assertTrue(header.find_class("o_helpdesk_brand"))
        self.assertFalse(page.find_class("navbar-toggler"))
        written = page.body.text_content()
        self.assertEqual([text for text in SAMPLES if text in written], [])
        self.assertFalse(page.xpath("//link[contains(@href, 'gstatic')]"))

    def test_pages_to_sign_in(self):
        self.authenticate(None, None)
        for path, title in zip(
            SIGN_IN, ("Sign in", "New account", "New password"), strict=True
        ):
            with self.subTest(path):
                page = self._page(path)
                self._assert_ours(page)
                self.assertEqual(page.findtext(".//title").strip(), title)
                self.assertEqual(page.xpath("//h1/text()"), [title])
                [*_, form] = page.xpath("//form[@method='post']")
                self.assertTrue(form.xpath(".//input[@name='csrf_token']"))
                self.assertTrue(form.xpath(".//input[@name='login']"))
                # for those who cannot see the picture of an eye, or use no mouse
                eyes = form.xpath(".//button[@type='button'][not(@aria-label)]")
                self.assertEqual(eyes, [])
                self.assertEqual(form.xpath(".//*[@tabindex]"), [])

    def test_the_sign_in_asks_for_email_or_user_name(self):
        """Students often have a user name, and no mail address."""
        for path, label in (
            ("/web/login", "Email or user name"),
            ("/th/web/login", "อีเมลหรือชื่อผู้ใช้"),
        ):
            with self.subTest(path):
                page = self._page(path)
                [found] = page.xpath("//label[@for='login']")
                self.assertEqual(found.text_content().strip(), label)

    def test_a_wrong_password(self):
        page = self._page("/web/login")
        [token] = page.xpath("//input[@name='csrf_token']/@value")
        values = {"csrf_token": token, "login": "nobody", "password": "wrong"}
        response = self.url_open("/web/login", data=values)
        page = html.fromstring(response.content)
        self._assert_ours(page)
        self.assertTrue(page.xpath("//*[@role='alert']"))

    def test_pages_of_the_account_and_errors(self):
        self._sign_in(self.teacher)
        for path, status in (
            ("/my/security", 200),
            ("/my/addresses", 200),
            ("/no-such-page", 404),
        ):
            with self.subTest(path):
                self._assert_ours(self._page(path, status))

    def test_a_website_of_the_school_keeps_its_header(self):
        self.website.homepage_url = "/contactus"
        self._sign_in(self.teacher)
        for path, status in (("/my/security", 200), ("/no-such-page", 404)):
            with self.subTest(path):
                page = self._page(path, status)
                self.assertFalse(page.find_class("o_helpdesk_brand"))
                self.assertTrue(page.xpath("//header[@id='top']"))
        self.authenticate(None, None)
        self._assert_ours(self._page("/web/login"))

    def _change(self, xmlid, old, new):
        site = self.website.with_context(website_id=self.website.id)
        view = site.viewref(xmlid)
        view.active = True
        self.assertIn(old, view.arch_db)
        view.arch_db = view.arch_db.replace(old, new)

    def test_what_the_school_wrote_stays(self):
        """The footer and the line at its end, but no promotion."""
        texts = {
            "footer": ("website.footer_custom", "Useful Links", "Our canteen"),
            "line": (
                "website.footer_copyright_company_name",
                "Copyright &amp;copy; Company name",
                "Founded in 1902",
            ),
        }
        for name, (xmlid, old, new) in texts.items():
            self._change(xmlid, old, new)
            for path in SIGN_IN:
                with self.subTest(changed=name, path=path):
                    page = self._page(path)
                    [footer] = page.xpath("//footer")
                    self.assertIn(new, footer.text_content())
                    self.assertNotIn("Powered by", footer.text_content())

    def test_thai(self):
        for path, texts in (
            (
                "/th/web/login",
                ("กรอกอีเมลหรือชื่อผู้ใช้", "กรอกรหัสผ่าน", "ใช้พาสคีย์"),
            ),
            ("/th/web/signup", ("บัญชีใหม่",)),
            ("/th/web/reset_password", ("รหัสผ่านใหม่",)),
        ):
            with self.subTest(path):
                written = self.url_open(path).text
                self._assert_ours(html.fromstring(written))
                missing = [text for text in texts if text not in written]
                self.assertEqual(missing, [])

    def test_our_pages_have_no_script_inside(self):
        """Their content security policy would refuse it."""
        self._sign_in(self.teacher)
        for path in ("/", "/my/tickets", "/helpdesk/articles", self.path):
            with self.subTest(path):
                page = self._page(path)
                handlers = page.xpath("//@*[starts-with(name(), 'on')]")
                self.assertEqual(handlers, [])
                scripts = page.xpath("//script[not(@src)]/text()")
                self.assertFalse("".join(scripts).strip())
