"""Articles on tickets: suggestions, replies and drafts from solved tickets."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ArticleCommon


@tagged("post_install", "-at_install")
class TestArticleOnTicket(ArticleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env
        cls.requester = cls.users["portal"]
        cls.requester.partner_id.write(
            {"name": "Malee Srisuk", "email": "malee@school.example"}
        )
        cls.hardware = env["helpdesk.ticket.category"].create({"name": "Hardware"})
        cls.beamers = env["helpdesk.ticket.category"].create(
            {"name": "Beamers", "parent_id": cls.hardware.id}
        )
        cls.ticket = env["helpdesk.ticket"].create(
            {
                "name": "Beamer of Malee is dark",
                "description": "<p>Dear desk, Malee Srisuk here, 081 234 5678.</p>"
                "<p>The beamer stays dark.</p>",
                "partner_id": cls.requester.partner_id.id,
                "category_id": cls.beamers.id,
                "team_id": cls.team.id,
            }
        )

    def test_suggested(self):
        ticket = self.ticket.with_user(self.users["all"])
        self.assertIn(self.articles["internal"], ticket.suggested_article_ids)
        self.assertNotIn(self.articles["teams"], ticket.suggested_article_ids)

    def test_suggested_by_category(self):
        """Articles for the category are suggested, even if no word matches."""
        fitting = self._create_article(
            "Lamp life", ticket_category_ids=[(6, 0, self.hardware.ids)]
        )
        ticket = self.ticket.with_user(self.users["all"])
        self.assertIn(fitting, ticket.suggested_article_ids)
        self.articles["portal"].ticket_category_ids = self.beamers
        ticket.invalidate_recordset()
        self.assertEqual(ticket.suggested_article_ids[0], self.articles["portal"])

    def test_suggested_in_the_form(self):
        with Form(self.ticket.with_user(self.users["helpdesk_manager"])) as form:
            form.name = "Something else entirely"
            form.name = "beamer guide"
            self.assertTrue(form.suggested_article_ids)

    def _reply(self, article, **values):
        user = self.users["helpdesk_manager"]
        return (
            self.env["helpdesk.article.reply"]
            .with_user(user)
            .create({"ticket_id": self.ticket.id, "article_id": article.id, **values})
        )

    def test_reply_with_text(self):
        action = self._reply(self.articles["public"]).action_insert()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.users["helpdesk_manager"])
            .with_context(**action["context"])
            .create({})
        )
        composer._action_send_mail()
        message = self.ticket.message_ids[0]
        self.assertIn("wait a minute", message.body)
        self.assertIn(self.articles["public"].website_url, message.body)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertIn(self.requester.partner_id, message.notified_partner_ids)
        self.assertEqual(self.ticket.article_ids, self.articles["public"])

    def test_reply_in_the_language_of_the_requester(self):
        self.env["res.lang"]._activate_lang("th_TH")
        self.requester.partner_id.lang = "th_TH"
        article = self.articles["public"]
        article.with_context(lang="th_TH").title = "คู่มือเครื่องฉาย"
        action = self._reply(article, insert_as="link").action_insert()
        self.assertIn("คู่มือเครื่องฉาย", action["context"]["default_body"])

    def test_no_link_to_unreadable_articles(self):
        reply = self._reply(self.articles["internal"])
        self.assertFalse(reply.requester_can_read)
        self.assertNotIn("/helpdesk/articles/", reply._get_body())
        reply.insert_as = "link"
        with self.assertRaises(UserError):
            reply.action_insert()
        self.assertTrue(self._reply(self.articles["portal"]).requester_can_read)
        self.ticket.partner_id = self.env["res.partner"].create({"name": "By mail"})
        self.assertFalse(self._reply(self.articles["portal"]).requester_can_read)
        self.assertTrue(self._reply(self.articles["public"]).requester_can_read)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_reply_needs_the_ticket(self):
        """Replying with an article gives no access to an unreadable ticket."""
        reply = self.env["helpdesk.article.reply"].with_user(self.users["own"])
        with self.assertRaises(AccessError):
            reply.create(
                {
                    "ticket_id": self.ticket.id,
                    "article_id": self.articles["public"].id,
                }
            ).action_insert()

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_reply_hides_unreadable_articles(self):
        """An agent cannot read another team's article by its id."""
        Reply = self.env["helpdesk.article.reply"].with_user(self.users["all"])
        values = {"ticket_id": self.ticket.id, "article_id": self.articles["teams"].id}
        with self.assertRaises(AccessError):
            Reply.create(values).read(["content"])
        with self.assertRaises(AccessError):
            Reply.onchange(values, ["article_id"], {"article_id": {}, "content": {}})
        values["article_id"] = self.articles["internal"].id
        [shown] = Reply.create(values).read(["content"])
        self.assertIn("wait a minute", shown["content"])

    def _resolve(self):
        self.ticket.with_user(self.users["helpdesk_manager"]).message_post(
            body="Hello Malee, hold the power button. Mail malee@school.example or "
            "call 02-123-4567. Regards",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.ticket.message_post(body="Malee is always late.", message_type="comment")
        self.ticket.stage_id = self.env["helpdesk.ticket.stage"].search(
            [("status_category", "=", "resolved")], limit=1
        )

    def test_draft(self):
        self._resolve()
        action = self.ticket.with_user(
            self.users["helpdesk_manager"]
        ).action_draft_article()
        article = self.env["helpdesk.article"].browse(action["res_id"])
        self.assertEqual((article.state, article.audience), ("draft", "internal"))
        self.assertEqual(article.ticket_category_ids, self.beamers)
        self.assertEqual(article.source_ticket_id, self.ticket)
        self.assertIn("The beamer stays dark.", article.content)
        self.assertIn("hold the power button", article.content)
        self.assertNotIn("always late", article.content)
        text = f"{article.title} {article.content}".lower()
        for personal in ("malee", "srisuk", "school.example", "234 5678", "123-4567"):
            self.assertNotIn(personal, text)

    def test_draft_takes_the_solution(self):
        self._resolve()
        self.ticket.solution = "Replaced the lamp for Malee Srisuk"
        action = self.ticket.with_user(
            self.users["helpdesk_manager"]
        ).action_draft_article()
        content = self.env["helpdesk.article"].browse(action["res_id"]).content
        self.assertIn("Replaced the lamp", content)
        self.assertNotIn("Malee", content)
        self.assertNotIn("hold the power button", content)

    def test_draft_only_of_solved_tickets(self):
        with self.assertRaises(UserError):
            self.ticket.with_user(self.users["helpdesk_manager"]).action_draft_article()

    def test_draft_only_by_editors(self):
        self._resolve()
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.users["all"]).action_draft_article()
