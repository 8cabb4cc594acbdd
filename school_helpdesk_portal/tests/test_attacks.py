"""Attacks that succeeded against other help desks, tried on this one.

Each class tests one kind of weakness. test_access_matrix.py tests access to other
people's tickets, forged forms and garbage.
"""

import inspect
import json
import uuid
from email.message import EmailMessage
from urllib.parse import urlsplit

from lxml import html

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.school_helpdesk_base.tests.route_common import ProbeCase

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
LINK = '<a href="javascript:alert(1)">x</a>'
HOSTILE_NAME = f"{SCRIPT}{IMAGE}"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
PAGE = b"<html><body><script>alert(1)</script></body></html>"


class AttackCase(ProbeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env
        cls.kind = env["asset.category"].create({"name": "Beamers"})
        cls.room = env["asset.location"].create({"name": "Room 204"})
        cls.asset = env["asset.asset"].create(
            {
                "asset_code": "ATK-1",
                "name": "Projector",
                "category_id": cls.kind.id,
                "location_id": cls.room.id,
            }
        )
        cls.ticket.asset_id = cls.asset
        cls.path = f"/helpdesk/scan/{cls.asset.qr_token}"

    def _report(self, **values):
        body = {
            "key": uuid.uuid4().hex,
            "category": "other",
            "words": "It stays dark.",
            **values,
        }
        response = self._ask("POST", f"{self.path}/report", body)
        self.env.invalidate_all()
        ticket = self.env["helpdesk.ticket"].search([], order="id desc", limit=1)
        return response, ticket

    def _send_form(self, **values):
        body = {
            "key": uuid.uuid4().hex,
            "subject": "No picture",
            "description": "It stays dark.",
            "type": self.env["helpdesk.ticket.type"]
            .create({"name": "Broken", "show_in_portal": True})
            .id,
            **values,
        }
        response = self._ask("POST", "/helpdesk/report", body)
        self.env.invalidate_all()
        ticket = self.env["helpdesk.ticket"].search([], order="id desc", limit=1)
        return response, ticket

    def _attach(self, name, content, kind="comment", ticket=None):
        message = (ticket or self.ticket).message_post(
            body="See there.",
            message_type="comment",
            subtype_xmlid=f"mail.mt_{kind}",
            attachments=[(name, content)],
        )
        return message.attachment_ids

    def _page(self, path):
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200, path)
        return html.fromstring(response.content)


@tagged("post_install", "-at_install", "security")
class TestForgedFields(AttackCase):
    def test_a_form_cannot_set_people_or_status(self):
        """Forms cannot set the requester, the assignee or the stage."""
        forged = {
            "partner_id": self.stranger.partner_id.id,
            "submitter_id": self.stranger.partner_id.id,
            "user_id": self.agent_2.id,
            "create_uid": self.stranger.id,
            "stage_id": self.stage_closed.id,
            "team_id": self.other_team.id,
            "company_id": 99,
            "priority": "3",
            "channel_id": 1,
            "number": "HT99999",
            "access_token": "known",
            "partner_email": "other@school.example",
            "asset_id": 1,
            "message_follower_ids": self.stranger.partner_id.id,
        }
        self._sign_in(self.owner)
        for send in (self._report, self._send_form):
            with self.subTest(send.__name__):
                response, ticket = send(**forged)
                self.assertEqual(response.status_code, 303)
                self.assertEqual(ticket.partner_id, self.owner.partner_id)
                self.assertFalse(ticket.submitter_id)
                self.assertFalse(ticket.user_id)
                self.assertEqual(ticket.create_uid, self.owner)
                self.assertNotEqual(ticket.stage_id, self.stage_closed)
                self.assertNotEqual(ticket.team_id, self.other_team)
                self.assertEqual(ticket.company_id, self.env.company)
                self.assertEqual(ticket.priority, "1")
                self.assertNotEqual(ticket.number, "HT99999")
                self.assertNotEqual(ticket.access_token, "known")
                self.assertFalse(ticket.asset_id - self.asset)
                self.assertNotIn(self.stranger.partner_id, ticket.message_partner_ids)

    def test_a_comment_cannot_set_its_author(self):
        self._sign_in(self.owner)
        self._ask(
            "POST",
            f"/my/ticket/{self.ticket.id}/comment",
            {
                "key": uuid.uuid4().hex,
                "comment": "More words",
                "author_id": self.agent_2.partner_id.id,
                "email_from": "agent@school.example",
                "is_internal": "1",
                "subtype_xmlid": "mail.mt_note",
                "message_type": "notification",
                "attachment_ids": str(self._attach("a.txt", b"a", "note").id),
                "partner_ids": str(self.stranger.partner_id.id),
            },
        )
        message = self.ticket._portal_messages()[-1]
        self.assertEqual(message.author_id, self.owner.partner_id)
        self.assertFalse(message.is_internal)
        self.assertFalse(message.attachment_ids)
        self.assertNotIn(self.stranger.partner_id, message.partner_ids)

    def test_hidden_categories_are_refused(self):
        hidden = self.env["helpdesk.ticket.category"].create(
            {"name": "Secret", "show_in_portal": False}
        )
        self._sign_in(self.owner)
        before = self._get_first_state()
        response, _ticket = self._report(category=hidden.id)
        self.assertEqual(response.status_code, 422)
        self.assertNotIn("Secret", response.text)
        self.assertFalse(self._get_changes(before))

    def test_the_key_of_another_user_shows_nothing(self):
        """The idempotency key of another user gives no access to their ticket."""
        key = uuid.uuid4().hex
        self._sign_in(self.owner)
        _response, first = self._report(key=key)
        self._sign_in(self.stranger)
        response, second = self._report(key=key)
        self.assertNotEqual(first, second)
        self.assertIn(str(second.id), response.headers["Location"])


@tagged("post_install", "-at_install", "security")
class TestForeignObjects(AttackCase):
    @mute_logger("odoo.http")
    def test_a_file_needs_its_own_token(self):
        mine, foreign = (
            self._attach("mine.txt", b"my words"),
            self._attach("foreign.txt", b"foreign words", ticket=self.other_ticket),
        )
        [token] = mine.generate_access_token()
        foreign.generate_access_token()
        tokens = (
            token,
            self.ticket._portal_ensure_token(),
            self.other_ticket._portal_ensure_token(),
            "",
            "x",
        )
        self._sign_in(self.owner)
        for token in tokens:
            for address in (
                f"/web/content/{foreign.id}",
                f"/web/content/ir.attachment/{foreign.id}/raw",
                f"/web/content?model=ir.attachment&id={foreign.id}",
                f"/web/image/{foreign.id}",
                f"/web/image/ir.attachment/{foreign.id}/raw",
            ):
                with self.subTest(address=address, token=token):
                    response = self._ask("GET", address, {"access_token": token})
                    self.assertNotIn(b"foreign", response.content)

    @mute_logger("odoo.http")
    def test_the_token_of_another_ticket_shows_nothing(self):
        token = self.other_ticket._portal_ensure_token()
        self._sign_in(self.public)
        for address in (
            f"/my/ticket/{self.ticket.id}?access_token={token}",
            f"/my/ticket/{self.ticket.id}/{token}",
        ):
            response = self._ask("GET", address)
            self.assertEqual(response.status_code, 404)
        answer = self._post(
            "/mail/chatter_fetch",
            thread_model="helpdesk.ticket",
            thread_id=self.ticket.id,
            token=token,
        )
        self.assertFalse(answer)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_threads_of_internal_records_are_closed(self):
        """Requesters cannot use the chatter of records that are related to tickets."""
        article = self.env["helpdesk.article"].create(
            {
                "title": "Guide",
                "content": "<p>Guide</p>",
                "state": "published",
                "audience": "public",
                "publish_date": "2020-01-01",
            }
        )
        with_thread = [self.asset, self.other_ticket, self.team]
        threads = [article, *with_thread]
        for record in with_thread:
            record.message_post(body="Words of the desk")
        file = ("a.txt", b"words", "text/plain")
        for person in (self.public, self.owner, self.submitter):
            self._sign_in(person)
            before = self._get_first_state()
            for record in threads:
                thread = {"thread_model": record._name, "thread_id": record.id}
                with self.subTest(person=person.login, model=record._name):
                    for route in (
                        "/mail/thread/messages",
                        "/mail/chatter_fetch",
                        "/mail/thread/recipients",
                    ):
                        self.assertNotIn("Words of", self._post(route, **thread))
                    self._post(
                        "/mail/message/post",
                        **thread,
                        post_data={"body": "Mine", "message_type": "comment"},
                    )
                    self._ask(
                        "POST",
                        "/mail/attachment/upload",
                        {**thread, "is_pending": "true", "ufile": file},
                    )
                    self._post("/mail/thread/subscribe", **thread)
                    self.assertFalse(self._get_changes(before))


@tagged("post_install", "-at_install", "security")
class TestStoredScript(AttackCase):
    def _check_harmless(self, path):
        page = self._page(path)
        for element in page.iter():
            if not isinstance(element.tag, str):
                continue
            for name, value in element.attrib.items():
                if name.startswith("on"):
                    self.assertNotIn("alert", value, path)
                if name in ("href", "src", "action", "formaction"):
                    self.assertNotIn("javascript:", value, path)
            if element.tag == "script":
                self.assertNotIn("alert(1)", element.text or "", path)

    def test_texts_of_users_are_never_run_as_scripts(self):
        self.room.name = self.kind.name = self.asset.name = HOSTILE_NAME
        self.asset.write({"brand": HOSTILE_NAME, "model": HOSTILE_NAME})
        self.owner.name = self.agent.name = HOSTILE_NAME
        self.school.name = HOSTILE_NAME
        self.ticket.write(
            {
                "name": HOSTILE_NAME,
                "description": f"{SCRIPT}<p {IMAGE[2:]}>{LINK}</p>{IMAGE}",
                "user_id": self.agent.id,
            }
        )
        category = self.env["helpdesk.article.category"].create({"name": HOSTILE_NAME})
        article = self.env["helpdesk.article"].create(
            {
                "title": HOSTILE_NAME,
                "content": f"{SCRIPT}<p>{LINK}</p>{IMAGE}",
                "category_id": category.id,
                "state": "published",
                "audience": "public",
                "publish_date": "2020-01-01",
                "asset_category_ids": self.kind.ids,
            }
        )
        self._attach(f"{HOSTILE_NAME}.txt", b"words")
        self.ticket.message_post(
            body=HOSTILE_NAME,
            author_id=self.agent.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.ticket._set_status("waiting", waiting_reason=HOSTILE_NAME)
        self.ticket._add_affected(self.stranger.partner_id)
        self.ticket.share_with_affected = True
        self.team.ticket_properties = [
            {"name": "aa", "type": "char", "string": HOSTILE_NAME}
        ]
        self.ticket.properties = {"aa": HOSTILE_NAME}
        self._sign_in(self.owner)
        self._ask(
            "POST",
            f"/my/ticket/{self.ticket.id}/comment",
            {"key": uuid.uuid4().hex, "comment": HOSTILE_NAME},
        )
        _response, report = self._report(words=HOSTILE_NAME)
        for path in (
            "/my",
            "/my/tickets",
            f"/my/tickets?search={HOSTILE_NAME}",
            f"/my/ticket/{self.ticket.id}",
            f"/my/ticket/{report.id}",
            "/new/ticket",
            self.path,
            "/helpdesk/articles",
            f"/helpdesk/articles?search={HOSTILE_NAME}",
            category.website_url,
            article.website_url,
        ):
            with self.subTest(path=path):
                self._check_harmless(path)
        self._sign_in(self.stranger)
        self._check_harmless(f"/my/affected/{self.ticket.id}")
        self._sign_in(self.public)
        for path in (self.path, article.website_url):
            with self.subTest(path=path, signed_in=False):
                self._check_harmless(path)

    def test_the_content_security_policy_forbids_inline_scripts(self):
        self._sign_in(self.owner)
        response = self.url_open(self.path)
        policy = response.headers["Content-Security-Policy"]
        self.assertNotIn("unsafe", policy)

    def _mail(self, *files):
        """Receive a mail of an unknown sender; return the files of its ticket."""
        mail = EmailMessage()
        mail["From"] = "Eve <eve@elsewhere.example>"
        mail["To"] = "desk@school.example"
        mail["Subject"] = "See the files"
        mail["Message-Id"] = f"<{uuid.uuid4().hex}@elsewhere.example>"
        mail.set_content("See the files.")
        for name, content, kind in files:
            main, _slash, sub = kind.partition("/")
            mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
        ticket_id = self.env["mail.thread"].message_process(
            "helpdesk.ticket", mail.as_bytes()
        )
        ticket = self.env["helpdesk.ticket"].browse(ticket_id)
        return ticket.message_ids.attachment_ids

    def test_files_are_served_without_scripts(self):
        """Files from mails and from messages cannot run scripts in the browser."""
        files = self._mail(
            ("page.html", PAGE, "text/html"),
            ("drawing.svg", SVG, "image/svg+xml"),
            ("data.xml", SVG, "application/xml"),
            ("page.xhtml", PAGE, "application/xhtml+xml"),
        )
        self.assertGreaterEqual(len(files), 4)
        files |= self._attach("posted.html", PAGE) | self._attach("posted.svg", SVG)
        self._sign_in(self.agent_all)
        for file in files:
            for address in (f"/web/content/{file.id}", f"/web/image/{file.id}"):
                with self.subTest(file=file.name, address=address):
                    headers = self.url_open(address).headers
                    kind = headers["Content-Type"].partition(";")[0]
                    is_shown = not headers.get("Content-Disposition", "").startswith(
                        "attachment"
                    )
                    policy = headers.get("Content-Security-Policy", "")
                    if is_shown and ("ht" in kind or "xml" in kind):
                        self.assertIn("default-src 'none'", policy, kind)
                    self.assertEqual(headers["X-Content-Type-Options"], "nosniff")


@tagged("post_install", "-at_install", "security")
class TestAddresses(AttackCase):
    def test_no_redirects_to_other_sites(self):
        self._sign_in(self.owner)
        for evil in (
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "https:evil.example",
            "javascript:alert(1)",
        ):
            for address in (
                f"/web/login?redirect={evil}",
                f"/my/tickets?redirect={evil}",
                f"{self.path}?redirect={evil}&r={evil}",
                f"/website/lang/en_US?r={evil}",
                f"/website/lang/default?r={evil}",
            ):
                with self.subTest(address=address):
                    response = self.url_open(address, allow_redirects=False)
                    location = response.headers.get("Location", "/")
                    address = urlsplit(location)
                    self.assertIn(address.scheme, ("", "http"))
                    self.assertIn(address.netloc, ("", urlsplit(self.base_url())[1]))
                    self.assertNotRegex(location, r"^[/\\]{2}")

    def test_a_files_name_adds_no_header(self):
        name = 'a"\r\nX-Evil: 1\r\n\r\nบันทึก.txt'
        file = self._attach(name, b"words")
        [token] = file.generate_access_token()
        self._sign_in(self.public)
        for download in ("0", "1"):
            response = self._ask(
                "GET",
                f"/web/content/{file.id}",
                {"access_token": token, "download": download},
            )
            self.assertEqual(response.content, b"words")
            self.assertNotIn("X-Evil", response.headers)


@tagged("post_install", "-at_install", "security")
class TestRemoteCalls(AttackCase):
    """RPC calls of the web client, as a portal user and as an employee."""

    #: All signed-in users may read these models, limited by record rules.
    READABLE = {
        "helpdesk.article",
        "helpdesk.article.category",
        "helpdesk.ticket",
        "helpdesk.ticket.stage",
        "helpdesk.ticket.category",
        "helpdesk.ticket.type",
        "helpdesk.ticket.tag",
        "helpdesk.ticket.team",
        "helpdesk.ticket.channel",
        "helpdesk.ticket.sla",
    }

    def _get_our_models(self):
        for name, model in sorted(self.env.registry.items()):
            modules = {cls.__module__ for cls in model.mro()}
            is_ours = any(
                module.startswith(("odoo.addons.school_helpdesk", "odoo.addons.helpd"))
                or module.startswith("odoo.addons.school_asset_helpdesk")
                for module in modules
            )
            if is_ours and name.startswith(("helpdesk.", "asset.")):
                yield self.env[name]

    def _get_our_methods(self, model):
        """Return the public methods that our addons add to a model."""
        for cls in type(model).mro():
            if cls.__module__.startswith("odoo.addons.school_") and (
                "school_asset_management" not in cls.__module__
            ):
                for name, _method in inspect.getmembers(cls, inspect.isfunction):
                    if not name.startswith("_") and name in vars(cls):
                        yield name

    def _rpc(self, model, method, *args):
        return self._ask(
            "RPC",
            "/web/dataset/call_kw",
            {"model": model, "method": method, "args": list(args), "kwargs": {}},
        )

    @mute_logger("odoo.http", "odoo.models", "odoo.addons.base.models.ir_rule")
    def test_no_write_access_by_rpc(self):
        before = self._get_first_state()
        models = [model for model in self._get_our_models() if not model._abstract]
        self.assertGreater(len(models), 20)
        for user in (self.owner, self.employee):
            self._sign_in(user)
            for model in models:
                if model._transient or model._name.startswith("asset."):
                    continue
                # sudo: all records, also those that the user cannot read
                ids = model.sudo().search([], limit=2).ids
                with self.subTest(user=user.login, model=model._name), self._undone():
                    self._rpc(model._name, "create", [{"name": "Mine"}])
                    self._rpc(model._name, "write", ids, {"name": "Mine"})
                    self._rpc(model._name, "unlink", ids)
                    self._rpc(model._name, "copy", ids)
                    self.assertFalse(self._get_changes(before))
                    answer = self._rpc(model._name, "search_read", [], ["id"]).json()
                    if model._name not in self.READABLE:
                        self.assertFalse(answer.get("result"), answer)

    @mute_logger("odoo.http", "odoo.models", "odoo.addons.base.models.ir_rule")
    def test_our_public_methods_give_no_access(self):
        note = "He broke it himself"
        self.other_ticket.message_post(body=note, subtype_xmlid="mail.mt_note")
        self.other_ticket.name = "A secret of the stranger"
        before = self._get_first_state()
        calls = [
            (model, method)
            for model in self._get_our_models()
            for method in sorted(set(self._get_our_methods(model)))
            if method not in ("create", "write", "unlink", "copy")
        ]
        self.assertGreater(len(calls), 20)
        for user in (self.owner, self.employee):
            self._sign_in(user)
            for model, method in calls:
                ids = model.sudo().search([], limit=5).ids if model._auto else []
                if model._name == "helpdesk.ticket":
                    ids = self.other_ticket.ids
                for args in ([ids], [], [ids, ids], [ids, "x"]):
                    with (
                        self.subTest(user=user.login, model=model._name, method=method),
                        self._undone(),
                    ):
                        response = self._rpc(model._name, method, *args)
                        self.assertFalse(self._get_changes(before), args)
                        self.assertNotIn(note, response.text)
                        self.assertNotIn("A secret of", response.text)

    @mute_logger("odoo.http", "odoo.models", "odoo.addons.base.models.ir_rule")
    def test_internal_fields_cannot_be_searched(self):
        """Searches cannot be used to guess internal values letter by letter."""
        self.ticket.message_post(
            body="He broke it himself", subtype_xmlid="mail.mt_note"
        )
        self.ticket.message_subscribe(self.stranger.partner_id.ids)
        self.ticket._add_affected(self.stranger.partner_id)
        ours, asset = ["id", "=", self.ticket.id], self.asset
        for field, value in (
            ("message_ids.body", "broke it"),
            ("website_message_ids.body", "broke it"),
            ("message_ids.attachment_ids.name", "a"),
            ("message_partner_ids.name", self.stranger.name),
            ("user_id.login", self.agent.login),
            ("user_id.password", "a"),
            ("partner_id.signup_token", "a"),
            ("asset_id.qr_token", asset.qr_token),
            ("asset_link_ids.asset_id.asset_code", asset.asset_code),
            ("affected_ids.partner_id.name", self.stranger.name),
            ("affected_partner_ids.name", self.stranger.name),
            ("access_token", "a"),
            ("partner_id.ticket_ids.message_ids.body", "broke it"),
        ):
            for user in (self.owner, self.submitter):
                self._sign_in(user)
                with self.subTest(field=field, user=user.login):
                    domain = [ours, [field, "ilike", value]]
                    answer = self._rpc("helpdesk.ticket", "search_read", domain, ["id"])
                    self.assertFalse(answer.json().get("result"))


@tagged("post_install", "-at_install", "security")
class TestExport(AttackCase):
    def test_exported_texts_are_not_formulas(self):
        """A title that begins with = is a text in exported files."""
        titles = ("=cmd|' /C calc'!A0", "+1+1", "-2+3")
        tickets = self.env["helpdesk.ticket"].browse()
        for title in titles:
            tickets |= self._create_ticket(name=title)
        self.agent_manager.group_ids += self.env.ref("base.group_allow_export")
        self._sign_in(self.agent_manager)
        data = {
            "model": "helpdesk.ticket",
            "fields": [{"name": "name", "label": "Title"}],
            "ids": tickets.ids,
            "domain": [],
            "import_compat": False,
        }
        response = self._ask("POST", "/web/export/csv", {"data": json.dumps(data)})
        self.assertEqual(response.status_code, 200)
        for line in response.text.splitlines()[1:]:
            self.assertNotRegex(line, r'^"?[=+-]', line)
