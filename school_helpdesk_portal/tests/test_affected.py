"""Affected people see the shared parts of a ticket, but never its requester."""

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.base.tests.common import MockSmtplibCase
from odoo.addons.school_helpdesk_base.tests.common import tell

from .scan_common import ScanCase


@tagged("post_install", "-at_install")
class TestAffected(MockSmtplibCase, ScanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._new_report(
            name="Private matter",
            description="<p>My own words</p>",
            category_id=cls.dark.id,
        )
        cls.ticket.sudo().env["ir.attachment"].create(
            {
                "name": "mine.txt",
                "raw": b"x",
                "res_model": "helpdesk.ticket",
                "res_id": cls.ticket.id,
            }
        )
        cls.ticket._add_affected(cls.student.partner_id)
        cls.page = f"/my/affected/{cls.ticket.id}"

    def _share(self):
        self.ticket.with_user(self.agent).share_with_affected = True

    def _say(self, user, body, **values):
        return self.ticket.with_user(user).message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_comment", **values
        )

    def _get_page(self, user=None):
        self._sign_in(user)
        return self.url_open(self.page, allow_redirects=False)

    def test_tickets_are_not_shared_by_default(self):
        self.assertEqual(self._get_page().status_code, 404)
        self._share()
        self.assertEqual(self._get_page().status_code, 200)
        self.ticket.share_with_affected = False
        self.assertEqual(self._get_page().status_code, 404)

    def test_only_affected_people_see_the_page(self):
        self._share()
        other = self._new_user("portal_other", "Olga Other")
        for user in (other, self.employee, self.teacher):
            with self.subTest(user.login):
                self.assertEqual(self._get_page(user).status_code, 404)
        self._sign_in()
        for number in (self.ticket.id + 1, 0, "x", "9" * 40, "-1"):
            with self.subTest(number=number):
                response = self.url_open(f"/my/affected/{number}")
                self.assertEqual(response.status_code, 404)
        self.authenticate(None, None)
        response = self.url_open(self.page, allow_redirects=False)
        self.assertIn("/web/login", response.headers["Location"])

    def test_affected_people_get_no_access_to_the_ticket(self):
        self._share()
        own = self.ticket.with_user(self.student)
        self.assertFalse(own.has_access("read"))
        self.assertNotIn(self.student.partner_id, self.ticket.message_partner_ids)
        self._sign_in()
        self.assertEqual(self.url_open(f"/my/ticket/{self.ticket.id}").status_code, 404)
        response = self._comment(self.ticket, comment="Hello")
        self.assertEqual(response.status_code, 404)

    def test_requesters_cannot_share_tickets(self):
        for user in (self.teacher, self.student):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.ticket.with_user(user).share_with_affected = True

    def test_the_page_shows_comments_without_names(self):
        self._say(self.teacher, "It was dark, said Tara")
        self._say(self.agent, "Dear Tara Teacher, we have ordered a lamp.")
        self.ticket.with_user(self.agent).message_post(
            body="Teacher is nervous", subtype_xmlid="mail.mt_note"
        )
        self.ticket.message_post(
            body="<blockquote>My own words</blockquote>",
            message_type="email",
            author_id=self.agent.partner_id.id,
            subtype_xmlid="mail.mt_comment",
        )
        self._share()
        text = self._get_page().text
        self.assertIn("we have ordered a lamp.", text)
        self.assertIn("Too dark · Projector", text)
        for secret in (
            "Tara",
            "Teacher",
            "Private matter",
            "My own words",
            "It was dark",
            "nervous",
            "mine.txt",
            "Art Agent",
        ):
            self.assertNotIn(secret, text)

    def test_the_page_hides_reasons_for_the_requester(self):
        self._share()
        self.ticket._set_status("waiting", waiting_reason="Tara brings the cable")
        text = self._get_page().text
        self.assertIn("waits for an answer", text)
        self.assertNotIn("cable", text)
        self.ticket._set_status("cancelled", cancel_reason="Tara was mistaken")
        self.assertNotIn("mistaken", self._get_page().text)

    def test_the_scan_page_links_to_a_shared_ticket(self):
        self._sign_in()
        self.assertNotIn(self.page, self.url_open(self.path).text)
        self._share()
        self.assertIn(self.page, self.url_open(self.path).text)
        self._sign_in(self.employee)
        self.assertNotIn(self.page, self.url_open(self.path).text)

    def _solve(self, user, send=False):
        """Solve the ticket; return the mail that the affected student gets."""
        tell(self.env)
        self.ticket.with_user(user).sudo()._set_status("resolved")
        return tell(self.env, send).mail_id.filtered(
            lambda mail: self.student.partner_id in mail.recipient_ids
        )

    def test_the_mail_about_the_solution_has_no_names(self):
        self._share()
        # as if the requester pressed "It works again"
        mail = self._solve(self.teacher)
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.subject, "Solved: Too dark · Projector")
        self.assertIn(self.page, mail.body_html)
        self.assertFalse(mail.res_id)
        said = f"{mail.subject} {mail.body_html} {mail.body} {mail.email_from}"
        for secret in (
            "Tara",
            "Private",
            "My own words",
            f"/my/ticket/{self.ticket.id}",
        ):
            self.assertNotIn(secret, said)
        self.assertEqual(mail.author_id, self.env.company.partner_id)

    def test_notified_people_do_not_see_each_other(self):
        self._share()
        others = [self._new_user(f"other_{n}", f"Olga {n}") for n in range(2)]
        for user in (self.student, *others):
            user.email = f"{user.login}@school.example"
            self.ticket._add_affected(user.partner_id)
        with self.mock_smtplib_connection():
            self._solve(self.agent, send=True)
        mails = [mail for mail in self.emails if "Solved: Too dark" in mail["message"]]
        self.assertEqual(len(mails), 3)
        for mail in mails:
            self.assertEqual(len(mail["smtp_to_list"]), 1)
            self.assertEqual(mail["message"].count("@school.example"), 1, mail)

    def test_merging_moves_affected_people(self):
        self._share()
        other = self._new_user("portal_other", "Olga Other")
        self.ticket._add_affected(other.partner_id)
        self.ticket.whole_room_id = self.room
        target = self._new_report(user=self.teacher)
        target._add_affected(other.partner_id)
        self.ticket.with_user(self.agent)._merge_into(target)
        self.assertEqual(
            target.affected_ids.partner_id, self.student.partner_id | other.partner_id
        )
        self.assertEqual(target.affected_count, 2)
        self.assertFalse(self.ticket.affected_ids)
        self.assertEqual(target.whole_room_id, self.room)
        # same requester, so the target is shared too; the old address shows the target
        self.assertTrue(target.share_with_affected)
        response = self._get_page()
        self.assertEqual(response.status_code, 200)
        self.assertIn(target.number, response.text)

    def test_merging_with_the_ticket_of_another_requester_shares_nothing(self):
        self._share()
        target = self._new_report(user=self.student)
        self.ticket._add_affected(self.employee.partner_id)
        self.ticket.with_user(self.agent)._merge_into(target)
        # the requester of the target is not also counted as affected
        self.assertEqual(target.affected_ids.partner_id, self.employee.partner_id)
        self.assertFalse(target.share_with_affected)
        self.assertEqual(self._get_page(self.employee).status_code, 404)

    def test_times_in_the_users_time_zone_and_language(self):
        self.env["res.lang"]._activate_lang("th_TH")
        website = self.env["website"].search([], limit=1)
        website.language_ids |= self.env["res.lang"]._lang_get("th_TH")
        self.student.write({"lang": "th_TH", "tz": "Asia/Bangkok"})
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = '2024-03-02 20:30' WHERE id = %s",
            [self.ticket.id],
        )
        self.ticket.invalidate_recordset()
        self._share()
        self._sign_in()
        page = html.fromstring(self.url_open(f"/th{self.page}").content)
        [first, *_rest] = page.iter("time")
        self.assertEqual(first.get("datetime"), "2024-03-02T20:30:00Z")
        self.assertEqual(first.text, "3 มี.ค. 2024, 03:30")

    def test_other_changes_keep_the_agents_choice(self):
        self._share()
        # a ticket takes only a team that its company shares
        self.ticket.team_id.company_id = False
        self.ticket.company_id = self.env["res.company"].create({"name": "Branch"})
        self.env.flush_all()
        self.assertTrue(self.ticket.share_with_affected)

    def test_not_notified_if_the_ticket_is_not_shared(self):
        self.assertFalse(self._solve(self.agent))

    def test_the_setting_shares_new_tickets(self):
        with Form(self.env["res.config.settings"]) as form:
            form.helpdesk_share_with_affected = True
        form.save().execute()
        Ticket = self.env["helpdesk.ticket"].with_user(self.teacher)
        values = Ticket._prepare_submission_values(self.dark, assets_sudo=self.asset)
        ticket, _new = Ticket._create_from_submission("a" * 32, values)
        self.assertTrue(ticket.share_with_affected)
        self.assertFalse(self.ticket.share_with_affected)
