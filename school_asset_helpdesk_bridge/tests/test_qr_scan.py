"""QR tokens, the scan page, and the label wizard: who may see and change what."""

from lxml import html
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..tools.label_sheet import LAYOUTS
from .common import read_pdf, read_texts

SECRET_CODE = "NB-0815"


class QrCommon(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.building = cls.env["asset.location"].create({"name": "Building A"})
        cls.room = cls.env["asset.location"].create(
            {"name": "Room 204", "parent_id": cls.building.id}
        )
        cls.category = cls.env["asset.category"].create({"name": "Projectors"})
        cls.asset = cls._create_asset()
        cls.agent = new_test_user(
            cls.env, "qr.agent", "helpdesk_mgmt.group_helpdesk_user_own"
        )
        cls.asset_user = new_test_user(
            cls.env, "qr.asset.user", "school_asset_management.group_asset_user"
        )
        cls.employee = new_test_user(cls.env, "qr.employee", "base.group_user")
        cls.portal = new_test_user(cls.env, "qr.portal", "base.group_portal")

    @classmethod
    def _create_asset(cls, **values):
        return cls.env["asset.asset"].create(
            {
                "asset_code": SECRET_CODE,
                "name": "Mrs Dee's projector",
                "category_id": cls.category.id,
                "brand": "Epson",
                "model": "EB-X06",
                "location_id": cls.room.id,
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestQrScan(QrCommon):
    def _scan(self, token):
        return self.url_open(f"/helpdesk/scan/{token}", allow_redirects=False)

    # ------------------------------------------------------------------
    # Token
    # ------------------------------------------------------------------

    def test_new_assets_get_unique_tokens(self):
        other = self._create_asset(qr_token="AAAAAAAAAAAAAAAAAAAAAA")
        copied = self.asset.copy({"asset_code": "NB-2"})
        tokens = (self.asset | other | copied).mapped("qr_token")
        self.assertEqual(len(set(tokens)), 3)
        self.assertNotIn("AAAAAAAAAAAAAAAAAAAAAA", tokens)
        for token in tokens:
            self.assertRegex(token, r"\A[A-Za-z0-9_-]{22}\Z")

    @mute_logger("odoo.sql_db")
    def test_database_refuses_duplicate_and_malformed_tokens(self):
        other = self._create_asset()
        for token in (self.asset.qr_token, "NB-0815", "x" * 23):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                other.qr_token = token
                other.flush_recordset()
            other.invalidate_recordset()

    def test_reissue_and_revoke_invalidate_label_and_log_author(self):
        asset = self.asset.with_user(self.asset_user)
        first = asset.qr_token
        asset.action_qr_reissue()
        second = asset.qr_token
        self.assertNotEqual(first, second)
        self.assertEqual(asset.message_ids[0].author_id, self.asset_user.partner_id)
        self.assertNotIn(second, asset.message_ids[0].body)
        self.assertEqual(self._scan(first).status_code, 404)
        self.assertEqual(self._scan(second).status_code, 200)
        asset.action_qr_revoke()
        self.assertFalse(asset.qr_token)
        self.assertEqual(self._scan(second).status_code, 404)
        self.assertEqual(asset.message_ids[0].author_id, self.asset_user.partner_id)
        asset._qr_ensure_token()
        self.assertNotIn(asset.qr_token, (first, second, False))

    def test_asset_users_cannot_set_a_token(self):
        asset = self.asset.with_user(self.asset_user)
        token = asset.qr_token
        for value in ("A" * 22, False):
            with self.assertRaises(AccessError):
                asset.write({"qr_token": value})
        asset.copy({"asset_code": "NB-3", "qr_token": "A" * 22})
        loaded = asset.with_context(default_qr_token="A" * 22).load(
            ["asset_code", "category_id/.id", "qr_token"],
            [["NB-4", str(self.category.id), "A" * 22]],
        )
        self.assertTrue(loaded["ids"], loaded["messages"])
        loaded = asset.load([".id", "qr_token"], [[str(asset.id), "A" * 22]])
        self.assertFalse(loaded["ids"])
        self.assertIn("made by the system", loaded["messages"][0]["message"])
        self.assertEqual(self.asset.qr_token, token)
        self.assertFalse(self.asset.search([("qr_token", "=", "A" * 22)]))

    @mute_logger("odoo.models", "odoo.addons.base.models.ir_model")
    def test_only_asset_users_read_tokens_through_the_orm(self):
        for user in (self.agent, self.employee, self.portal):
            asset = self.asset.with_user(user)
            with self.assertRaises(AccessError):
                asset.read(["qr_token"])
            with self.assertRaises(AccessError):
                asset.search([("qr_token", "=", self.asset.qr_token)])
            with self.assertRaises(AccessError):
                asset.action_qr_reissue()
            with self.assertRaises(AccessError):
                asset.action_qr_revoke()
        # an employee who may read assets still cannot read their tokens
        self.env["ir.model.access"].create(
            {
                "name": "all read assets",
                "model_id": self.env["ir.model"]._get_id("asset.asset"),
                "group_id": self.env.ref("base.group_user").id,
                "perm_read": True,
            }
        )
        asset = self.asset.with_user(self.employee)
        self.assertEqual(asset.asset_code, SECRET_CODE)
        with self.assertRaises(AccessError):
            asset.read(["qr_token"])
        with self.assertRaises(AccessError):
            asset.search([("qr_token", "like", "a%")])
        self.assertTrue(self.asset.with_user(self.asset_user).qr_token)

    # ------------------------------------------------------------------
    # Page
    # ------------------------------------------------------------------

    def test_public_page_shows_model_and_room_and_links_to_sign_in(self):
        token = self.asset.qr_token
        page = self._scan(token)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Epson EB-X06", page.text)
        self.assertIn("Room 204", page.text)
        for hidden in (SECRET_CODE, "Mrs Dee", "Building A", "/new/ticket"):
            self.assertNotIn(hidden, page.text)
        self.assertIn(f"/web/login?redirect=%2Fhelpdesk%2Fscan%2F{token}", page.text)
        self.assertIn("noindex", page.headers["X-Robots-Tag"])
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertIn("frame-ancestors 'none'", page.headers["Content-Security-Policy"])

    def test_scan_page_starts_no_session(self):
        """A new session could replace the session of the sign-in page.

        Without an icon in the page, browsers load /favicon.ico. Its answer could arrive
        after the sign-in page is open.
        """
        for token in (self.asset.qr_token, "A" * 22):
            page = html.fromstring(self._scan(token).content)
            icons = page.xpath("//link[@rel='icon']/@href")
            self.assertEqual(len(icons), 1)
            for path in (
                f"/helpdesk/scan/{token}",
                *page.xpath("//link/@href | //script/@src | //img/@src"),
            ):
                self.opener.cookies.clear()
                answer = self.url_open(path)
                self.assertEqual(answer.cookies.get_dict(), {}, path)
                if path in icons:
                    self.assertEqual(answer.headers["Content-Type"], "image/png")

    def test_signed_in_users_get_a_link_to_report(self):
        for user in (self.portal, self.employee):
            self.authenticate(user.login, user.login)
            page = self._scan(self.asset.qr_token)
            self.assertEqual(page.status_code, 200)
            self.assertIn("Mrs Dee&#39;s projector", page.text)
            self.assertIn("Epson EB-X06", page.text)
            self.assertIn('href="/new/ticket"', page.text)
            self.assertNotIn("/web/login", page.text)

    def test_text_of_an_asset_is_escaped(self):
        asset = self._create_asset(model="<script>alert(1)</script>")
        self.assertNotIn("<script>", self._scan(asset.qr_token).text)

    def test_all_invalid_labels_get_the_same_answer(self):
        archived = self._create_asset(active=False)
        revoked = self._create_asset()
        old = revoked.qr_token
        revoked.action_qr_revoke()
        expected = self._scan("A" * 22)
        self.assertEqual(expected.status_code, 404)
        for token in (
            archived.qr_token,
            old,
            "",
            "-",
            "False",
            str(self.asset.id),
            SECRET_CODE,
            self.asset.qr_token[:-1],
            self.asset.qr_token + "/A",
            self.asset.qr_token + "A",
            "a/b/../c",
            "A" * 4000,
            "/" + self.asset.qr_token,
            "//",
            "%2F",
            "a%2F..%2Fb",
            "%0A",
            "%0A" + self.asset.qr_token,
            self.asset.qr_token + "%0AA",
            self.asset.qr_token + "%00",
            self.asset.qr_token + ".A",
            "a%0A/b%0D%0A",
            "%E2%80%A8",
            "%00",
            "A" * 21 + "%00",
            "%E0%B8%81" * 22,
            "%ff%fe",
            "'%20OR%201=1--",
            "';%0ADROP%20TABLE%20asset_asset;--",
            "?token=" + self.asset.qr_token,
            "%25" * 22,
        ):
            answer = self._scan(token)
            with self.subTest(token=token[:40]):
                self.assertEqual(answer.status_code, 404)
                self.assertEqual(answer.content, expected.content)
                self.assertEqual(
                    {k: v for k, v in answer.headers.items() if k != "Date"},
                    {k: v for k, v in expected.headers.items() if k != "Date"},
                )

    def test_what_follows_an_address_in_a_text_is_ignored(self):
        """The same page for a pasted address: with a slash, a dot or a space."""
        expected = self._scan(self.asset.qr_token)
        self.assertEqual(expected.status_code, 200)
        for more in (
            "/",
            ".",
            "%20",
            "//",
            "/.",
            "%0A",
            "%0D%0A",
            "%C2%A0",
            "%E2%80%8B",
        ):
            with self.subTest(more=more):
                answer = self._scan(self.asset.qr_token + more)
                self.assertEqual(answer.status_code, 200)
                self.assertEqual(answer.content, expected.content)
        for more in (",", ")", ").", "%22", "%E2%80%A6", "!"):
            with self.subTest(more=more):
                answer = self._scan(self.asset.qr_token + more)
                self.assertEqual(answer.content, expected.content)

    def test_every_token_takes_one_query(self):
        Asset = self.env["asset.asset"]
        Asset._qr_find_by_token("warm up")
        for token in (
            self.asset.qr_token,
            self.asset.qr_token + "/",
            "A" * 22,
            "%",
            "x" * 9999,
            "/" * 9999 + "x",
            "\0",
            "",
            None,
        ):
            with self.assertQueryCount(1):
                Asset._qr_find_by_token(token)

    def _count_writes(self):
        """Return per table the number of rows written in this transaction."""
        self.env.flush_all()
        self.cr.execute(
            """
            SELECT relname, n_tup_ins + n_tup_upd + n_tup_del
              FROM pg_stat_xact_user_tables
            """
        )
        return dict(self.cr.fetchall())

    def test_scan_writes_nothing(self):
        before = self._count_writes()
        other = self._create_asset()
        # the counters do register a write
        self.assertGreater(self._count_writes()["asset_asset"], before["asset_asset"])
        for user in (None, self.portal, self.employee):
            if user:
                self.authenticate(user.login, user.login)
            before = self._count_writes()
            for token, status in ((other.qr_token, 200), ("A" * 22, 404)):
                with self.subTest(user=user and user.login, status=status):
                    page = self._scan(token)
                    self.assertEqual(page.status_code, status)
                    self.assertEqual(self._count_writes(), before)
                    self.assertNotIn("Set-Cookie", page.headers)

    def test_scan_page_accepts_only_get(self):
        for user in (None, self.employee):
            if user:
                self.authenticate(user.login, user.login)
            before = self._count_writes()
            for token in (self.asset.qr_token, "A" * 22, "", "%0A"):
                for method in ("POST", "PUT", "PATCH", "DELETE"):
                    with self.subTest(token=token, method=method):
                        answer = self.url_open(
                            f"/helpdesk/scan/{token}", {"name": "x"}, method=method
                        )
                        self.assertEqual(answer.status_code, 405)
                        self.assertNotIn("Room 204", answer.text)
            self.assertEqual(self._count_writes(), before)

    # ------------------------------------------------------------------
    # Ticket
    # ------------------------------------------------------------------

    def test_agent_creates_a_ticket_from_the_asset(self):
        agent_with_assets = new_test_user(
            self.env,
            "qr.agent.assets",
            "helpdesk_mgmt.group_helpdesk_user_own,"
            "school_asset_management.group_asset_user",
        )
        agents = self.agent | agent_with_assets
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "IT", "user_ids": [Command.set(agents.ids)]}
        )
        for user in agents:
            with self.subTest(user=user.login):
                # an agent without the asset group cannot read the asset
                asset = self.env["asset.asset"].with_user(user).browse(self.asset.id)
                self.assertEqual(asset.has_access("read"), user == agent_with_assets)
                action = asset.action_scan_qr_create_ticket()
                self.assertEqual(action["views"], [(False, "form")])
                model = self.env[action["res_model"]].with_user(user)
                form = Form(model.with_context(**action["context"]))
                self.assertEqual(form.asset_id, self.asset)
                self.assertEqual(form.name, f"Issue with {SECRET_CODE}")
                self.assertIn("Room 204", form.description)
                self.assertEqual(form.asset_location, "Building A / Room 204")
                form.name = "No picture"
                form.team_id = team
                ticket = form.save()
                self.assertEqual(ticket.name, "No picture")
                self.assertEqual(ticket.asset_id, self.asset)
                link = ticket.asset_link_ids
                self.assertEqual((link.asset_id, link.role), (self.asset, "primary"))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_only_agents_create_a_ticket_from_the_asset(self):
        context = self.asset.action_scan_qr_create_ticket()["context"]
        for user in (self.asset_user, self.employee, self.portal):
            model = self.env["helpdesk.ticket"].with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                Form(model.with_context(**context))


@tagged("post_install", "-at_install")
class TestQrPrint(QrCommon):
    def _wizard(self, records, user=None, **values):
        Wizard = self.env["asset.label.print"]
        if user:
            Wizard = Wizard.with_user(user)
        return Wizard.with_context(
            active_model=records._name, active_ids=records.ids
        ).create(values)

    def _ticket(self, user):
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Dark", "description": "Dark", "user_id": user.id}
        )
        self.env["helpdesk.ticket.asset.link"].create(
            {"ticket_id": ticket.id, "asset_id": self.asset.id, "role": "primary"}
        )
        return ticket

    def test_building_prints_labels_of_its_rooms(self):
        for number in range(13):
            self._create_asset(asset_code=f"NB-{number}")
        self._create_asset(asset_code="elsewhere", location_id=False)
        form = Form(
            self.env["asset.label.print"]
            .with_user(self.asset_user)
            .with_context(active_model="asset.location", active_ids=self.building.ids)
        )
        self.assertEqual((form.source, form.label_count), ("location", 14))
        form.copies = 2
        form.skip = 21
        self.assertEqual((form.label_count, form.page_count), (28, 3))
        form.layout = "roll_50x30"
        self.assertEqual(form.skip, 0)
        self.assertEqual(form.page_count, 28)
        wizard = form.save()
        action = wizard.action_print()
        self.authenticate(self.asset_user.login, self.asset_user.login)
        answer = self.url_open(action["url"])
        self.assertEqual(answer.content[:5], b"%PDF-")
        self.authenticate(self.agent.login, self.agent.login)
        self.assertNotEqual(self.url_open(action["url"]).content[:5], b"%PDF-")

    def test_codes_contain_the_scan_address_of_each_asset(self):
        self.env["ir.config_parameter"].set_param(
            "school_asset_helpdesk_bridge.scan_base_url", "https://it.example/ "
        )
        other = self._create_asset(asset_code="NB-2")
        other.action_qr_revoke()
        pdf = (self.asset | other)._qr_render_labels("a4_2x7")
        [(_size, found)] = read_pdf(self, pdf)
        self.assertEqual(
            set(found),
            {
                f"https://it.example/helpdesk/scan/{asset.qr_token}"
                for asset in (self.asset, other)
            },
        )

    def test_each_label_shows_its_own_code_and_room(self):
        self.env.company.name = "Riverside School"
        library = self.env["asset.location"].create({"name": "Library"})
        assets = self.asset | self._create_asset(
            asset_code="LB-7", name="Big screen", location_id=library.id
        )
        for name, layout in LAYOUTS.items():
            pages = read_texts(self, assets._qr_render_labels(name))
            for index, asset in enumerate(assets):
                page, x, y = layout.position(index)
                # texts beside the code, inside this label
                lines = {
                    line
                    for line, places in pages[page].items()
                    for left, bottom in places
                    if x + layout.width * 0.3 < left < x + layout.width
                    and y < bottom < y + layout.height
                }
                with self.subTest(layout=name, asset=asset.asset_code):
                    self.assertEqual(
                        lines,
                        {
                            asset.asset_code,
                            asset.name,
                            "Epson EB-X06",
                            asset.location_id.name,
                            "Riverside School",
                            "Scan to report a problem",
                        },
                    )

    def test_wizard_opens_for_assets_and_for_tickets(self):
        ticket = self._ticket(self.agent)
        for records, user in ((self.asset, self.asset_user), (ticket, self.agent)):
            Wizard = self.env["asset.label.print"].with_user(user)
            Wizard = Wizard.with_context(
                active_model=records._name, active_ids=records.ids
            )
            names = ("source", "asset_ids", "ticket_ids", "label_count")
            spec = {
                name: {"fields": {}} if name.endswith("_ids") else {}
                for name in names
                if user == self.asset_user or name != "asset_ids"
            }
            values = Wizard.onchange({}, [], spec)["value"]
            self.assertEqual(values["label_count"], 1)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_agent_prints_only_for_own_tickets(self):
        wizard = self._wizard(self._ticket(self.agent), self.agent)
        self.assertEqual((wizard.source, wizard.label_count), ("tickets", 1))
        self.assertTrue(wizard.action_print()["url"])
        foreign = self._ticket(self.asset_user)
        with self.assertRaises(AccessError):
            self._wizard(foreign, self.agent).action_print()
        for values in (
            {"source": "assets", "asset_ids": [Command.set(self.asset.ids)]},
            {"source": "location", "location_id": self.room.id},
        ):
            with self.assertRaises(AccessError):
                self._wizard(self.env["asset.asset"], self.agent, **values)
        for user in (self.employee, self.portal):
            with self.assertRaises(AccessError):
                self._wizard(self.asset, user)

    def test_query_count_of_many_labels(self):
        assets = self.env["asset.asset"].create(
            [
                {
                    "asset_code": f"PC-{number}",
                    "category_id": self.category.id,
                    "location_id": self.room.id,
                }
                for number in range(200)
            ]
        )
        for count in (10, 200):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(12):
                assets[:count]._qr_render_labels("a4_3x8")

    def test_query_count_of_many_new_tokens(self):
        assets = self.env["asset.asset"].create(
            [
                {
                    "asset_code": f"OLD-{number}",
                    "category_id": self.category.id,
                    "location_id": self.room.id,
                }
                for number in range(111)
            ]
        )
        assets.qr_token = False
        costs = []
        # the first batch fills the caches of settings and language
        for batch in (assets[:1], assets[1:11], assets[11:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            batch._qr_render_labels("a4_3x8")
            self.env.flush_all()
            costs.append(self.cr.sql_log_count - before)
        self.assertEqual(len(set(assets.mapped("qr_token")) - {False}), 111)
        self.assertEqual(costs[1], costs[2])
        self.assertLessEqual(costs[0], 12)
