"""The template that asks for a rating is sent after the request, and in one mail."""

from contextlib import ExitStack
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import forget, tell
from .test_notification import NotificationCommon

ASKED = "Tell us how you feel about our service"


@tagged("post_install", "-at_install")
class TestRatingMail(NotificationCommon):
    def setUp(self):
        super().setUp()
        self.template = self.env.ref(
            "helpdesk_mgmt_rating.rating_ticket_email_template"
        )
        self.stages = self.stage_resolved | self.stage_closed | self.stage_waiting
        self.stages.rating_mail_template_id = self.template
        forget(self.env)

    def _send(self):
        with self.mock_mail_gateway():
            tell(self.env, send=True)
        return [one for one in self._mails if "malee@" in str(one["email_to"])]

    def test_nothing_is_rendered_in_the_request(self):
        Mail = self.env["mail.mail"]
        before = Mail.search_count([])

        def refuse(*args, **kwargs):
            raise AssertionError("in the request")

        with ExitStack() as stack:
            for model, method in (
                ("mail.render.mixin", "_render_template"),
                ("mail.mail", "create"),
                ("mail.mail", "send"),
            ):
                cls = self.env.registry[model]
                stack.enter_context(patch.object(cls, method, refuse))
            for stage in (self.stage_resolved, self.stage_closed):
                self.ticket.with_user(self.agent).stage_id = stage
            self.env.cr.flush()
        self.assertEqual(Mail.search_count([]), before)

    def test_resolved_and_the_rating_are_one_mail(self):
        self.ticket._resolve("Changed the lamp")
        [mail] = self._send()
        self.assertIn("Resolved", mail["subject"])
        token = self.ticket.rating_ids.access_token
        for words in (
            "Changed the lamp",
            ASKED,
            f"{self.ticket.get_base_url()}/rate/{token}/5",
        ):
            self.assertIn(words, mail["body"])
        # not also in our own words
        self.assertEqual(mail["body"].count(f"/rate/{token}/5"), 1)

    def test_with_a_template_of_the_status(self):
        self.stage_resolved.mail_template_id = self.env["mail.template"].create(
            {
                "name": "Done",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "All is well",
                "body_html": "<p>Words of the school.</p>",
            }
        )
        self.ticket._set_status("resolved")
        [mail] = self._send()
        self.assertEqual(mail["subject"], "All is well")
        self.assertIn("Words of the school.", mail["body"])
        self.assertIn(ASKED, mail["body"])

    def test_a_stage_that_tells_nothing_else(self):
        self.assertFalse(
            self.Rule.search(
                [("event", "=", "closed"), ("audience", "=", "requesters")]
            ).mail
        )
        self.ticket._set_status("closed")
        [mail] = self._send()
        self.assertIn("Satisfaction Survey", mail["subject"])
        self.assertIn(ASKED, mail["body"])

    def test_who_is_not_asked(self):
        def switch_off():
            self.Rule.search([("event", "=", "rating")]).mail = False

        def reopen():
            self.ticket._set_status("open")

        for name, before, after in (
            (
                "no rating of this ticket",
                lambda: self.ticket.write({"rating_status": "no_rate"}),
                None,
            ),
            ("reopened before the mail was written", None, reopen),
            ("no contact", lambda: self.ticket.write({"partner_id": False}), None),
            (
                "the stage asks no more",
                None,
                lambda: self.stages.write({"rating_mail_template_id": False}),
            ),
            ("switched off", switch_off, None),
        ):
            with self.subTest(name), self.cr.savepoint() as savepoint:
                if before:
                    before()
                self.ticket._set_status("closed")
                self.env.cr.flush()
                if after:
                    after()
                self.assertFalse(
                    [one for one in self._send() if ASKED in one["body"]], name
                )
                savepoint.rollback()
            self.env.invalidate_all()

    def test_writing_the_same_stage_asks_nobody_again(self):
        for _time in range(2):
            self.ticket.stage_id = self.stage_closed
            mails = self._send()
        self.assertFalse(mails)

    @mute_logger("odoo.addons.school_helpdesk_base.models.helpdesk_notification.mail")
    @mute_logger("odoo.addons.mail.models.mail_render_mixin")
    def test_a_template_that_fails_loses_no_news(self):
        self.template.body_html = (
            """<p t-out="1 / (object.status_category != 'resolved')"/>"""
        )
        self.ticket._set_status("resolved")
        [mail] = self._send()
        self.assertIn("We have resolved your ticket.", mail["body"])
        self.assertIn("/rate/", mail["body"])
