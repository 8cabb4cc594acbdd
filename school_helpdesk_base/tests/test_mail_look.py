"""The look of mails: the school's colour, the plain text, the same for all mails."""

from odoo.tests import BaseCase, tagged

from ..tools.mail_design import get_contrast, get_design
from ..tools.mail_plain import make_plain_text
from .common import tell
from .test_notification import NotificationCommon

#: A picture of one pixel.
LOGO = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQ"
    b"DwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestPlainText(BaseCase):
    def test_what_each_element_becomes(self):
        for body, text in (
            ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
            ("<div>One\n  two</div><div>Three</div>", "One two\nThree"),
            ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
            (
                '<p>See <a href="https://a.b/c">this</a>.</p>',
                "See this (https://a.b/c).",
            ),
            ('<a href="https://a.b">https://a.b</a>', "https://a.b"),
            (
                '<a class="o_mail_button" href="https://a.b/?c=1&amp;d=2">Open</a>',
                "Open: https://a.b/?c=1&d=2",
            ),
            (
                '<table><tr><td class="o_mail_label">On</td><td>TV</td></tr></table>',
                "On: TV",
            ),
            ("<table><tr><td>One</td></tr><tr><td>Two</td></tr></table>", "One\nTwo"),
            (
                '<p>A</p><div class="o_mail_quote"><p>B</p><p>C</p></div>',
                "A\n\n> B\n>\n> C",
            ),
            ('<div class="o_mail_hidden">Secret</div>Seen', "Seen"),
            ("<style>p {}</style><p>จอไม่มีภาพ</p>", "จอไม่มีภาพ"),
            ("<p>a &lt;b&gt; &amp; c</p><!-- no -->", "a <b> & c"),
        ):
            with self.subTest(body):
                page = f"<!DOCTYPE html><html><body>{body}</body></html>"
                self.assertEqual(make_plain_text(page), text + "\n")


@tagged("post_install", "-at_install")
class TestMailLook(NotificationCommon):
    def _read(self, mail):
        """Return HTML and plain text of a mail, as it is sent."""
        (sent,) = mail._prepare_outgoing_list()
        return sent["body"], sent["body_alternative"]

    def test_text_on_the_colour_of_the_school_is_readable(self):
        company = self.env.company
        for color, text_color in (
            ("#FFEE00", "#FFFFFF"),
            ("#003366", "#ffffff"),
            ("#777", "#888"),
            ("red; background: url(//x)", None),
            (False, False),
        ):
            company.email_secondary_color = color
            company.email_primary_color = text_color
            design = get_design(company)
            with self.subTest(color):
                self.assertRegex(design["color"], r"^#[0-9a-f]{6}$")
                contrast = get_contrast(design["color"], design["text_color"])
                self.assertGreaterEqual(contrast, 4.5)
        self.assertAlmostEqual(get_contrast("#000000", "#ffffff"), 21)

    def test_the_logo_of_the_school(self):
        self.env.company.logo = False
        self.ticket._set_status("resolved")
        self.assertNotIn("<img", self._read(tell(self.env).mail_id[:1])[0])
        self.env.company.logo = LOGO
        self.ticket._set_status("open")
        self.ticket._set_status("resolved")
        body, text = self._read(tell(self.env).mail_id[:1])
        self.assertEqual(body.count("<img"), 1)
        self.assertIn(f"/logo.png?company={self.env.company.id}", body)
        self.assertTrue(text.startswith(self.env.company.name))

    def test_all_mails_have_the_same_frame(self):
        """Notifications, own words of the school, answers from the thread."""
        self._switch("resolved", "requesters", mail=True)
        self.ticket._set_status("resolved")
        notification = tell(self.env).mail_id[:1]
        self.ticket._set_status("open")
        self.stage_resolved.mail_template_id = self.env["mail.template"].create(
            {
                "name": "Own",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "Solved",
                "body_html": "<p>In the words of the school</p>",
            }
        )
        self.ticket._set_status("resolved")
        own = tell(self.env).mail_id[:1]
        self.assertIn("In the words of the school", own.body_html)
        message = self.ticket.with_user(self.agent).message_post(
            body="Try the other cable",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        answer = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])[
            :1
        ]
        for mail, words in (
            (notification, "Resolved"),
            (own, "In the words of the school"),
            (answer, "Try the other cable"),
        ):
            body, text = self._read(mail)
            with self.subTest(words):
                self.assertTrue(body.startswith("<!DOCTYPE html>") or mail == answer)
                for part in ("o_mail_card", "color-scheme", "o_mail_hidden"):
                    self.assertIn(part, body)
                self.assertIn(words, text)
                # once: not in the hidden text for lists of mails, too
                self.assertLessEqual(text.count(words), 2)
                for rest in ("{", "<", "&nbsp;", "͏"):
                    self.assertNotIn(rest, text)
                # a reply to the plain text finds its ticket, too
                self.assertIn("[#desk-", text)
        self.assertIn(f"/{self.ticket.id}", self._read(notification)[1])

    def test_another_layout_is_kept(self):
        message = self.ticket.with_user(self.agent).message_post(
            body="By my own layout",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            email_layout_xmlid="mail.mail_notification_invite",
        )
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])[:1]
        self.assertNotIn("o_mail_card", mail.body_html)
