"""The front door: the home page of a person, and the first page for visitors."""

import base64

from lxml import html

from odoo.tests import tagged

from .scan_common import PIXEL, ScanCase

#: All pages with our header, for a signed-in person.
PAGES = (
    "/",
    "/my",
    "/my/tickets",
    "/my/devices",
    "/new/ticket",
    "/helpdesk/scanner",
    "/helpdesk/articles",
    "/helpdesk/scan/unknown",
)
LINKS = [
    "Report a problem",
    "My tickets",
    "My devices",
    "Articles",
    "Sign out",
    "?",
]


@tagged("post_install", "-at_install")
class TestFrontDoor(ScanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env["website"].get_current_website()
        cls.installed = cls.website.homepage_url
        cls.website.homepage_url = "/helpdesk"

    def _page(self, path, status=200):
        response = self.url_open(path)
        self.assertEqual(response.status_code, status, path)
        return html.fromstring(response.content)

    def _texts(self, page, xpath):
        return [" ".join(node.text_content().split()) for node in page.xpath(xpath)]

    def _tickets(self, path="/my"):
        page = self._page(path)
        return self._texts(page, "//section[@aria-labelledby='my_tickets']//strong")

    # ------------------------------------------------------------------
    # The home page of a person
    # ------------------------------------------------------------------

    def test_the_same_page_at_three_addresses(self):
        self._new_tickets(self.teacher, name="No sound")
        for user in (self.teacher, self.employee, self.agent):
            self._sign_in(user)
            for path in ("/", "/my", "/helpdesk"):
                with self.subTest(user=user.name, path=path):
                    page = self._page(path)
                    self.assertEqual(self._texts(page, "//h1"), ["How can we help?"])
                    self.assertTrue(page.xpath("//form[@action='/helpdesk/articles']"))
                    self.assertTrue(page.xpath("//main//a[@href='/new/ticket']"))
                    self.assertTrue(page.xpath("//main//a[@href='/helpdesk/scanner']"))

    def test_tickets_that_wait_for_the_requester_are_first(self):
        waiting = self._new_tickets(self.teacher, name="Which room?")
        waiting._set_status("waiting")
        self.env.flush_all()
        for number in range(7):
            self._new_tickets(self.teacher, name=f"Newer {number}")
        done = self._new_tickets(self.teacher, name="Done")
        done._set_status("resolved")
        self._new_tickets(self.student, name="Of another")
        self._sign_in(self.teacher)
        tickets = self._tickets()
        self.assertEqual(tickets[0], "Which room?")
        self.assertEqual(len(tickets), 5)
        self.assertNotIn("Done", tickets)
        self.assertNotIn("Of another", tickets)
        self.assertTrue(self._page("/my").xpath("//main//a[@href='/my/tickets']"))

    def test_a_student_without_tickets_and_devices(self):
        self._sign_in(self.student)
        page = self._page("/my")
        self.assertEqual(self._tickets(), [])
        self.assertIn("Nothing is open", page.text_content())
        self.assertFalse(page.xpath("//section[@aria-labelledby='my_devices']"))

    def test_an_agent_sees_only_tickets_with_the_agent_as_requester(self):
        self._new_tickets(self.teacher, name="Of a teacher")
        self._new_tickets(self.agent, name="My own chair")
        self._sign_in(self.agent)
        self.assertEqual(self._tickets("/"), ["My own chair"])
        self.assertTrue(self._page("/").xpath("//nav//a[@href='/odoo']"))

    def test_devices_lead_to_a_report(self):
        staff = self.env["hr.employee"].create(
            {
                "name": "Tara",
                "user_id": False,
                "work_contact_id": self.teacher.partner_id.id,
            }
        )
        self.asset.custodian_id = staff
        self._sign_in(self.teacher)
        section = "//section[@aria-labelledby='my_devices']"
        page = self._page("/my")
        self.assertEqual(page.xpath(f"{section}//a/@href"), [self.asset._qr_get_path()])
        [text] = self._texts(page, f"{section}//li")
        for part in ("Projector", "EPS-0012", "Room 204"):
            self.assertIn(part, text)

    def test_the_account_is_at_the_end(self):
        self._sign_in(self.teacher)
        page = self._page("/my")
        links = page.xpath("//main//a/@href")
        self.assertEqual(links[-2:], ["/my/addresses", "/my/security"])
        # the cards of OCA and of the articles would repeat what the page has
        self.assertEqual(links.count("/new/ticket"), 1)
        self.assertNotIn("/helpdesk/articles", links)

    def test_same_queries_for_any_number(self):
        paths = ("/my", "/helpdesk")
        self._new_tickets(self.teacher, 2)
        self._new_tickets(self.teacher, 2)._set_status("waiting")
        self._sign_in(self.teacher)
        few = {path: self._count_queries(path) for path in paths}
        self._new_tickets(self.teacher, 60)
        self._new_tickets(self.teacher, 60)._set_status("waiting")
        many = {path: self._count_queries(path) for path in paths}
        self.assertEqual(many, few)
        self.assertLess(max(few.values()), 60)

    # ------------------------------------------------------------------
    # Visitors
    # ------------------------------------------------------------------

    def test_the_first_page_for_visitors(self):
        article = self.env["helpdesk.article"].create(
            {"title": "Paper jam", "content": "<p>Open it.</p>", "audience": "public"}
        )
        secret = article.copy({"title": "Spare keys", "audience": "internal"})
        (article | secret).write({"state": "published"})
        self.authenticate(None, None)
        for path in ("/", "/helpdesk"):
            with self.subTest(path=path):
                page = self._page(path)
                text = page.text_content()
                self.assertIn("Tell the IT team what does not work", text)
                self.assertIn("Point your phone's camera", text)
                self.assertIn("Paper jam", text)
                self.assertNotIn("Spare keys", text)
                [sign_in] = page.xpath("//a[starts-with(@href, '/web/login')]/@href")
                self.assertEqual(sign_in, "/web/login?redirect=/helpdesk")
                self.assertNotIn("My tickets", text)

    def test_the_page_of_an_unknown_label_offers_the_form(self):
        self.asset.copy({"asset_code": "EPS-0099"}).action_qr_revoke()
        revoked = self.asset.qr_token
        self.asset.action_qr_reissue()
        for user in (None, self.teacher):
            self.authenticate(user and user.login, user and user.login)
            bodies = set()
            for token in (revoked, "A" * 22, "short", "x/y"):
                page = self._page(f"/helpdesk/scan/{token}", 404)
                self.assertEqual(self._texts(page, "//h1"), ["This label is not valid"])
                self.assertTrue(page.xpath("//main//a[@href='/new/ticket']"))
                self.assertTrue(page.xpath("//header//a[@href='/helpdesk']"))
                [main] = page.xpath("//main")
                bodies.add(html.tostring(main))
            self.assertEqual(len(bodies), 1, "the answers must not differ")

    # ------------------------------------------------------------------
    # The header
    # ------------------------------------------------------------------

    def test_one_header_on_every_page(self):
        self._sign_in(self.teacher)
        for path in (*PAGES, self.path):
            with self.subTest(path=path):
                response = self.url_open(path)
                page = html.fromstring(response.content)
                [header] = page.xpath("//header[.//nav]")
                links = self._texts(header, ".//a")
                self.assertEqual(links[1:], LINKS)
                self.assertTrue(header.find_class("o_helpdesk_brand"))

    def test_the_logo_of_the_school(self):
        company = self.website.company_id
        self._sign_in(self.teacher)
        # Odoo's samples are never shown
        self.website.logo = self.website._default_logo()
        company.logo = False
        [brand] = self._page("/my").find_class("o_helpdesk_brand")
        self.assertEqual(brand.text_content().strip(), company.name)
        self.assertFalse(brand.xpath(".//img"))
        self.assertEqual(self.url_open("/helpdesk/logo/1").status_code, 404)
        # the company's logo, then the website's own
        company.logo = base64.b64encode(PIXEL)
        [image] = self._page("/my").xpath("//*[@class='o_helpdesk_brand']/img")
        self.assertEqual(image.get("alt"), company.name)
        response = self.url_open(image.get("src"))
        self.assertEqual(response.headers["Content-Type"], "image/png")
        self.assertNotIn("Set-Cookie", response.headers)
        # the company has the logo of its contact
        company.partner_id.image_1920 = False
        [brand] = self._page("/my").find_class("o_helpdesk_brand")
        self.assertFalse(brand.xpath(".//img"))
        company.partner_id.image_1920 = base64.b64encode(PIXEL)
        [brand] = self._page("/my").find_class("o_helpdesk_brand")
        self.assertTrue(brand.xpath(".//img"))
        self.website.logo = base64.b64encode(PIXEL)
        self.assertEqual(self.website._helpdesk_get_logo()[0], self.website)

    def test_the_header_follows_the_name_and_the_languages(self):
        company = self.website.company_id
        company.logo = self.website.logo = False
        self._sign_in(self.teacher)

        def read():
            page = self._page("/my")
            [brand] = page.find_class("o_helpdesk_brand")
            names = page.xpath("//form[@action='/helpdesk/language']/button/text()")
            return brand.text_content().strip(), len(names)

        self.assertEqual(read()[0], company.name)
        company.name = "Lake School"
        self.assertEqual(read()[0], "Lake School")
        # the company has the name of its contact
        company.partner_id.name = "River School"
        self.assertEqual(read()[0], "River School")
        self.website.language_ids = self.website.default_lang_id
        self.assertEqual(read()[1], 0)
        self.website.language_ids += self.env["res.lang"]._activate_lang("th_TH")
        self.assertEqual(read()[1], 2)

    # ------------------------------------------------------------------
    # A home page of the school
    # ------------------------------------------------------------------

    def _new_website(self):
        return self.env["website"].create({"name": "Campus"})

    def test_a_new_database_begins_with_the_front_door(self):
        self.assertEqual(self.installed, "/helpdesk")

    def test_a_blank_home_page_is_replaced(self):
        website = self._new_website()
        self.assertFalse(website.homepage_url)
        website._helpdesk_replace_samples()
        self.assertEqual(website.homepage_url, "/helpdesk")
        website._helpdesk_restore_samples()
        self.assertFalse(website.homepage_url)

    def test_a_home_page_of_the_school_stays(self):
        with self.subTest("an edited page"):
            website = self._new_website()
            view = website.with_context(website_id=website.id).viewref(
                "website.homepage"
            )
            view.arch_db = view.arch_db.replace(
                'oe_empty"/>', 'oe_empty"><h1>Welcome</h1></div>'
            )
            self.assertIn("Welcome", view.arch_db)
            website._helpdesk_replace_samples()
            self.assertFalse(website.homepage_url)
        with self.subTest("another address"):
            website = self._new_website()
            website.homepage_url = "/contactus"
            website._helpdesk_replace_samples()
            self.assertEqual(website.homepage_url, "/contactus")
        with self.subTest("another page at this address"):
            website = self._new_website()
            view = self.env["ir.ui.view"].create(
                {
                    "name": "Ours",
                    "type": "qweb",
                    "key": "website.our_home",
                    "arch": "<t t-name='website.our_home'><div id='wrap'/></t>",
                }
            )
            self.env["website.page"].create(
                {"url": "/", "view_id": view.id, "website_id": website.id}
            )
            website._helpdesk_replace_samples()
            self.assertFalse(website.homepage_url)

    def test_the_sample_footer_is_removed_unless_it_was_changed(self):
        website, other, changed = (self._new_website() for _any in range(3))
        footers = {
            one: one.with_context(website_id=one.id)
            for one in (website, other, changed)
        }
        own = footers[changed].viewref("website.footer_custom")
        own.with_context(website_id=changed.id).arch_db = own.arch_db.replace(
            "Useful Links", "Our Links"
        )
        (website | changed)._helpdesk_replace_samples()
        self.assertFalse(footers[website].viewref("website.footer_custom").active)
        self.assertTrue(footers[other].viewref("website.footer_custom").active)
        self.assertTrue(footers[changed].viewref("website.footer_custom").active)

    def test_sample_pages_are_hidden(self):
        """Visitors do not write to a company that does not exist."""
        paths = ("/contactus", "/contactus-thank-you", "/website/info")
        for user in (None, self.teacher):
            self.authenticate(user and user.login, user and user.login)
            for path in paths:
                with self.subTest("installed", path=path, user=user):
                    page = self._page(path, 404)
                    self.assertTrue(page.find_class("o_helpdesk_brand"))
                    self.assertNotIn("/contactus", page.xpath("//a/@href"))
        sitemap = self.url_open("/sitemap.xml").text
        self.assertEqual([path for path in paths if path in sitemap], [])
        self.website._helpdesk_restore_samples()
        # what a school shows again stays
        self.website._helpdesk_replace_samples()
        for path in paths:
            with self.subTest("shown again", path=path):
                self._page(path)

    def test_pages_of_the_school_stay(self):
        home, other, changed = (self._new_website() for _any in range(3))
        (home | changed).homepage_url = "/helpdesk"
        other.homepage_url = "/contactus"
        for name in ("website.contactus", "website.show_website_info"):
            view = changed._helpdesk_find_view(name)
            view.with_context(website_id=changed.id).arch_db = view.arch_db.replace(
                "Contact us", "Write to us"
            )
        (home | other | changed)._helpdesk_replace_samples()
        for website, shown in ((home, False), (other, True), (changed, True)):
            views = [
                website._helpdesk_find_view(name)
                for name in ("website.contactus", "website.show_website_info")
            ]
            page = views[0].page_ids
            with self.subTest(website=website.homepage_url, shown=shown):
                self.assertEqual(page.is_published, shown)
                self.assertEqual(views[1].active, shown)

    # ------------------------------------------------------------------
    # Articles
    # ------------------------------------------------------------------

    def test_public_articles_can_be_found_by_search_engines(self):
        self.env["res.lang"]._activate_lang("th_TH")
        self.website.language_ids += self.env["res.lang"]._lang_get("th_TH")
        article = self.env["helpdesk.article"].create(
            {
                "title": "Paper jam",
                "content": "<p>Open the door.</p>",
                "audience": "public",
                "state": "published",
            }
        )
        article.with_context(lang="th_TH").title = "กระดาษติด"
        self.authenticate(None, None)
        page = self._page(article.website_url)
        self.assertEqual(page.findtext(".//title").strip(), "Paper jam")
        [canonical] = page.xpath("//link[@rel='canonical']/@href")
        self.assertTrue(canonical.endswith(article.website_url))
        [thai] = page.xpath("//link[@hreflang='th']/@href")
        self.assertEqual(self._texts(self._page(thai), "//h1"), ["กระดาษติด"])
        [text] = page.xpath("//meta[@name='description']/@content")
        self.assertIn("Open the door", text)
        [title] = page.xpath("//meta[@property='og:title']/@content")
        self.assertEqual(title, "Paper jam")
        self.assertFalse(page.xpath("//meta[@name='robots']"))

    # ------------------------------------------------------------------
    # Colours
    # ------------------------------------------------------------------

    def test_the_colours_are_those_of_the_website(self):
        self.env["website.assets"].with_context(
            website_id=self.website.id
        ).make_scss_customization(
            "/website/static/src/scss/options/colors/user_color_palette.scss",
            {"o-color-1": "#123456"},
        )
        pages = {None: ("/helpdesk", self.path, "/helpdesk/scan/unknown")}
        pages[self.teacher] = ("/my", self.path, "/new/ticket")
        for user, paths in pages.items():
            self.authenticate(user and user.login, user and user.login)
            for path in paths:
                with self.subTest(path=path, user=user and user.name):
                    page = html.fromstring(self.url_open(path).content)
                    [sheet] = page.xpath(
                        "//link[contains(@href, 'school_helpdesk_portal.assets')]/@href"
                    )
                    self.assertIn("#123456", self.url_open(sheet).text)
