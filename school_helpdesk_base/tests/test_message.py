"""Who may post or change messages on a ticket, by RPC and by the page."""

from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import new_test_user, tagged

from .access_common import AccessHttpCase


@tagged("post_install", "-at_install", "security")
class TestMessage(AccessHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = new_test_user(
            cls.env, "message_staff", groups="base.group_user", email="s@example.com"
        )
        cls.owner.email = "owner@example.com"
        cls.staff_ticket = cls._create_ticket(
            name="Printer of the staff", partner_id=cls.staff.partner_id.id
        )
        cls.pairs = ((cls.owner, cls.ticket), (cls.staff, cls.staff_ticket))

    def _post_by_desk(self, ticket, subtype="comment", user=None, **values):
        return ticket.with_user(user or self.agent_all).message_post(
            body="Words of the desk",
            message_type="comment",
            subtype_xmlid=f"mail.mt_{subtype}",
            **values,
        )

    def _get_new_message(self, ticket, known):
        self.env.invalidate_all()
        return (ticket.message_ids - known).filtered(
            lambda message: message.message_type != "notification"
        )

    # ------------------------------------------------------------------
    # Changing messages
    # ------------------------------------------------------------------

    def test_a_recipient_cannot_change_a_message(self):
        for user, ticket in self.pairs:
            message = self._post_by_desk(ticket, partner_ids=user.partner_id.ids)
            self.assertIn(user.partner_id, message.notified_partner_ids)
            self._sign_in(user)
            for values in (
                {"body": "You may keep the laptop"},
                {"is_internal": True},
                {"subtype_id": self.env.ref("mail.mt_note").id},
            ):
                with self.subTest(user=user.login, values=values):
                    before = message.read(list(values))
                    done, _result = self._call(
                        "mail.message", "write", [message.ids, values]
                    )
                    self.env.invalidate_all()
                    self.assertFalse(done)
                    self.assertEqual(message.read(list(values)), before)
            self.assertFalse(self._call("mail.message", "unlink", [message.ids])[0])
            self._post(
                "/mail/update_is_internal", message_id=message.id, is_internal=True
            )
            self._post(
                "/mail/message/update_content",
                message_id=message.id,
                update_data={"body": ""},
            )
            self.env.invalidate_all()
            self.assertFalse(message.is_internal)
            self.assertIn("Words of the desk", message.body)

    def test_only_the_author_and_a_manager_change_messages_of_the_desk(self):
        message = self._post_by_desk(self.ticket, user=self.agent_team)
        expected = {
            self.agent_own: False,
            self.agent_team: True,
            self.agent_all: False,
            self.agent_manager: True,
        }
        for user, may in expected.items():
            for verb in ("write", "unlink"):
                self.env.invalidate_all()
                self.assertEqual(
                    message.with_user(user).has_access(verb), may, (user.login, verb)
                )

    def test_requesters_correct_their_messages_on_the_page_only(self):
        for user, ticket in self.pairs:
            message = ticket.with_user(user).message_post(body="It smels")
            self._sign_in(user)
            stranger = self.stranger.partner_id
            values = {"author_id": stranger.id, "body": "He broke it", "date": False}
            done, _result = self._call("mail.message", "write", [message.ids, values])
            self.assertFalse(done)
            self._post(
                "/mail/message/update_content",
                message_id=message.id,
                update_data={"body": "It smells", "partner_ids": stranger.ids},
            )
            self.env.invalidate_all()
            self.assertIn("It smells", message.body)
            self.assertEqual(message.author_id, user.partner_id)
            self.assertFalse(message.partner_ids)

    # ------------------------------------------------------------------
    # Author and recipients
    # ------------------------------------------------------------------

    def test_requesters_post_in_their_own_name_only(self):
        for user, ticket in self.pairs:
            self._sign_in(user)
            for values in (
                {"author_id": self.agent_all.partner_id.id},
                {"email_from": "Desk <desk@example.com>"},
                {"partner_ids": self.stranger.partner_id.ids},
                {"outgoing_email_to": "press@example.com"},
                {"message_type": "notification"},
                {"message_type": "auto_comment"},
                {"subtype_xmlid": "mail.mt_note"},
                {"subtype_id": self.env.ref("mail.mt_note").id},
                {"is_internal": True},
                {"reply_to": "thief@example.com"},
                {"rating_value": 5},
            ):
                known = ticket.message_ids
                self._call(ticket._name, "message_post", ticket.ids, body="X", **values)
                message = self._get_new_message(ticket, known)
                with self.subTest(user=user.login, values=values):
                    self._assert_plain_comment(message, user)
                known |= message
                self._post(
                    "/mail/message/post",
                    thread_model=ticket._name,
                    thread_id=ticket.id,
                    post_data={"body": "X", **values},
                )
                message = self._get_new_message(ticket, known)
                with self.subTest(user=user.login, values=values, way="page"):
                    self._assert_plain_comment(message, user)

    def test_a_requester_notifies_nobody(self):
        for user, ticket in self.pairs:
            self._sign_in(user)
            with self.subTest(user=user.login):
                done, _result = self._call(
                    ticket._name,
                    "message_notify",
                    [ticket.ids],
                    body="Come at once",
                    partner_ids=self.stranger.partner_id.ids,
                )
                self.assertFalse(done)

    def _assert_plain_comment(self, message, user):
        self.assertEqual(len(message), 1)
        self.assertEqual(message.author_id, user.partner_id)
        self.assertEqual(message.email_from, user.email_formatted)
        self.assertEqual(message.message_type, "comment")
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertFalse(message.is_internal)
        self.assertFalse(message.partner_ids)
        self.assertFalse(message.outgoing_email_to)
        self.assertNotIn("thief", message.reply_to)
        self.assertNotIn(self.stranger.partner_id, message.notified_partner_ids)
        ratings = self.env["rating.rating"].search(
            [("res_model", "=", message.model), ("res_id", "=", message.res_id)]
        )
        self.assertFalse(ratings.filtered("consumed"))

    def test_messages_cannot_be_created_without_the_thread(self):
        note = self.env.ref("mail.mt_note").id
        comment = self.env.ref("mail.mt_comment").id
        for user, ticket in self.pairs:
            values = {
                "model": ticket._name,
                "res_id": ticket.id,
                "body": "You may keep it",
                "message_type": "comment",
                "subtype_id": comment,
                "author_id": user.partner_id.id,
            }
            Message = self.env["mail.message"].with_user(user)
            self.assertTrue(Message.create(values))
            changes = [
                {"message_type": "notification"},
                {"message_type": "email"},
                {"subtype_id": note},
                {"subtype_id": False},
                {"is_internal": True},
            ]
            if user == self.staff:
                changes.append({"author_id": self.agent_all.partner_id.id})
            for change in changes:
                with self.subTest(user=user.login, change=change):
                    with self.assertRaises(AccessError):
                        Message.create({**values, **change})

    def test_files_of_notes_cannot_be_attached(self):
        for user, ticket in self.pairs:
            note = self._post_by_desk(
                ticket, "note", attachments=[("note.txt", b"Secret")]
            )
            file = note.attachment_ids
            self._sign_in(user)
            self._call(
                ticket._name,
                "message_post",
                ticket.ids,
                body="X",
                attachment_ids=file.ids,
            )
            self._call(
                "mail.message",
                "create",
                [
                    {
                        "model": ticket._name,
                        "res_id": ticket.id,
                        "body": "X",
                        "message_type": "comment",
                        "subtype_id": self.env.ref("mail.mt_comment").id,
                        "author_id": user.partner_id.id,
                        "attachment_ids": [(4, file.id)],
                    }
                ],
            )
            self.env.invalidate_all()
            messages = self.env["mail.message"].search(
                [("attachment_ids", "in", file.ids)]
            )
            self.assertEqual(messages, note, user.login)
            self.assertTrue(file.with_user(user)._get_desk_only())

    def test_requesters_send_their_own_files(self):
        self._sign_in(self.staff)
        answer = self.url_open(
            "/mail/attachment/upload",
            data={
                "csrf_token": Request.csrf_token(self),
                "thread_id": self.staff_ticket.id,
                "thread_model": "helpdesk.ticket",
                "is_pending": "true",
            },
            files={"ufile": ("mine.txt", b"Mine")},
        ).json()["data"]
        known = self.staff_ticket.message_ids
        self._post(
            "/mail/message/post",
            thread_model="helpdesk.ticket",
            thread_id=self.staff_ticket.id,
            post_data={
                "body": "See here",
                "attachment_ids": [answer["attachment_id"]],
                "attachment_tokens": [
                    file["ownership_token"]
                    for file in answer["store_data"]["ir.attachment"]
                ],
            },
        )
        message = self._get_new_message(self.staff_ticket, known)
        self.assertEqual(message.attachment_ids.mapped("name"), ["mine.txt"])

    def test_agents_choose_recipients_and_subtype(self):
        message = self._post_by_desk(
            self.ticket, partner_ids=self.stranger.partner_id.ids
        )
        self.assertEqual(message.partner_ids, self.stranger.partner_id)
        note = self.ticket.with_user(self.agent_team).message_post(body="Note")
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
        self._sign_in(self.agent_team)
        known = self.ticket.message_ids
        self._post(
            "/mail/message/post",
            thread_model="helpdesk.ticket",
            thread_id=self.ticket.id,
            post_data={"body": "Note", "subtype_xmlid": "mail.mt_note"},
        )
        message = self._get_new_message(self.ticket, known)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_note"))

    # ------------------------------------------------------------------
    # With the link from a mail
    # ------------------------------------------------------------------

    def test_a_link_opens_the_ticket_but_allows_no_message(self):
        """Visitors and other users can read with the link, but do nothing else."""
        message = self.ticket.with_user(self.owner).message_post(body="My words")
        partner = self.owner.partner_id
        token = self.ticket._portal_ensure_token()
        keys = (
            {"token": token},
            {"hash": self.ticket._sign_token(partner.id), "pid": partner.id},
        )
        known = self.ticket.message_ids
        for user in (self.public, self.stranger, self.employee):
            self._sign_in(user)
            for key in keys:
                with self.subTest(user=user.login, key=list(key)):
                    self._post(
                        "/mail/message/post",
                        thread_model="helpdesk.ticket",
                        thread_id=self.ticket.id,
                        post_data={"body": "Close it"},
                        **key,
                    )
                    self._post(
                        "/mail/message/update_content",
                        message_id=message.id,
                        update_data={"body": "Close it"},
                        **key,
                    )
                    self._post(
                        "/mail/message/reaction",
                        message_id=message.id,
                        content="👍",
                        action="add",
                        **key,
                    )
                    self.env.invalidate_all()
                    self.assertEqual(self.ticket.message_ids, known)
                    self.assertIn("My words", message.body)
                    self.assertFalse(message.sudo().reaction_ids)
            thread = self._post(
                "/mail/chatter_fetch",
                thread_model="helpdesk.ticket",
                thread_id=self.ticket.id,
                token=token,
            )
            self.assertIn("My words", thread)

    def test_requesters_can_react(self):
        message = self._post_by_desk(self.ticket)
        self._sign_in(self.owner)
        self._post(
            "/mail/message/reaction",
            message_id=message.id,
            content="👍",
            action="add",
        )
        self.env.invalidate_all()
        reaction = message.sudo().reaction_ids
        self.assertEqual(reaction.partner_id, self.owner.partner_id)
