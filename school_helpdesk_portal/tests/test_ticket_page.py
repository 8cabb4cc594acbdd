"""The ticket page: its content and actions, for the requester only."""

import uuid
from datetime import datetime
from unittest.mock import patch

from lxml import html
from markupsafe import Markup

from odoo.exceptions import ConcurrencyError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCommon
from odoo.addons.school_helpdesk_base.tests.mail_pictures_common import MAILS, get_mail
from odoo.addons.school_helpdesk_portal.controllers import portal_ticket_page

from .common import PortalCase


@tagged("post_install", "-at_install")
class TestTicketPage(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._new_tickets(cls.teacher, name="No picture")
        cls.path = f"/my/ticket/{cls.ticket.id}"

    def _page(self):
        response = self.url_open(self.path)
        self.assertEqual(response.status_code, 200)
        return response.text

    def test_quotes_of_older_mails_are_folded(self):
        self.authenticate(self.teacher.login, self.teacher.login)
        quote = '<div data-o-mail-quote="1">Desk: is the lamp on?</div>'
        for number, body in enumerate(
            (
                f"<p>Still dark.</p>{quote}",
                f"<p>Still dark.</p><hr data-o-mail-quote='1'/>{quote}",
                f"<div><p>Still dark.</p><div>{quote}</div></div>",
            )
        ):
            with self.subTest(number):
                message = self.ticket.message_post(
                    body=Markup(body),
                    author_id=self.teacher.partner_id.id,
                    message_type="email",
                    subtype_xmlid="mail.mt_comment",
                )
                [fold] = html.fromstring(self._page()).xpath(
                    "//details[@class='o_helpdesk_quote']"
                )
                self.assertNotIn("open", fold.attrib)
                self.assertIn("is the lamp on?", fold.text_content())
                self.assertNotIn("Still dark.", fold.text_content())
                message.unlink()

    def _given_ratings(self):
        """Return the submitted ratings, without ratings that were only requested."""
        return self.ticket.rating_ids.filtered("consumed")

    def test_timeline_in_plain_words(self):
        self.ticket.with_user(self.agent).message_post(
            body="I bring a cable.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.ticket.with_user(self.agent).message_post(
            body="He broke it himself.",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        self.ticket._set_status("waiting", waiting_reason="Which port is it in?")
        self.authenticate("portal_teacher", "portal_teacher")
        page = self._page()
        self.assertIn("It does not work.", page)
        self.assertIn("I bring a cable.", page)
        self.assertIn("Waiting for you", page)
        self.assertIn("Which port is it in?", page)
        self.assertNotIn("He broke it himself.", page)

    def test_a_waiting_ticket_shows_for_what_and_until_when(self):
        until = datetime(2100, 5, 3, 10)
        for reason, end, text in (
            ("The lamp", False, "We are waiting for: The lamp"),
            ("The lamp", until, "We are waiting for: The lamp (until May 3, 2100, "),
            (False, False, "We go on when the spare part arrives."),
            (False, until, "The wait ends on May 3, 2100, "),
        ):
            with self.subTest(reason=reason, end=end):
                self.ticket._wait(reason, until=end, waiting_for="part")
                said = self.ticket._portal_next_step()
                self.assertIn(text, said)
                self.assertEqual("2100" in said, bool(end))

    def test_each_kind_of_wait_has_a_next_step(self):
        self.authenticate("portal_teacher", "portal_teacher")
        texts = {
            "requester": "Waiting for you",
            "vendor": "Waiting for the vendor",
            "part": "Waiting for a spare part",
            "approval": "Waiting for approval",
            "other": "On hold",
        }
        for kind, text in texts.items():
            self.ticket._set_status("open")
            self.ticket._wait(waiting_for=kind)
            page = html.fromstring(self._page())
            with self.subTest(kind):
                [badge] = page.xpath("//*[contains(@class, 'o_helpdesk_badge')]")
                self.assertEqual(badge.text_content().strip(), text)
                self.assertEqual(
                    "o_helpdesk_you" in badge.get("class"), kind == "requester"
                )
                listed = self.url_open("/my/tickets?filterby=waiting").text
                self.assertEqual(
                    self.ticket.number in listed, kind == "requester", listed
                )
                share = self.ticket._share_status(), self.ticket._share_next_step()
                self.assertNotIn("you", share[0][0])
        self.assertIn(
            "Waiting for a spare part",
            page.xpath("//*[contains(@class, 'o_helpdesk_timeline')]")[
                0
            ].text_content(),
        )

    def test_the_solution_is_shown_as_an_answer(self):
        self.ticket.with_user(self.agent)._resolve("Replaced the <lamp>")
        self.authenticate("portal_teacher", "portal_teacher")
        self.assertIn("Replaced the &lt;lamp&gt;", self._page())

    def test_files_of_messages_but_not_of_notes(self):
        for kind, name in (
            ("mail.mt_comment", "Plan.txt"),
            ("mail.mt_note", "Own.txt"),
        ):
            self.ticket.with_user(self.agent).message_post(
                body="See there.",
                message_type="comment",
                subtype_xmlid=kind,
                attachments=[(name, b"What to do")],
            )
        self.authenticate("portal_teacher", "portal_teacher")
        page = html.fromstring(self.url_open(self.path).content)
        self.assertFalse(page.xpath("//a[text()='Own.txt']"))
        [link] = page.xpath("//a[text()='Plan.txt']/@href")
        self.assertEqual(self.url_open(link).content, b"What to do")

    def test_tickets_of_others_are_not_found(self):
        """A ticket of another person gets the same response as a missing ticket."""
        self.ticket._set_status("resolved")
        self.authenticate("portal_student", "portal_student")
        for ticket_id in (self.ticket.id, 999_999_999):
            path = f"/my/ticket/{ticket_id}"
            self.assertEqual(self.url_open(path).status_code, 404)
            for verb in ("comment", "not_solved", "rate"):
                with self.subTest(ticket=ticket_id, verb=verb):
                    response = self._post(
                        f"{path}/{verb}", comment="Hi", rating="happy"
                    )
                    self.assertEqual(response.status_code, 404)
        self.assertEqual(self.ticket.status_category, "resolved")
        self.assertFalse(self._given_ratings())

    def test_actions_need_post_and_csrf_token(self):
        self.ticket._set_status("resolved")
        self.authenticate("portal_teacher", "portal_teacher")
        for verb in ("comment", "not_solved", "rate"):
            with self.subTest(verb=verb):
                path = f"{self.path}/{verb}"
                # GET only opens the ticket page, with the verb as its access token
                self.url_open(f"{path}?comment=Hi&rating=happy")
                with self.assertLogs("odoo.http", "WARNING"):
                    response = self.url_open(
                        path, data={"comment": "Hi", "rating": "happy"}
                    )
                self.assertEqual(response.status_code, 400)
        self.assertEqual(self.ticket.status_category, "resolved")
        self.assertFalse(self.ticket._portal_messages())
        self.assertFalse(self._given_ratings())

    def test_comment(self):
        self.ticket._set_status("waiting")
        self.authenticate("portal_teacher", "portal_teacher")
        response = self._comment(self.ticket, comment="<b>HDMI</b> 2")
        self.assertEqual(response.status_code, 200)
        self.assertIn("&lt;b&gt;HDMI&lt;/b&gt; 2", response.text)
        message = self.ticket._portal_messages()[-1]
        self.assertEqual(message.author_id, self.teacher.partner_id)
        self.assertEqual(self.ticket.status_category, "open", "An answer was awaited")

    def test_a_comment_of_invisible_characters_is_empty(self):
        self.authenticate("portal_teacher", "portal_teacher")
        for text in ("\u200b", " \u2060\n\ufeff", "\u00ad\u202e"):
            with self.subTest(text=text):
                response = self._comment(self.ticket, comment=text)
                self.assertEqual(response.status_code, 422)
                self.assertIn("Please write something first.", response.text)
        self.assertFalse(self.ticket._portal_messages())

    def test_a_refused_comment_keeps_its_text(self):
        self.authenticate("portal_teacher", "portal_teacher")
        text = "too long " * 2000
        response = self._comment(self.ticket, comment=text)
        self.assertEqual(response.status_code, 422)
        self.assertIn(text.strip(), response.text)
        self.assertIn("at most", response.text)
        self.assertFalse(self.ticket._portal_messages())

    def test_the_rate_limit_of_comments(self):
        self.authenticate("portal_teacher", "portal_teacher")
        self.startPatcher(patch.object(portal_ticket_page, "COMMENT_LIMIT", 2))
        for text in ("HDMI 1", "HDMI 2"):
            self.assertEqual(self._comment(self.ticket, comment=text).status_code, 200)
        response = self._comment(self.ticket, comment="HDMI 3")
        self.assertEqual(response.status_code, 422)
        self.assertIn("many comments", response.text)
        self.assertIn("HDMI 3", response.text, "What was typed is kept")
        self.assertEqual(len(self.ticket._portal_messages()), 2)
        self.env.cr.execute(
            "UPDATE mail_message SET create_date = create_date - interval '2 hours'"
        )
        response = self._comment(self.ticket, comment="HDMI 3")
        self.assertEqual(response.status_code, 200)

    def test_comment_with_files(self):
        self.authenticate("portal_teacher", "portal_teacher")
        texts = [("a.txt", b"one", "text/plain"), ("b.txt", b"two", "text/plain")]
        response = self._comment(self.ticket, *texts)
        self.assertEqual(response.status_code, 200)
        message = self.ticket._portal_messages()[-1]
        self.assertEqual(message.author_id, self.teacher.partner_id)
        self.assertCountEqual(message.attachment_ids.mapped("raw"), [b"one", b"two"])
        page = html.fromstring(response.content)
        [link] = page.xpath("//a[text()='b.txt']/@href")
        self.assertEqual(self.url_open(link).content, b"two")

    def test_a_comment_sent_twice_is_posted_once(self):
        """A browser sends a form again after a lost response. A key is required."""
        self.authenticate("portal_teacher", "portal_teacher")
        form = html.fromstring(self._page()).forms[-1]
        data = {"comment": "HDMI 2 < 3\nHDMI 1 works", "key": form.fields["key"]}
        file = ("a.txt", b"one", "text/plain")
        for _time in range(2):
            response = self._comment(self.ticket, file, **data)
            self.assertEqual(response.status_code, 200)
        self.assertEqual(len(self.ticket._portal_messages()), 1)
        # new texts and files with the same key are posted
        self._comment(self.ticket, file, ("b.txt", b"two", "text/plain"), **data)
        self._comment(self.ticket, file, **(data | {"comment": "HDMI 3"}))
        _first, more_files, more_words = self.ticket._portal_messages()
        self.assertEqual(more_files.attachment_ids.name, "b.txt")
        self.assertIn("HDMI 3", more_words.body)
        self.assertFalse(more_words.attachment_ids)
        # a form with another key creates another comment
        self._comment(self.ticket, comment="HDMI 2 < 3")
        self.assertEqual(len(self.ticket._portal_messages()), 4)
        for key in ("", "x", "A" * 32):
            self.assertEqual(self._comment(self.ticket, key=key).status_code, 400)

    def test_a_comment_sent_twice_at_the_same_time_is_retried(self):
        key = uuid.uuid4().hex
        comment = (self.teacher.partner_id, "HDMI 2", [], key)
        self.ticket._comment_from_submission(*comment)
        Submission = self.env["helpdesk.submission"]
        messages = self.env["mail.message"]
        with (
            patch.object(type(Submission), "_find", lambda *args: messages),
            self.assertRaises(ConcurrencyError),
            mute_logger("odoo.sql_db"),
        ):
            self.ticket._comment_from_submission(*comment)
        self.assertEqual(len(self.ticket._portal_messages()), 1)

    def test_disguised_files_are_refused(self):
        self.authenticate("portal_teacher", "portal_teacher")
        html_file = ("a.png", b"<script>alert(1)</script>", "image/png")
        response = self._comment(self.ticket, html_file, comment="See")
        self.assertEqual(response.status_code, 422)
        self.assertIn("a.png cannot be sent", response.text)
        self.assertIn(">See<", response.text)
        self.assertEqual(self._comment(self.ticket).status_code, 422)
        self.assertFalse(self.ticket._portal_messages())

    def _closing_buttons(self):
        page = html.fromstring(self._page())
        return page.xpath("//form[@action='/ticket/close']//button")

    def test_the_button_it_works_again(self):
        """A requester can end a ticket before an agent works on it."""
        self.authenticate("portal_teacher", "portal_teacher")
        [button] = self._closing_buttons()
        self.assertEqual(button.text, "It works again")
        [form] = button.iterancestors("form")
        response = self._post(
            form.get("action"),
            ticket_id=form.fields["ticket_id"],
            stage_id=button.get("value"),
        )
        self.assertEqual(response.status_code, 200)
        self.assertTrue(response.url.endswith(self.path))
        self.assertEqual(self.ticket.status_category, "resolved")
        self.assertFalse(self._closing_buttons())

    def test_agents_do_not_see_the_actions_of_requesters(self):
        self.authenticate("portal_agent", "portal_agent")
        self.assertFalse(self._closing_buttons())

    def test_several_closing_stages_show_their_names(self):
        stage = self.ticket._get_portal_closing_stages()
        self.assertEqual(len(stage), 1)
        stage.copy({"name": "No longer needed"})
        self.authenticate("portal_teacher", "portal_teacher")
        self.assertEqual(
            {button.text for button in self._closing_buttons()},
            {stage.name, "No longer needed"},
        )

    def test_a_comment_on_an_ended_ticket_opens_the_new_ticket(self):
        self.ticket._set_status("closed")
        self.authenticate("portal_teacher", "portal_teacher")
        response = self._comment(self.ticket, comment="Dark again")
        follow_up = self.ticket.follow_up_id
        self.assertTrue(response.url.partition("#")[0].endswith(f"/{follow_up.id}"))
        self.assertIn("Dark again", response.text)
        [link] = html.fromstring(self._page()).xpath(
            f"//a[@href='/my/ticket/{follow_up.id}']"
        )
        self.assertIn(follow_up.number, link.text)

    def test_no_link_to_a_successor_the_user_may_not_read(self):
        target = self._new_tickets(self.student, name="Of another")
        self.ticket.with_user(self.agent)._merge_into(target)
        self.authenticate("portal_teacher", "portal_teacher")
        page = self._page()
        self.assertNotIn(f"/my/ticket/{target.id}", page)
        self.assertNotIn("Of another", page)
        response = self._comment(self.ticket, comment="Dark again")
        self.assertTrue(response.url.partition("#")[0].endswith(self.path))

    def test_not_solved(self):
        self.ticket._set_status("resolved")
        self.authenticate("portal_teacher", "portal_teacher")
        self.assertIn("Not solved", self._page())
        self._post(f"{self.path}/not_solved")
        self.assertEqual(self.ticket.status_category, "open")
        self.assertEqual(self.ticket.reopen_count, 1)

    def test_rate(self):
        """A rating confirms the solution and does not reopen the ticket."""
        self.ticket.user_id = self.agent
        self.ticket._set_status("resolved")
        self.authenticate("portal_teacher", "portal_teacher")
        question = "Please tell us whether it works again."
        self.assertIn(question, self._page())
        self._post(f"{self.path}/rate", rating="unhappy")
        self.assertNotIn(question, self._page(), "It is answered")
        response = self._post(f"{self.path}/rate", rating="happy", feedback="Thanks")
        page = html.fromstring(response.content)
        pressed = page.xpath("//button[@name='rating'][@aria-pressed='true']/@value")
        self.assertEqual(pressed, ["happy"])
        rating = self._given_ratings()
        self.assertEqual(len(rating), 1, "The second answer replaces the first")
        self.assertEqual(rating.rating, 5)
        self.assertEqual(rating.partner_id, self.teacher.partner_id)
        self.assertEqual(rating.rated_partner_id, self.agent.partner_id)
        self.assertEqual(self.ticket.status_category, "resolved")
        [field] = page.xpath("//textarea[@name='feedback']")
        self.assertEqual(field.text, "Thanks")

    def test_only_solved_tickets_can_be_rated(self):
        self.authenticate("portal_teacher", "portal_teacher")
        self.assertEqual(
            self._post(f"{self.path}/rate", rating="happy").status_code, 400
        )
        self.ticket._set_status("resolved")
        self.assertEqual(
            self._post(f"{self.path}/rate", rating="great!").status_code, 400
        )
        self.assertFalse(self._given_ratings())

    def test_same_queries_for_any_number_of_messages(self):
        def talk(count):
            for _number in range(count):
                self.ticket.with_user(self.agent).message_post(
                    body="Still at it.",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )

        self.authenticate("portal_teacher", "portal_teacher")
        talk(3)
        few = self._count_queries(self.path)
        talk(30)
        self.assertEqual(self._count_queries(self.path), few)

    def test_the_page_reads_only_what_it_shows(self):
        """Messages are read once; ratings and deadlines only if the page shows them."""
        Ticket = type(self.ticket)
        self.authenticate("portal_teacher", "portal_teacher")
        self._page()
        with (
            patch.object(Ticket, "_portal_messages", autospec=True) as messages,
            patch.object(Ticket, "_portal_rating", autospec=True) as rating,
        ):
            messages.return_value = self.env["mail.message"]
            self._page()
        self.assertEqual(messages.call_count, 1)
        rating.assert_not_called()


@tagged("post_install", "-at_install")
class TestTicketOfMail(MailCommon, PortalCase):
    """The page of a ticket that was opened by mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write({"alias_name": "desk.portal", "company_id": cls.env.company.id})
        cls.teacher.email = "somchai@school.example.com"
        cls.number = 0

    def _send(self, program, **headers):
        """Let the gateway process a mail; return the new tickets."""
        type(self).number += 1
        mail = get_mail(
            program,
            "Somchai <somchai@school.example.com>",
            self.team.alias_full_name,
            f"<{self.number}.portal@school.example.com>",
            **headers,
        )
        before = self.env["helpdesk.ticket"].search([])
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(False, mail)
        return self.env["helpdesk.ticket"].search([]) - before

    def _page(self, ticket):
        self.authenticate("portal_teacher", "portal_teacher")
        response = self.url_open(f"/my/ticket/{ticket.id}")
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.content)

    def _assert_shown(self, page, times, pictures):
        """Check how often the text of the mail is shown, and how many pictures."""
        text = " ".join(page.text_content().split())
        self.assertEqual(text.count("The screen says:"), times)
        shown = page.xpath("//main//img/@src")
        self.assertEqual(len(shown), pictures)
        for path in shown:
            response = self.url_open(path)
            self.assertEqual(response.headers["Content-Type"], "image/png")

    def test_the_text_of_the_first_mail_is_shown_once(self):
        for program, (_make, count) in MAILS.items():
            with self.subTest(program):
                ticket = self._send(program)
                self._assert_shown(self._page(ticket), 1, count)
                # a reply is another message, even with the same words
                question = ticket.with_user(self.agent).message_post(
                    body="Which one?",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )
                self._send(program, In_Reply_To=question.message_id)
                self._assert_shown(self._page(ticket), 2, 2 * count)

    def test_files_of_the_first_mail_are_listed(self):
        page = self._page(self._send("without a name"))
        [first] = page.xpath("//ol[contains(@class, 'o_helpdesk_timeline')]/li[1]")
        names = first.xpath(".//ul[contains(@class, 'o_helpdesk_files')]//a/text()")
        self.assertIn("photo.png", names)

    def test_each_text_is_shown_once_after_a_merge(self):
        for program, (_make, count) in MAILS.items():
            with self.subTest(program):
                source, target = self._send(program), self._send(program)
                wizard = self.env["helpdesk.ticket.merge"].with_context(
                    active_ids=source.ids
                )
                wizard.create(
                    {"dst_ticket_id": target.id, "user_id": False}
                ).merge_tickets()
                # once for each of the two reports
                self._assert_shown(self._page(target), 2, 2 * count)
                self._assert_shown(self._page(source), 1, count)

    def test_a_rewritten_description_does_not_hide_the_mail(self):
        ticket = self._send("Gmail")
        ticket.description = "<p>Rewritten by the desk</p>"
        page = self._page(ticket)
        self._assert_shown(page, 1, 2)
        self.assertIn("Rewritten by the desk", page.text_content())
