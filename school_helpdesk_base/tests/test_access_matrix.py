"""Tests every access right for every kind of user.

Each table lists records in lines and the users of ``PEOPLE`` in columns: ``+`` must
succeed and ``-`` must be refused. For example, the line "note" of ``READ`` shows that
only agents read an internal note. Each line is tested by the ORM, by JSON-RPC and, if
there is a page or a file, by HTTP.
"""

import re
from datetime import timedelta
from html import unescape

from odoo import fields
from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from .access_matrix_common import AccessMatrixCase

#: Columns:          pub own sub str emp sta a_o ass a_t all man
#: Portal users cannot open files by id; they use the links on the page: PAGE_FILE.
READ = {
    "ticket": "       -   +   +   -   -   +   -   +   +   +   +",
    "message": "      -   +   +   -   -   +   -   +   +   +   +",
    "message file": " -   -   -   -   -   +   -   +   +   +   +",
    "own file": "     -   -   -   -   -   +   -   +   +   +   +",
    "desk file": "    -   -   -   -   -   -   -   +   +   +   +",
    "note": "         -   -   -   -   -   -   -   +   +   +   +",
    "note file": "    -   -   -   -   -   -   -   +   +   +   +",
    "stage": "        +   +   +   +   +   +   +   +   +   +   +",
    "type": "         -   +   +   +   +   +   +   +   +   +   +",
    "category": "     +   +   +   +   +   +   +   +   +   +   +",
    "rating": "       -   -   -   -   -   -   -   +   +   +   +",
    "follower": "     -   -   -   -   -   -   -   +   +   +   +",
    "notification": " -   -   -   -   -   -   -   +   +   +   +",
    "scheduled": "    -   -   -   -   -   -   -   +   +   +   +",
    "parked mail": "  -   -   -   -   -   -   -   -   -   -   +",
    "mail receipt": " -   -   -   -   -   -   -   -   -   -   -",
    "desk notification": " -   -   -   -   -   -   -   -   -   -   +",
    "notification rule": " -   -   -   -   -   -   +   +   +   +   +",
    "webhook": "      -   -   -   -   -   -   -   -   -   -   +",
    "webhook call": " -   -   -   -   -   -   -   -   -   -   +",
}
#: The author of messages and scheduled messages is agent_all. Only the author may
#: change them; a manager may also change messages.
WRITE = {
    "ticket": "       -   -   -   -   -   -   -   +   +   +   +",
    "message": "      -   -   -   -   -   -   -   -   -   +   +",
    "message file": " -   -   -   -   -   -   -   +   +   +   +",
    "note": "         -   -   -   -   -   -   -   -   -   +   +",
    "note file": "    -   -   -   -   -   -   -   +   +   +   +",
    "rating": "       -   -   -   -   -   -   -   -   -   -   -",
    "scheduled": "    -   -   -   -   -   -   -   -   -   +   -",
    "stage": "        -   -   -   -   -   -   -   -   -   -   +",
    "type": "         -   -   -   -   -   -   -   -   -   -   +",
    "category": "     -   -   -   -   -   -   -   -   -   -   +",
    "parked mail": "  -   -   -   -   -   -   -   -   -   -   +",
    "mail receipt": " -   -   -   -   -   -   -   -   -   -   -",
    "desk notification": " -   -   -   -   -   -   -   -   -   -   -",
    "notification rule": " -   -   -   -   -   -   -   -   -   -   +",
    "webhook": "      -   -   -   -   -   -   -   -   -   -   +",
    "webhook call": " -   -   -   -   -   -   -   -   -   -   -",
}
CREATE = {
    "ticket": "       -   -   -   -   -   -   -   +   +   +   +",
    "stage": "        -   -   -   -   -   -   -   -   -   -   +",
    "type": "         -   -   -   -   -   -   -   -   -   -   +",
    "category": "     -   -   -   -   -   -   -   -   -   -   +",
    "rating": "       -   -   -   -   -   -   -   -   -   -   -",
    "scheduled": "    -   -   -   -   -   -   -   +   +   +   +",
    "settings": "     -   -   -   -   -   -   -   -   -   -   +",
    "parked mail": "  -   -   -   -   -   -   -   -   -   -   -",
    "mail receipt": " -   -   -   -   -   -   -   -   -   -   -",
    "desk notification": " -   -   -   -   -   -   -   -   -   -   -",
    "notification rule": " -   -   -   -   -   -   -   -   -   -   -",
    "webhook": "      -   -   -   -   -   -   -   -   -   -   +",
    "webhook call": " -   -   -   -   -   -   -   -   -   -   -",
}
DELETE = {
    "ticket": "       -   -   -   -   -   -   -   -   -   -   +",
    "message": "      -   -   -   -   -   -   -   -   -   +   +",
    "note": "         -   -   -   -   -   -   -   -   -   +   +",
    "rating": "       -   -   -   -   -   -   -   -   -   -   -",
    "scheduled": "    -   -   -   -   -   -   -   +   +   +   +",
    "stage": "        -   -   -   -   -   -   -   -   -   -   +",
    "type": "         -   -   -   -   -   -   -   -   -   -   +",
    "category": "     -   -   -   -   -   -   -   -   -   -   +",
    "parked mail": "  -   -   -   -   -   -   -   -   -   -   +",
    "mail receipt": " -   -   -   -   -   -   -   -   -   -   -",
    "desk notification": " -   -   -   -   -   -   -   -   -   -   -",
    "notification rule": " -   -   -   -   -   -   -   -   -   -   -",
    "webhook": "      -   -   -   -   -   -   -   -   -   -   +",
    "webhook call": " -   -   -   -   -   -   -   -   -   -   -",
}
COMMENT = {
    "ticket": "       -   +   +   -   -   +   -   +   +   +   +",
}
#: Downloads from /web/content by id, and by a link with a token.
DOWNLOAD = {
    "message file": " -   -   -   -   -   +   -   +   +   +   +",
    "own file": "     -   -   -   -   -   +   -   +   +   +   +",
    "desk file": "    -   -   -   -   -   -   -   +   +   +   +",
    "note file": "    -   -   -   -   -   -   -   +   +   +   +",
}
DOWNLOAD_BY_TOKEN = {
    "message file": " +   +   +   +   +   +   +   +   +   +   +",
    "note file": "    -   -   -   -   -   -   -   +   +   +   +",
}
#: Downloads by the links on the ticket page.
PAGE_FILE = {
    "message file": " -   +   +   -   -   +   -   +   +   +   +",
    "own file": "     -   +   +   -   -   +   -   +   +   +   +",
    "desk file": "    -   -   -   -   -   -   -   +   +   +   +",
    "note file": "    -   -   -   -   -   -   -   +   +   +   +",
}
#: The portal's page of the ticket, and the close button on it.
PAGE = {
    "ticket": "       -   +   +   -   -   +   -   +   +   +   +",
}
CLOSE = {
    "ticket": "       -   +   +   -   -   +   -   +   +   +   +",
}


@tagged("post_install", "-at_install", "security")
class TestAccessMatrix(AccessMatrixCase):
    READ, WRITE, CREATE, DELETE = READ, WRITE, CREATE, DELETE

    @classmethod
    def _create_objects(cls, ticket):
        env = cls.env
        requester = ticket.partner_id.user_ids

        def post(subtype):
            return ticket.with_user(cls.agent_all).message_post(
                body=f"Words of the desk: {subtype}",
                message_type="comment",
                subtype_xmlid=f"mail.mt_{subtype}",
                attachments=[(f"{subtype}.txt", b"Words in a file")],
            )

        def put_file(user):
            return (
                env["ir.attachment"]
                .with_user(user)
                .sudo()
                .create(
                    {
                        "name": "loose.txt",
                        "raw": b"Words in a file",
                        "res_model": ticket._name,
                        "res_id": ticket.id,
                    }
                )
            )

        message, note = post("comment"), post("note")
        webhook = env["helpdesk.webhook"].create(
            {
                "name": "Channel",
                "team_id": ticket.team_id.id,
                "address": "https://hooks.example.com/secret",
            }
        )
        return {
            "ticket": ticket,
            "message": message,
            "message file": message.attachment_ids,
            "own file": put_file(requester),
            "desk file": put_file(cls.agent_all),
            "note": note,
            "note file": note.attachment_ids,
            "stage": cls.stage_new,
            "type": env["helpdesk.ticket.type"].create({"name": "Hardware"}),
            "category": env["helpdesk.ticket.category"].create({"name": "Screen"}),
            "rating": env["rating.rating"].create(
                {
                    "res_model_id": env["ir.model"]._get_id(ticket._name),
                    "res_id": ticket.id,
                    "partner_id": requester.partner_id.id,
                    "rating": 1,
                    "feedback": "Slow",
                    "consumed": True,
                }
            ),
            "follower": ticket.message_follower_ids.filtered(
                lambda follower: follower.partner_id == cls.agent_all.partner_id
            ),
            "notification": env["mail.notification"].create(
                {
                    "mail_message_id": ticket.with_user(cls.agent_2)
                    .message_post(body="Told", subtype_xmlid="mail.mt_comment")
                    .id,
                    "res_partner_id": cls.agent.partner_id.id,
                    "notification_type": "inbox",
                }
            ),
            "scheduled": env["mail.scheduled.message"]
            .with_user(cls.agent_all)
            .create(cls._prepare_scheduled(ticket, cls.agent_all)),
            "settings": env["helpdesk.settings"].create({}),
            # a mail about which nobody has decided cannot be deleted
            "parked mail": env["helpdesk.mail.parked"].create(
                {"subject": "Lost", "reason": "error", "state": "dismissed"}
            ),
            "mail receipt": env["helpdesk.mail.receipt"].create(
                {"key": f"receipt {ticket.id}"}
            ),
            "desk notification": env["helpdesk.notification"].create(
                {"ticket_id": ticket.id, "event": "receipt", "state": "failed"}
            ),
            "notification rule": env["helpdesk.notification.rule"].search([], limit=1),
            "webhook": webhook,
            "webhook call": env["helpdesk.webhook.call"].create(
                {"webhook_id": webhook.id, "ticket_id": ticket.id, "event": "assigned"}
            ),
        }

    @classmethod
    def _prepare_scheduled(cls, ticket, user):
        return {
            "model": ticket._name,
            "res_id": ticket.id,
            "author_id": user.partner_id.id,
            "subject": "Later",
            "body": "Words to come",
            "is_note": True,
            "scheduled_date": fields.Datetime.now() + timedelta(days=1),
        }

    def _get_creation_values(self, label, record, user):
        if label == "ticket":
            return {
                "name": "One more",
                "description": "<p>Broken</p>",
                "team_id": self.team.id,
                "user_id": record.user_id.id,
            }
        if label == "rating":
            return {
                "res_model_id": record.res_model_id.id,
                "res_id": record.res_id,
                "partner_id": user.partner_id.id,
                "rating": 5,
                "consumed": True,
            }
        if label == "scheduled":
            ticket = self.env["helpdesk.ticket"].browse(record.res_id)
            values = self._prepare_scheduled(ticket, user)
            values["scheduled_date"] = str(values["scheduled_date"])
            return values
        if label == "settings":
            return {"helpdesk_reopen_days": 3}
        if label == "parked mail":
            return {"subject": "One more", "reason": "error"}
        if label == "mail receipt":
            return {"key": "One more"}
        if label == "webhook":
            return {
                "name": "One more",
                "team_id": record.team_id.id,
                "address": "https://hooks.example.com/other",
            }
        return {"name": "One more"}

    def test_orm_comment(self):
        self._check(
            COMMENT,
            lambda _p, user, record, _t: self._is_allowed(
                lambda: record.with_user(user).message_post(
                    body="More words",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )
            ),
        )

    # ------------------------------------------------------------------
    # HTTP
    # ------------------------------------------------------------------

    def test_http_comment(self):
        def is_done(person, user, record, _label):
            self._sign_in(user)
            before = len(record.message_ids)
            self._post(
                "/mail/message/post",
                thread_model=record._name,
                thread_id=record.id,
                post_data={
                    "body": "By the page",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
            )
            self.env.invalidate_all()
            return len(record.message_ids) > before

        self._check(COMMENT, is_done)

    def test_http_thread(self):
        """Requesters see no notes in the thread of the page and of the backend."""

        def is_done(person, user, record, _label):
            self._sign_in(user)
            params = {"thread_model": record._name, "thread_id": record.id}
            thread = self._post("/mail/chatter_fetch", **params)
            self.assertNotIn("Words of the desk: note", thread)
            if not person.startswith("agent"):
                backend = self._post("/mail/thread/messages", **params)
                self.assertNotIn("Words of the desk: note", backend)
                data = self._post(
                    "/mail/data",
                    fetch_params=[
                        [
                            "mail.thread",
                            {**params, "request_list": ["attachments", "messages"]},
                        ]
                    ],
                )
                self.assertNotIn("note.txt", data)
                self.assertEqual("comment.txt" in data, person == "staff_owner")
            return "Words of the desk: comment" in thread

        self._check(PAGE, is_done)

    def test_http_page(self):
        def is_done(person, user, record, _label):
            self._sign_in(user)
            response = self.url_open(record.access_url, allow_redirects=False)
            done = response.status_code == 200
            self.assertEqual(done, record.name in response.text)
            self.assertEqual(done, "comment.txt" in response.text)
            if not person.startswith("agent"):
                self.assertNotIn("note.txt", response.text)
            return done

        self._check(PAGE, is_done)

    def test_http_page_file(self):
        def is_done(person, user, record, _label):
            self._sign_in(user)
            ticket = self.env["helpdesk.ticket"].browse(record.res_id)
            page = self.url_open(ticket.access_url).text
            link = re.search(rf'"(/web/content/{record.id}\?[^"]*)"', page)
            if not link:
                return False
            response = self.url_open(unescape(link[1]))
            return response.content == b"Words in a file"

        self._check(PAGE_FILE, is_done)

    def test_http_page_by_token(self):
        """The link from a mail opens the page for everybody, without notes."""
        token = self.ticket._portal_ensure_token()
        for person in ("public", "owner", "stranger", "employee", "staff_owner"):
            with self.subTest(person=person):
                self._sign_in(getattr(self, person))
                page = self.url_open(f"{self.ticket.access_url}?access_token={token}")
                self.assertIn("comment.txt", page.text)
                self.assertNotIn("note.txt", page.text)
                thread = self._post(
                    "/mail/chatter_fetch",
                    thread_model="helpdesk.ticket",
                    thread_id=self.ticket.id,
                    token=token,
                )
                self.assertIn("Words of the desk: comment", thread)
                self.assertNotIn("Words of the desk: note", thread)

    def test_http_download(self):
        def is_done(person, user, record, _label):
            self._sign_in(user)
            with mute_logger("odoo.http"):
                response = self.url_open(f"/web/content/{record.id}?download=1")
            self.assertIn(response.status_code, (200, 404))
            return response.content == b"Words in a file"

        self._check(DOWNLOAD, is_done)

    def test_http_download_by_token(self):
        def is_done(person, user, record, _label):
            # links from before this addon was installed, and links of OCA's page
            [token] = record.generate_access_token()
            self._sign_in(user)
            with mute_logger("odoo.http"):
                response = self.url_open(
                    f"/web/content/{record.id}?download=1&access_token={token}"
                )
            return response.content == b"Words in a file"

        self._check(DOWNLOAD_BY_TOKEN, is_done)

    def test_http_close(self):
        def is_done(person, user, record, _label):
            record.stage_id = self.stage_open
            self._sign_in(user)
            with mute_logger("odoo.http"):
                self.url_open(
                    "/ticket/close",
                    data={
                        "csrf_token": Request.csrf_token(self),
                        "ticket_id": record.id,
                        "stage_id": self.stage_closed.id,
                    },
                    allow_redirects=False,
                )
            return record.stage_id == self.stage_closed

        self._check(CLOSE, is_done)

    def test_notes_are_mailed_to_the_desk_only(self):
        internal = self.env["mail.message.subtype"].search(
            [("internal", "=", True), ("res_model", "in", [False, "helpdesk.ticket"])]
        )
        followers = self.employee | self.staff_owner | self.owner | self.agent_2
        self.staff_ticket.message_subscribe(followers.partner_id.ids, internal.ids)
        note = self.staff_ticket.with_user(self.agent_all).message_post(
            body="The requester broke it",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            partner_ids=self.staff_owner.partner_id.ids,
        )
        self.assertEqual(note.notification_ids.res_partner_id, self.agent_2.partner_id)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            note.with_user(self.staff_owner).read(["body"])
        # an employee who is a recipient of a note can read it
        note = self.staff_ticket.with_user(self.agent_all).message_post(
            body="Did you lend it?",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            partner_ids=self.employee.partner_id.ids,
        )
        self.assertIn(self.employee.partner_id, note.notification_ids.res_partner_id)
        self.assertTrue(note.with_user(self.employee).read(["body"]))
