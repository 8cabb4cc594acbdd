"""Replies show no links that give access, and do not repeat older mails."""

from email.message import EmailMessage

from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from ..tools.mail_text import hide_access_links, split_quote
from .access_common import AccessCommon
from .common import tell

GMAIL = (
    '<div dir="ltr">Still dark.</div><br>'
    '<div class="gmail_quote"><div class="gmail_attr">On Monday the desk wrote:</div>'
    '<blockquote class="gmail_quote">Is the lamp on? {link}</blockquote></div>'
)
OUTLOOK = (
    '<div>Still dark.</div><hr><div id="divRplyFwdMsg">From: Desk</div>'
    "<div>Is the lamp on? {link}</div>"
)
APPLE = (
    "<div>Still dark.</div><div><br></div>"
    '<blockquote type="cite"><div>Is the lamp on? {link}</div></blockquote>'
)
BELOW = (
    "<blockquote>Is the lamp on? {link}</blockquote><div>No, it is off.</div>"
    "<blockquote>Is the cable in?</blockquote><div>Yes.</div>"
)
PLAIN = "Still dark.\n\n> Is the lamp on?\n> {link}\n"


@tagged("post_install", "-at_install")
class TestMailText(MailCommon, AccessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write({"alias_name": "desk.text", "company_id": cls.env.company.id})
        cls.owner.email = "owner@school.example"
        cls.env["ir.config_parameter"].set_param(
            "web.base.url", "https://desk.school.example:8069"
        )
        cls.ticket._portal_ensure_token()
        cls.token = cls.ticket.access_token
        cls.number = 0

    def _get_links(self):
        """Return links of our mails that give access to the ticket, by kind."""
        base, ticket, token = self.ticket.get_base_url(), self.ticket, self.token
        rating = ticket._rating_get_access_token(self.owner.partner_id)
        self.assertTrue(token and rating)
        view = (
            f"/mail/view?model=helpdesk.ticket&amp;res_id={ticket.id}"
            f"&amp;access_token={token}&amp;pid=7&amp;hash=0a1b2c3d4e5f"
        )
        page = f"/my/ticket/{ticket.id}?access_token={token}"
        packed = (
            f"https%3A%2F%2Fdesk.school.example%3A8069%2Fmy%2Fticket%2F{ticket.id}"
            f"%3Faccess_token%3D{token}%26pid%3D7%26hash%3D0a1b2c3d4e5f"
        )
        return {
            "view": base + view,
            "another port": "http://desk.school.example" + view,
            "page": base + page,
            "rating": f"{base}/rate/{rating}/5",
            "unfollow": f"{base}/mail/unfollow?model=x&amp;token=0a1b2c3d4e5f",
            "packed": f"https://eur.safelinks.example/?url={packed}&amp;data=1",
            "unpacked token": f"see {token} there",
        }

    def _get_secrets(self):
        return [
            self.token,
            "0a1b2c3d4e5f",
            self.ticket.rating_ids.access_token,
        ]

    def _reply(self, body, subtype="html", ticket=None):
        """Let the gateway process a reply of the requester; return its message."""
        type(self).number += 1
        message = EmailMessage()
        message["From"] = "owner@school.example"
        message["To"] = self.team.alias_full_name
        message["Subject"] = "Re: Projector"
        message["Message-ID"] = f"<{self.number}.text@school.example>"
        if ticket:
            sent = ticket.message_ids[-1:]
            message["In-Reply-To"] = message["References"] = sent.message_id
        message.set_content(body, subtype=subtype)
        before = self.env["helpdesk.ticket"].search([], order="id desc", limit=1)
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(None, message.as_bytes())
        if ticket:
            return ticket.message_ids.sorted("id")[-1]
        return self.env["helpdesk.ticket"].search([("id", ">", before.id)])

    # ------------------------------------------------------------------
    # Links
    # ------------------------------------------------------------------

    def test_a_reply_keeps_no_access_links(self):
        for layout in (GMAIL, OUTLOOK, APPLE, BELOW):
            for kind, link in self._get_links().items():
                with self.subTest(kind, layout=layout[:25]):
                    html = f'<a href="{link}">Open</a>'
                    message = self._reply(layout.format(link=html), ticket=self.ticket)
                    self.assertIn("Is the lamp on?", message.body)
                    for secret in self._get_secrets():
                        self.assertNotIn(secret, message.body)

    def test_a_plain_reply_keeps_no_access_links(self):
        for kind, link in self._get_links().items():
            with self.subTest(kind):
                body = PLAIN.format(link=link.replace("&amp;", "&"))
                message = self._reply(body, "plain", self.ticket)
                self.assertIn("Still dark.", message.body)
                for secret in self._get_secrets():
                    self.assertNotIn(secret, message.body)

    def test_a_new_ticket_keeps_no_access_links(self):
        for kind, link in self._get_links().items():
            if kind == "unpacked token":
                continue  # a mail to a new ticket is not compared with other tickets
            with self.subTest(kind):
                html = APPLE.format(link=f'<a href="{link}">Open</a>')
                ticket = self._reply(html)
                self.assertEqual(len(ticket), 1)
                texts = ticket.description + "".join(ticket.message_ids.mapped("body"))
                self.assertIn("Is the lamp on?", texts)
                for secret in self._get_secrets():
                    self.assertNotIn(secret, texts)

    def test_links_still_lead_to_the_page(self):
        message = self._reply(
            APPLE.format(link=f'<a href="{self._get_links()["page"]}">Open</a>'),
            ticket=self.ticket,
        )
        self.assertIn(f"/my/ticket/{self.ticket.id}", message.body)

    def test_other_links_do_not_change(self):
        for link in (
            "https://zoom.example/j/1?token=abc&amp;pid=2",
            "https://desk.school.example.evil/my?access_token=abc",
            "https://desk.school.example/web/content/1?download=true",
            "https://other.example/my/orders/5?access_token=abc",
            "https://other.example/rate/abc/5",
        ):
            with self.subTest(link):
                html = f'<p>See <a href="{link}">{link}</a> &amp; "token=1"</p>'
                hidden = hide_access_links(html, {"desk.school.example"}, ["/rate/"])
                self.assertEqual(hidden, html)

    # ------------------------------------------------------------------
    # Quotes
    # ------------------------------------------------------------------

    def test_quotes_at_the_end_are_split_off(self):
        for layout in (GMAIL, OUTLOOK, APPLE):
            with self.subTest(layout[:25]):
                body = self._reply(layout.format(link=""), ticket=self.ticket).body
                text, quote = split_quote(body)
                self.assertIn("Still dark.", text)
                self.assertNotIn("Is the lamp on?", text)
                self.assertIn("Is the lamp on?", quote)
                self.assertNotIn("Still dark.", quote)

    def test_a_plain_quote_is_split_off(self):
        body = self._reply(PLAIN.format(link=""), "plain", self.ticket).body
        text, quote = split_quote(body)
        self.assertIn("Still dark.", text)
        self.assertNotIn("Is the lamp on?", text)
        self.assertIn("Is the lamp on?", quote)

    def test_an_answer_below_a_quote_keeps_it(self):
        body = self._reply(BELOW.format(link=""), ticket=self.ticket).body
        text, quote = split_quote(body)
        self.assertIn("Is the lamp on?", text)
        self.assertIn("Yes.", text)
        self.assertFalse(quote)

    def test_mails_with_nothing_but_a_quote_stay(self):
        for body in (
            "",
            False,
            "<p>No quote &lt;b&gt;</p>",
            '<blockquote data-o-mail-quote="1">Only a quote</blockquote>',
        ):
            with self.subTest(body):
                self.assertEqual(split_quote(body), (body or "", ""))

    def test_text_before_a_quote_stays_escaped(self):
        text, quote = split_quote(
            '&lt;script&gt; a &amp; b<blockquote data-o-mail-quote="1">x</blockquote> '
        )
        self.assertIn("&lt;script&gt; a &amp; b", text)
        self.assertIn("x", quote)

    def test_mails_do_not_repeat_older_mails(self):
        self.ticket.message_subscribe(self.agent_all.partner_id.ids)
        self.agent_all.write(
            {"email": "all@desk.example", "notification_type": "email"}
        )
        for layout in (GMAIL, OUTLOOK, APPLE):
            with self.subTest(layout[:25]):
                self._reply(layout.format(link=""), ticket=self.ticket)
                mails = [mail for mail in self._mails if "Still dark." in mail["body"]]
                self.assertTrue(mails)
                for mail in mails:
                    self.assertNotIn("Is the lamp on?", mail["body"])
        self._reply(BELOW.format(link=""), ticket=self.ticket)
        mails = [mail for mail in self._mails if "Yes." in mail["body"]]
        self.assertTrue(mails)
        self.assertIn("Is the lamp on?", mails[0]["body"])

    # ------------------------------------------------------------------
    # Merging
    # ------------------------------------------------------------------

    def test_a_merge_copies_no_automatic_messages(self):
        for share in (False, True):
            with self.subTest(share=share):
                source = self._create_ticket(partner_id=self.stranger.partner_id.id)
                for kind in ("auto_comment", "out_of_office", "notification"):
                    source.message_post(
                        body=f"Automatic {kind}",
                        message_type=kind,
                        subtype_xmlid="mail.mt_comment",
                    )
                source.message_post(
                    body="A person",
                    message_type="comment",
                    subtype_xmlid="mail.mt_note",
                )
                source._merge_into(self.ticket, share=share)
                texts = "".join(self.ticket.message_ids.mapped("body"))
                self.assertIn("A person", texts)
                self.assertNotIn("Automatic", texts)
                self.assertIn("Automatic", "".join(source.message_ids.mapped("body")))

    def test_a_merge_copies_no_receipt(self):
        tell(self.env)
        self.stage_new.mail_template_id = self.env["mail.template"].create(
            {
                "name": "Receipt",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "We got it",
                "body_html": "<p>Thank you for the report.</p>",
                "partner_to": "{{ object.partner_id.id }}",
            }
        )
        source = self._create_ticket(partner_id=self.stranger.partner_id.id)
        tell(self.env)
        receipt = source.message_ids.filtered(lambda one: "Thank you" in one.body)
        self.assertEqual(receipt.message_type, "auto_comment")
        source._merge_into(self.ticket)
        texts = "".join(self.ticket.message_ids.mapped("body"))
        self.assertNotIn("Thank you for the report", texts)
