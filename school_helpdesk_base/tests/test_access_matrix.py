"""Who may do what: DESIGN's access table, line by line, over three ways in.

Read a line as a sentence: ``"note": "- - - - - + + +"`` in the table ``read`` says that
only agents read an internal note. The columns are the people of ``PEOPLE``. Each line
is tried by the ORM, by the web client's JSON-RPC and, where there is a page or a file
for it, by HTTP. ``+`` must succeed and ``-`` must be refused.
"""

import re
from datetime import timedelta
from html import unescape

from odoo import fields
from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .access_common import AccessHttpCase

PEOPLE = (
    "public",  # nobody signed in
    "owner",  # portal, the requester of the ticket
    "submitter",  # portal, reported it for the requester
    "stranger",  # portal, of the same company, and follows the ticket
    "employee",  # no desk role, follows the ticket
    "staff_owner",  # employee without a desk role who is a requester of it too
    "agent_own",  # agent: own tickets; not of the ticket's team
    "agent_his",  # agent: own tickets; the ticket is his, whatever its team
    "agent_team",  # agent: his team's tickets; of the ticket's team
    "agent_all",  # agent: all tickets
    "agent_manager",
)

#: Columns:          pub own sub str emp sta a_o his a_t all man
#: Portal users open no file by its number: the ticket page links them, see PAGE_FILE.
READ = {
    "ticket": "       -   +   +   -   -   +   -   +   +   +   +",
    "message": "      -   +   +   -   -   +   -   +   +   +   +",
    "message file": " -   -   -   -   -   +   -   +   +   +   +",
    "own file": "     -   -   -   -   -   +   -   +   +   +   +",
    "desk file": "    -   -   -   -   -   -   -   +   +   +   +",
    "note": "         -   -   -   -   -   -   -   +   +   +   +",
    "note file": "    -   -   -   -   -   -   -   +   +   +   +",
    "sla line": "     -   +   +   -   -   +   -   +   +   +   +",
    "policy": "       -   -   -   -   -   -   +   +   +   +   +",
    "stage": "        +   +   +   +   +   +   +   +   +   +   +",
    "type": "         -   +   +   +   +   +   +   +   +   +   +",
    "category": "     +   +   +   +   +   +   +   +   +   +   +",
    "rating": "       -   -   -   -   -   -   -   +   +   +   +",
    "follower": "     -   -   -   -   -   -   -   +   +   +   +",
    "notification": " -   -   -   -   -   -   -   +   +   +   +",
    "scheduled": "    -   -   -   -   -   -   -   +   +   +   +",
}
#: Messages, and what is scheduled to be one, are agent_all's; only their author
#: changes them, and a manager the former.
WRITE = {
    "ticket": "       -   -   -   -   -   -   -   +   +   +   +",
    "message": "      -   -   -   -   -   -   -   -   -   +   +",
    "message file": " -   -   -   -   -   -   -   +   +   +   +",
    "note": "         -   -   -   -   -   -   -   -   -   +   +",
    "note file": "    -   -   -   -   -   -   -   +   +   +   +",
    "rating": "       -   -   -   -   -   -   -   -   -   -   -",
    "scheduled": "    -   -   -   -   -   -   -   -   -   +   -",
    "policy": "       -   -   -   -   -   -   -   -   -   -   +",
    "stage": "        -   -   -   -   -   -   -   -   -   -   +",
    "type": "         -   -   -   -   -   -   -   -   -   -   +",
    "category": "     -   -   -   -   -   -   -   -   -   -   +",
}
CREATE = {
    "ticket": "       -   -   -   -   -   -   -   +   +   +   +",
    "sla line": "     -   -   -   -   -   -   -   +   +   +   +",
    "policy": "       -   -   -   -   -   -   -   -   -   -   +",
    "stage": "        -   -   -   -   -   -   -   -   -   -   +",
    "type": "         -   -   -   -   -   -   -   -   -   -   +",
    "category": "     -   -   -   -   -   -   -   -   -   -   +",
    "rating": "       -   -   -   -   -   -   -   -   -   -   -",
    "scheduled": "    -   -   -   -   -   -   -   +   +   +   +",
}
DELETE = {
    "ticket": "       -   -   -   -   -   -   -   -   -   -   +",
    "message": "      -   -   -   -   -   -   -   -   -   +   +",
    "note": "         -   -   -   -   -   -   -   -   -   +   +",
    "rating": "       -   -   -   -   -   -   -   -   -   -   -",
    "scheduled": "    -   -   -   -   -   -   -   +   +   +   +",
    "sla line": "     -   -   -   -   -   -   -   -   -   -   +",
    "policy": "       -   -   -   -   -   -   -   -   -   -   +",
    "stage": "        -   -   -   -   -   -   -   -   -   -   +",
    "type": "         -   -   -   -   -   -   -   -   -   -   +",
    "category": "     -   -   -   -   -   -   -   -   -   -   +",
}
COMMENT = {
    "ticket": "       -   +   +   -   -   +   -   +   +   +   +",
}
#: Downloads of /web/content by number, and by a link that carries a token.
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
#: Files the ticket page links, downloaded by their links.
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

#: The field to write where a record has no name.
TEXT_FIELDS = {
    "mail.message": "body",
    "mail.scheduled.message": "subject",
    "rating.rating": "feedback",
}


@tagged("post_install", "-at_install", "security")
class TestAccessMatrix(AccessHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff_owner = cls._new_user("staff_owner", "base.group_user")
        cls.team.user_ids -= cls.agent_own
        # three requesters cannot stand on one ticket: he is asked for in its place
        cls.ticket.message_subscribe(
            (cls.stranger | cls.employee | cls.staff_owner).partner_id.ids
        )
        cls.policy = cls.env["helpdesk.sla"].create({"name": "One day", "days": 1})
        cls.objects = cls._create_objects(cls.ticket)
        cls.staff_ticket = cls._create_ticket(
            name="Printer of the staff", partner_id=cls.staff_owner.partner_id.id
        )
        cls.agent_his = cls._new_user(
            "agent_his", "helpdesk_mgmt.group_helpdesk_user_own"
        )
        cls.his_ticket = cls._create_ticket(
            name="Scanner of the owner", partner_id=cls.owner.partner_id.id
        )
        # of a team that he is not in: only that it is his gives him the right
        cls.his_ticket.user_id = cls.agent_his
        cls.objects_of = {
            "staff_owner": cls._create_objects(cls.staff_ticket),
            "agent_his": cls._create_objects(cls.his_ticket),
        }

    @classmethod
    def _new_user(cls, name, groups):
        return new_test_user(cls.env, f"access_{name}", groups=groups)

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
        return {
            "ticket": ticket,
            "message": message,
            "message file": message.attachment_ids,
            "own file": put_file(requester),
            "desk file": put_file(cls.agent_all),
            "note": note,
            "note file": note.attachment_ids,
            "sla line": env["helpdesk.ticket.sla"].create(
                {"ticket_id": ticket.id, "sla_id": cls.policy.id}
            ),
            "policy": cls.policy,
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

    # ------------------------------------------------------------------
    # The table's reader
    # ------------------------------------------------------------------

    def _check(self, table, is_done):
        """Compare a table with what happens.

        :param is_done: called with the person's name, his user, the record, and what
            it is called in the table; tells whether the user could do it
        """
        for thing, line in table.items():
            cells = line.split()
            self.assertEqual(len(cells), len(PEOPLE), thing)
            for person, cell in zip(PEOPLE, cells, strict=True):
                objects = self._get_objects(person)
                with self.subTest(thing=thing, person=person):
                    self.env.invalidate_all()
                    done = is_done(person, getattr(self, person), objects[thing], thing)
                    self.assertEqual("+" if done else "-", cell)

    def _get_objects(self, person):
        return self.objects_of.get(person, self.objects)

    def _is_allowed(self, action):
        """Whether something can be done; it is undone again."""
        done = False
        try:
            with self.env.cr.savepoint() as savepoint:
                action()
                done = True
                savepoint.rollback()
        except AccessError:
            pass
        self.env.invalidate_all()
        return done

    # ------------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------------

    def test_orm_read(self):
        def is_done(_person, user, record, _thing):
            record = record.with_user(user)
            done = self._is_allowed(lambda: record.read(["display_name"]))
            found = record.browse()
            if found.has_access("read"):
                found = record.search([("id", "=", record.id)])
            self.assertEqual(bool(found), done, "search")
            return done

        self._check(READ, is_done)

    def test_orm_write(self):
        self._check(
            WRITE,
            lambda _p, user, record, _t: record.with_user(user).has_access("write"),
        )

    def test_orm_delete(self):
        self._check(
            DELETE,
            lambda _p, user, record, _t: record.with_user(user).has_access("unlink"),
        )

    def test_orm_create(self):
        def is_done(_person, user, record, thing):
            values = self._get_creation_values(thing, record, user)
            return self._is_allowed(
                lambda: record.browse().with_user(user).create(values)
            )

        self._check(CREATE, is_done)

    def _get_creation_values(self, thing, record, user):
        if thing == "ticket":
            return {
                "name": "One more",
                "description": "<p>Broken</p>",
                "team_id": self.team.id,
                "user_id": record.user_id.id,
            }
        if thing == "sla line":
            return {"ticket_id": record.ticket_id.id, "sla_id": self.policy.id}
        if thing == "rating":
            return {
                "res_model_id": record.res_model_id.id,
                "res_id": record.res_id,
                "partner_id": user.partner_id.id,
                "rating": 5,
                "consumed": True,
            }
        if thing == "scheduled":
            ticket = self.env["helpdesk.ticket"].browse(record.res_id)
            values = self._prepare_scheduled(ticket, user)
            values["scheduled_date"] = str(values["scheduled_date"])
            return values
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
    # JSON-RPC
    # ------------------------------------------------------------------

    def test_rpc_read(self):
        def is_done(person, user, record, _thing):
            self._sign_in(user)
            mine = [("id", "=", record.id)]
            done, _result = self._call(record._name, "read", [record.ids, ["id"]])
            done_2, lines = self._call(record._name, "search_read", [mine, ["id"]])
            done_3, count = self._call(record._name, "search_count", [mine])
            self.assertEqual(done, bool(done_2 and lines), "search_read")
            self.assertEqual(done, bool(done_3 and count), "search_count")
            return done

        # without a session there is no RPC at all
        table = {thing: f"- {line.split(None, 1)[1]}" for thing, line in READ.items()}
        self._check(table, is_done)

    def test_rpc_write(self):
        def is_done(person, user, record, _thing):
            self._sign_in(user)
            name = TEXT_FIELDS.get(record._name, "name")
            before = record[name]
            done, _result = self._call(
                record._name, "write", [record.ids, {name: "Rewritten"}]
            )
            self.env.invalidate_all()
            if not done:
                self.assertEqual(record[name], before)
            return done

        self._check(WRITE, is_done)

    def test_rpc_create(self):
        def is_done(person, user, record, thing):
            self._sign_in(user)
            values = self._get_creation_values(thing, record, user)
            return self._call(record._name, "create", [[values]])[0]

        self._check(CREATE, is_done)

    def test_rpc_delete(self):
        def is_done(person, user, record, _thing):
            self._sign_in(user)
            done, _result = self._call(record._name, "unlink", [record.ids])
            self.assertTrue(record.exists())
            return done

        # the ORM's table says who may; here are those who may not
        for thing, line in DELETE.items():
            refused = [cell == "-" for cell in line.split()]
            for person, is_refused in zip(PEOPLE, refused, strict=True):
                if is_refused:
                    with self.subTest(thing=thing, person=person):
                        user = getattr(self, person)
                        self.assertFalse(
                            is_done(
                                person, user, self._get_objects(person)[thing], thing
                            )
                        )

    # ------------------------------------------------------------------
    # HTTP
    # ------------------------------------------------------------------

    def test_http_comment(self):
        def is_done(person, user, record, _thing):
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
        """The ticket page's thread and the backend's: no note for a requester."""

        def is_done(person, user, record, _thing):
            self._sign_in(user)
            params = {"thread_model": record._name, "thread_id": record.id}
            words = self._post("/mail/chatter_fetch", **params)
            self.assertNotIn("Words of the desk: note", words)
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
            return "Words of the desk: comment" in words

        self._check(PAGE, is_done)

    def test_http_page(self):
        def is_done(person, user, record, _thing):
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
        def is_done(person, user, record, _thing):
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
        """The link in a mail opens the page for whoever holds it, without notes."""
        token = self.ticket._portal_ensure_token()
        for person in ("public", "owner", "stranger", "employee", "staff_owner"):
            with self.subTest(person=person):
                self._sign_in(getattr(self, person))
                page = self.url_open(f"{self.ticket.access_url}?access_token={token}")
                self.assertIn("comment.txt", page.text)
                self.assertNotIn("note.txt", page.text)
                words = self._post(
                    "/mail/chatter_fetch",
                    thread_model="helpdesk.ticket",
                    thread_id=self.ticket.id,
                    token=token,
                )
                self.assertIn("Words of the desk: comment", words)
                self.assertNotIn("Words of the desk: note", words)

    def test_http_download(self):
        def is_done(person, user, record, _thing):
            self._sign_in(user)
            with mute_logger("odoo.http"):
                response = self.url_open(f"/web/content/{record.id}?download=1")
            self.assertIn(response.status_code, (200, 404))
            return response.content == b"Words in a file"

        self._check(DOWNLOAD, is_done)

    def test_http_download_by_token(self):
        def is_done(person, user, record, _thing):
            # links of the time before this addon, and of OCA's page
            [token] = record.generate_access_token()
            self._sign_in(user)
            with mute_logger("odoo.http"):
                response = self.url_open(
                    f"/web/content/{record.id}?download=1&access_token={token}"
                )
            return response.content == b"Words in a file"

        self._check(DOWNLOAD_BY_TOKEN, is_done)

    def test_http_close(self):
        def is_done(person, user, record, _thing):
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
            body="He broke it himself",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            partner_ids=self.staff_owner.partner_id.ids,
        )
        self.assertEqual(note.notification_ids.res_partner_id, self.agent_2.partner_id)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            note.with_user(self.staff_owner).read(["body"])
        # a colleague who is asked in a note reads what he is asked
        note = self.staff_ticket.with_user(self.agent_all).message_post(
            body="Did you lend it?",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            partner_ids=self.employee.partner_id.ids,
        )
        self.assertIn(self.employee.partner_id, note.notification_ids.res_partner_id)
        self.assertTrue(note.with_user(self.employee).read(["body"]))
