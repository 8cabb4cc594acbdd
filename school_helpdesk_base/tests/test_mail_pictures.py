"""Pictures in the text of a mail are shown to the desk and to the requester."""

from lxml import html

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCommon
from odoo.addons.school_helpdesk_base.hooks import show_pictures_of_mails

from .access_common import AccessCommon
from .mail_pictures_common import MAILS, get_mail


@tagged("post_install", "-at_install")
class TestMailPictures(MailCommon, HttpCase, AccessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write({"alias_name": "desk.test", "company_id": cls.env.company.id})
        cls.sender = cls.owner.partner_id
        cls.sender.email = "somchai@school.example.com"
        cls.number = 0

    def _send(self, program, **headers):
        """Let the gateway process a mail; return the new tickets."""
        type(self).number += 1
        mail = get_mail(
            program,
            "Somchai <somchai@school.example.com>",
            self.team.alias_full_name,
            f"<{self.number}.pictures@school.example.com>",
            **headers,
        )
        Ticket = self.env["helpdesk.ticket"]
        before = Ticket.search([])
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(False, mail)
            self.flush_tracking()
        return Ticket.search([]) - before

    def _get_pictures(self, content):
        return [
            picture.get("src")
            for picture in html.fromstring(content or "<p/>").iter("img")
        ]

    def _assert_shown(self, content, count):
        pictures = self._get_pictures(content)
        self.assertEqual(len(pictures), count, content)
        self.assertEqual(len(set(pictures)), count, "each picture has its own place")
        # the desk, the requester, and the requester in a mail program
        for login in (self.agent_all.login, self.owner.login, None):
            self.authenticate(login, login)
            for path in pictures:
                response = self.url_open(path)
                self.assertEqual(response.status_code, 200, path)
                self.assertEqual(response.headers["Content-Type"], "image/png")

    def test_new_ticket(self):
        for program, (_make, count) in MAILS.items():
            with self.subTest(program):
                ticket = self._send(program)
                self.assertEqual(len(ticket), 1)
                self._assert_shown(ticket.description, count)
                mail = ticket.message_ids.filtered(lambda m: m.message_type == "email")
                self._assert_shown(mail.body, count)
                text = html.fromstring(ticket.description).text_content()
                self.assertIn("The screen says:", text)
                self.assertIn("Regards", text)
                self.assertFalse(
                    ticket.attachment_ids.with_user(self.owner)._get_desk_only()
                )

    def test_reply(self):
        for program, (_make, count) in MAILS.items():
            with self.subTest(program):
                ticket = self._create_ticket(partner_id=self.sender.id)
                question = ticket.with_user(self.agent_all).message_post(
                    body="Which one?",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )
                self._send(program, In_Reply_To=question.message_id)
                mail = ticket.message_ids.filtered(lambda m: m.message_type == "email")
                self._assert_shown(mail.body, count)
                self.assertNotIn("<img", ticket.description, "a reply is no report")

    def test_a_picture_that_is_missing_does_not_lose_the_mail(self):
        ticket = self._create_ticket(description='<p>See <img src="cid:gone@x"></p>')
        ticket.message_post(
            body="Another mail",
            message_type="email",
            author_id=self.sender.id,
            subtype_xmlid="mail.mt_comment",
        )
        self.assertIn("See", ticket.description)

    def test_names_of_parts_cannot_insert_markup(self):
        Thread = self.env["mail.thread"]
        for name in (
            "x%22%20onerror=%22alert(1)",
            "x%27%3E%3Cscript%3Ealert(1)%3C/script%3E",
            "%3Cb%3E",
        ):
            with self.subTest(name):
                body = f'<p><img src="cid:{name}"></p>'
                parsed = Thread._message_parse_extract_payload_postprocess(
                    None, {"body": body, "attachments": []}
                )
                self.assertEqual(parsed["body"], body)

    def test_a_merge_shows_the_text_of_each_ticket_once(self):
        for program in MAILS:
            with self.subTest(program):
                source, target = self._send(program), self._send(program)
                with mute_logger("odoo.models.unlink"):
                    self._merge(source, target, user=self.agent_all)
                told = [
                    message
                    for message in target.message_ids
                    if "The screen says:"
                    in html.fromstring(message.body or "<p/>").text_content()
                ]
                # one mail of each ticket; the description of one is the mail's own
                self.assertEqual(len(told), 2)
                self.assertEqual({one.message_type for one in told}, {"email"})
                self.assertEqual(
                    len(target._get_opening_mail(target.message_ids.sorted("id"))), 1
                )
                for message in told:
                    self._assert_shown(message.body, MAILS[program][1])

    def test_a_merge_keeps_a_changed_description(self):
        source, target = self._send("Gmail"), self._send("Gmail")
        source.description = "<p>Rewritten by the desk</p>"
        self._merge(source, target, user=self.agent_all)
        bodies = " ".join(message.body or "" for message in target.message_ids)
        self.assertIn("Rewritten by the desk", bodies)

    def test_tickets_of_older_versions(self):
        tickets = self.env["helpdesk.ticket"].union(*map(self._send, MAILS))
        shown = tickets.mapped("description")
        for ticket in tickets:
            broken = html.fromstring(ticket.description)
            for number, picture in enumerate(broken.iter("img")):
                picture.set("src", f"cid:image{number}@old")
            ticket.description = html.tostring(broken, encoding="unicode")
        own = self._create_ticket(description='<p>Own <img src="cid:own@x"></p>')
        show_pictures_of_mails(self.env)
        self.assertEqual(tickets.mapped("description"), shown)
        self.assertIn("cid:own", own.description)
