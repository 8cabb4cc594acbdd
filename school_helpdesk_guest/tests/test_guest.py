"""Guest reports: settings, rate limits, confirmation by mail and information leaks."""

import re
import uuid
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.http import Request
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase
from odoo.addons.school_helpdesk_base.tests.common import tell
from odoo.addons.school_helpdesk_portal.tests.scan_common import PIXEL, ScanCase


class GuestCase(ScanCase, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.write(
            {
                "email": "desk@school.example",
                "helpdesk_guest_reports": True,
                "helpdesk_guest_domains": "school.example, students.school.example",
            }
        )
        cls.Report = cls.env["helpdesk.guest.report"]
        cls.Ticket = cls.env["helpdesk.ticket"].with_context(active_test=False)
        cls.tickets_before = cls.Ticket.search_count([])

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _guest_form(self, path=None, **data):
        data = {
            "csrf_token": Request.csrf_token(self),
            "key": uuid.uuid4().hex,
            "category": str(self.dark.id),
            "words": "",
            "name": "Gus Guest",
            "email": "gus@school.example",
            **data,
        }
        return self.url_open(f"{path or self.path}/guest", data)

    def _send(self, **data):
        """Send the form; return the path of the link in the mail."""
        with self.mock_mail_gateway():
            response = self._guest_form(**data)
            self.assertEqual(response.status_code, 200, response.text)
            self.assertIn("Check your mail", response.text)
        [mail] = self._new_mails
        self.assertEqual(mail.email_to, self.Report.search([], limit=1).email)
        [path] = re.findall(r"/helpdesk/guest/[\w-]{43}", mail.body_html)
        return path

    def _confirm(self, path, files=None):
        token = Request.csrf_token(self)
        return self.url_open(path, {"csrf_token": token}, files)

    def _new_tickets_count(self):
        return self.Ticket.search_count([]) - self.tickets_before

    def _errors(self, response):
        return html.fromstring(response.content).xpath("//*[@class='error']/text()")


@tagged("post_install", "-at_install")
class TestGuestStory(GuestCase):
    def test_form_mail_confirmation_ticket(self):
        page = self._scan()
        [link] = page.xpath("//a[contains(., 'without an account')]/@href")
        form = html.fromstring(self.url_open(link).content).forms[0]
        partners = self.env["res.partner"].search_count([])
        path = self._send(key=form.fields["key"], words="Nothing\nto <b>see</b>")
        self.assertEqual(self._new_tickets_count(), 0)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)

        # as a mail scanner does: opening the link confirms nothing
        for _time in range(2):
            page = self.url_open(path)
            self.assertIn("Is this your report?", page.text)
            self.assertIn("to &lt;b&gt;see", page.text)
        self.assertEqual(self._new_tickets_count(), 0)

        with self.mock_mail_gateway():
            done = self._confirm(path)
            tell(self.env)
        [ticket] = self.Ticket.search([], order="id desc", limit=1)
        self.assertEqual(self._new_tickets_count(), 1)
        self.assertIn(ticket.number, done.text)
        self.assertEqual(ticket.name, "Nothing to <b>see</b> - EPS-0012")
        self.assertEqual(ticket.asset_id, self.asset)
        self.assertEqual(ticket.category_id, self.dark)
        self.assertEqual(
            ticket.channel_id, self.env.ref("school_helpdesk_portal.channel_qr")
        )
        self.assertEqual(ticket.partner_id.name, "Gus Guest")
        self.assertEqual(ticket.partner_id.email, "gus@school.example")
        self.assertFalse(ticket.partner_id.user_ids)
        self.assertFalse(ticket.submitter_id)
        self.assertFalse(ticket.user_id)
        self.assertIn(ticket.partner_id, ticket.message_partner_ids)
        self.assertEqual(
            [mail.recipient_ids for mail in self._new_mails if mail.recipient_ids],
            [ticket.partner_id],
        )

        for again in (self.url_open(path), self._confirm(path)):
            self.assertEqual(again.status_code, 200)
            self.assertIn(ticket.number, again.text)
        self.assertEqual(self._new_tickets_count(), 1)
        # the visitor sees only the number, not the ticket
        page = self.url_open(f"/my/ticket/{ticket.id}")
        self.assertNotIn("EPS-0012", page.text)

    def test_a_known_contact_stays_unchanged(self):
        partner = self.student.partner_id
        partner.write({"email": "Sunan@School.example", "lang": "en_US"})
        known = self._guest_form(email="sunan@school.example", name="Mallory")
        unknown = self._guest_form(email="nobody@school.example", name="Mallory")
        self.assertEqual(
            known.text.replace("sunan@", "nobody@"),
            unknown.text,
        )
        path = self._send(email="SUNAN@school.example", name="Mallory")
        done = self._confirm(path)
        ticket = self.Ticket.search([], order="id desc", limit=1)
        self.assertEqual(ticket.partner_id, partner)
        self.assertEqual(partner.name, "Sunan Student")
        self.assertEqual(partner.email, "Sunan@School.example")
        self.assertNotIn("Sunan", done.text)
        self._sign_in(self.student)
        self.assertIn("EPS-0012", self.url_open(f"/my/ticket/{ticket.id}").text)

    def test_an_address_changed_by_its_user_does_not_count(self):
        impostor = self.student.partner_id
        impostor.with_user(self.student).sudo().email = "gus@school.example"
        self._confirm(self._send())
        ticket = self.Ticket.search([], order="id desc", limit=1)
        self.assertNotEqual(ticket.partner_id, impostor)
        self.assertEqual(ticket.partner_id.name, "Gus Guest")

    def test_photos_are_added_with_the_confirmation(self):
        path = self._send()
        photo = ("photo", ("one.png", PIXEL, "image/png"))
        bad = ("photo", ("one.png", b"<svg onload=alert(1)>", "image/png"))
        for files in ([bad], [photo] * 3):
            response = self._confirm(path, files)
            self.assertEqual(response.status_code, 422)
            self.assertTrue(self._errors(response))
        self.assertEqual(self._new_tickets_count(), 0)
        self._confirm(path, [photo, photo])
        self._confirm(path, [photo])
        ticket = self.Ticket.search([], order="id desc", limit=1)
        self.assertEqual(ticket.attachment_ids.mapped("raw"), [PIXEL, PIXEL])

    def test_a_form_sent_twice_creates_one_report_and_one_mail(self):
        key = uuid.uuid4().hex
        self._send(key=key)
        with self.mock_mail_gateway():
            self.assertIn("Check your mail", self._guest_form(key=key).text)
        self.assertFalse(self._new_mails)
        self.assertEqual(self.Report.search_count([]), 1)

    def test_the_mail_contains_no_text_of_the_visitor(self):
        with self.mock_mail_gateway():
            self._guest_form(name="WinAPrize", words="http://evil.example")
        [mail] = self._new_mails
        for text in (mail.subject, mail.body_html):
            self.assertNotIn("WinAPrize", text)
            self.assertNotIn("evil", text)
        self.assertIn("Testar TX-06", mail.body_html)
        self.assertIn("Room 204", mail.body_html)
        self.assertTrue(mail.auto_delete)

    def test_the_mail_is_in_the_visitors_language(self):
        self.env["res.lang"]._activate_lang("th_TH")
        template = self.env.ref("school_helpdesk_guest.guest_report_mail_template")
        template.with_context(lang="th_TH").subject = "โปรดยืนยัน"
        self.authenticate(None, None, session_extra={"context": {"lang": "th_TH"}})
        with self.mock_mail_gateway():
            self._guest_form()
        self.assertEqual(self._new_mails.subject, "โปรดยืนยัน")

    def test_signed_in_users_report_in_their_own_name(self):
        self._sign_in()
        response = self.url_open(f"{self.path}/guest", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith(self.path))
        self.assertNotIn("without an account", self.url_open(self.path).text)
        # a signed-in user who confirms becomes neither submitter nor follower
        self.authenticate(None, None)
        path = self._send()
        self._sign_in()
        self._confirm(path)
        ticket = self.Ticket.search([], order="id desc", limit=1)
        self.assertEqual(ticket.partner_id.email, "gus@school.example")
        self.assertFalse(ticket.submitter_id)
        self.assertNotIn(self.student.partner_id, ticket.message_partner_ids)


@tagged("post_install", "-at_install")
class TestGuestRefusal(GuestCase):
    def test_an_update_corrects_record_rules(self):
        names = self.env["ir.model.data"].search(
            [("module", "=", "school_helpdesk_guest"), ("model", "=", "ir.rule")]
        )
        self.assertTrue(names)
        self.assertFalse(any(names.mapped("noupdate")))

    def test_off_by_default(self):
        path = self._send()
        fresh = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(fresh.helpdesk_guest_reports)
        self.company.helpdesk_guest_reports = False
        self.assertNotIn("without an account", self._scan().text_content())
        self.assertEqual(self.url_open(f"{self.path}/guest").status_code, 404)
        self.assertEqual(self._guest_form().status_code, 404)
        self.assertEqual(self.url_open(path).status_code, 404)
        self.assertEqual(self._confirm(path).status_code, 404)
        self.assertEqual(self._new_tickets_count(), 0)
        self.assertEqual(self.Report.search_count([]), 1)

    def test_the_link_ignores_host_headers(self):
        self.env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
        form = {
            "csrf_token": Request.csrf_token(self),
            "key": uuid.uuid4().hex,
            "category": "other",
            "name": "Gus Guest",
            "email": "gus@school.example",
        }
        Mail = self.env["mail.mail"].sudo()
        before = Mail.search([])
        for name in ("Host", "X-Forwarded-Host"):
            with self.subTest(header=name):
                headers = {name: "evil.example"}
                self.url_open(f"{self.path}/guest", form, headers=headers)
        mails = Mail.search([]) - before
        self.assertTrue(mails)
        for mail in mails:
            self.assertNotIn("evil.example", f"{mail.body_html}{mail.headers}")

    def test_domains(self):
        for wrong in ("school", "school.example/x", "*.example", "a b@c", "-a.com"):
            with self.subTest(wrong), self.assertRaises(ValidationError):
                self.company.helpdesk_guest_domains = wrong
        with self.assertRaises(ValidationError):
            self.company.helpdesk_guest_domains = False
        self.company.helpdesk_guest_domains = " @School.example; b.ac.th\n"
        self.assertEqual(
            self.company._get_guest_domains(), ["school.example", "b.ac.th"]
        )
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.company.helpdesk_guest_network_limit = 0
            self.company.flush_recordset()

    def test_addresses_outside_the_school_are_refused(self):
        for email in (
            "gus@evil.example",
            "gus@school.example.evil.example",
            "gus@evilschool.example",
            "gus@sub.school.example",
            "gus@school.example\nBcc: all@evil.example",
            "gus@school.example, all@evil.example",
            "gus@school.example,all@school.example",
            '"gus@evil.example" <gus@evil.example>',
            "gus@evil.example@school.example",
            "güs@school.example",
            "gus@sсhool.example",
            "x" * 70 + "@school.example",
            "x" * 20_000,
            "@school.example",
            "",
        ):
            with self.subTest(email):
                response = self._guest_form(email=email, words="Keep me")
                self.assertEqual(response.status_code, 422)
                [error] = self._errors(response)
                self.assertIn("@students.school.example", error)
                form = html.fromstring(response.content).forms[0]
                self.assertEqual(form.fields["words"].strip(), "Keep me")
        self.assertFalse(self.Report.search([]))

    def test_addresses_of_the_help_desk_are_refused(self):
        self.env["mail.alias.domain"].create({"name": "school.example"})
        self.env["fetchmail.server"].create(
            {"name": "Desk", "user": "IT@school.example", "server_type": "imap"}
        )
        self.team.alias_name = "beamer-desk"
        for name in ("beamer-desk", "Beamer-Desk", "it", "catchall", "bounce"):
            with self.subTest(name):
                response = self._guest_form(email=f"{name}@school.example")
                self.assertEqual(response.status_code, 422)
                self.assertIn("Please use your own", response.text)
        self.assertFalse(self.Report.search([]))

    def test_missing_unknown_or_too_long_values_are_refused(self):
        for wrong in (
            {"name": ""},
            {"name": "\x00\n "},
            {"name": "\u200b"},
            {"name": "x" * 101},
            {"words": "x" * 2001},
            {"category": ""},
            {"category": str(self.hidden.id)},
            {"category": "9" * 40},
        ):
            with self.subTest(wrong):
                response = self._guest_form(**wrong)
                self.assertEqual(response.status_code, 422)
                self.assertEqual(len(self._errors(response)), 1)
                self.assertIn(
                    "form-action", response.headers["Content-Security-Policy"]
                )
                self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        for key in ("", "x", "A" * 32):
            self.assertEqual(self._guest_form(key=key).status_code, 400)
        self.assertEqual(self._guest_form(words="x" * 70_000).status_code, 413)
        self.assertFalse(self.Report.search([]))

    def test_unprintable_characters_are_removed(self):
        self._send(name="Gus\x00\r\nBcc: x\u202e", words="a\x00b", category="other")
        report = self.Report.search([])
        self.assertEqual(report.name, "GusBcc: x")
        self.assertEqual(report.words, "ab")

    def test_a_text_of_invisible_characters_is_empty(self):
        self._send(words="\u200b \u2060", category="other")
        self.assertFalse(self.Report.search([]).words)

    def test_the_honeypot(self):
        with self.mock_mail_gateway():
            response = self._guest_form(topic="Buy")
        self.assertIn("Check your mail", response.text)
        self.assertFalse(self._new_mails)
        self.assertFalse(self.Report.search([]))

    def test_unknown_tokens_are_not_found(self):
        for token in ("A" * 22, "x", "%00", "é"):
            path = f"/helpdesk/scan/{token}"
            self.assertEqual(self.url_open(f"{path}/guest").status_code, 404)
            self.assertEqual(self._guest_form(path).status_code, 404)
        self._send()
        for token in ("A" * 43, "x", "%00", "é", self.Report.search([]).token_hash):
            path = f"/helpdesk/guest/{token}"
            self.assertEqual(self.url_open(path).status_code, 404)
            self.assertEqual(self._confirm(path).status_code, 404)

    def test_a_link_expires(self):
        path = self._send()
        self.Report.search([]).expires = fields.Datetime.now()
        for response in (self.url_open(path), self._confirm(path)):
            self.assertEqual(response.status_code, 410)
            self.assertIn("24 hours", response.text)
        self.assertEqual(self._new_tickets_count(), 0)

    def test_requests_without_csrf_token_are_refused(self):
        path = self._send()
        for address in (path, f"{self.path}/guest"):
            with self.assertLogs("odoo.http", "WARNING"):
                response = self.url_open(address, {"key": uuid.uuid4().hex})
            self.assertEqual(response.status_code, 400)
        self.assertEqual(self._new_tickets_count(), 0)

    def test_only_managers_read_reports(self):
        self._send()
        manager = new_test_user(
            self.env,
            login="guest_manager",
            groups="helpdesk_mgmt.group_helpdesk_manager",
        )
        public = self.env.ref("base.public_user")
        for user in (public, self.student, self.employee, self.agent, manager):
            with self.subTest(user.login):
                reports = self.Report.with_user(user)
                self.assertEqual(reports.has_access("read"), user == manager)
                for mode in ("write", "create"):
                    self.assertFalse(reports.has_access(mode))
                self.assertFalse(
                    self.env["helpdesk.guest.slot"].with_user(user).has_access("read")
                )
        report = self.Report.with_user(manager).search([])
        self.assertEqual(report.email, "gus@school.example")
        with self.assertRaises(AccessError):
            report.read(["token_hash"])


@tagged("post_install", "-at_install")
class TestGuestLimits(GuestCase):
    def _statuses(self, *forms):
        return [self._guest_form(**form).status_code for form in forms]

    def _emails(self, count):
        return [{"email": f"guest{number}@school.example"} for number in range(count)]

    def test_per_address(self):
        self.company.helpdesk_guest_address_limit = 2
        forms = [{"email": "gus@school.example"}, {"email": "Gus+1@school.example"}]
        self.assertEqual(self._statuses(*forms), [200, 200])
        refused = self._guest_form(email="gus+2@school.example", words="Keep me")
        self.assertEqual(refused.status_code, 429)
        self.assertTrue(self._errors(refused))
        self.assertIn("Keep me", refused.text)
        self.assertEqual(self._statuses({"email": "other@school.example"}), [200])
        self.assertEqual(self.Report.search_count([]), 3)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=61)):
            self.assertTrue(self._submit(email="gus@school.example"))
            self.assertTrue(self._submit(email="gus@school.example"))
            self.assertFalse(self._submit(email="gus@school.example"))

    def _submit(self, email="gus@school.example", ip="203.0.113.7", asset=None):
        return self.Report._submit(
            uuid.uuid4().hex,
            self.company,
            asset or self.asset,
            self.dark,
            "",
            "Gus",
            email,
            ip,
        )

    def test_per_device(self):
        self.company.helpdesk_guest_device_limit = 2
        self.assertEqual(self._statuses(*self._emails(3)), [200, 200, 429])
        other = self._new_asset("EPS-0099")
        self.assertTrue(self._submit("last@school.example", asset=other))

    def test_per_network(self):
        self.company.helpdesk_guest_network_limit = 2
        self.assertEqual(self._statuses(*self._emails(3)), [200, 200, 429])
        # other networks have their own limit; an IPv6 visitor has a /64 network
        mine = ["2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:0:9::"]
        sent = [
            self._submit(f"a{number}@school.example", ip)
            for number, ip in enumerate(mine)
        ]
        self.assertEqual(sent, [True, True, False])
        self.assertTrue(self._submit("b@school.example", "2001:db8:0:1::1"))
        mapped = [
            self._submit(f"c{ip}@school.example".replace(":", ""), ip)
            for ip in ("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1")
        ]
        self.assertEqual(mapped, [True, True, False])

    def test_refused_reports_do_not_count_for_the_limits(self):
        self.company.helpdesk_guest_device_limit = 1
        self.assertTrue(self._submit("a@school.example"))
        slots = self.env["helpdesk.guest.slot"].search_count([])
        self.assertFalse(self._submit("b@school.example"))
        self.assertEqual(self.env["helpdesk.guest.slot"].search_count([]), slots)

    def test_slots_reveal_no_address_or_network(self):
        self._submit()
        holders = str(self.env["helpdesk.guest.slot"].search([]).mapped("holder"))
        self.assertNotIn("gus", holders)
        self.assertNotIn("203.0", holders)

    def test_expired_reports_are_deleted_with_their_mails(self):
        self._submit("a@school.example")
        self._submit("b@school.example")
        first, last = self.Report.search([], order="id")
        mails = self.env["mail.mail"].search([("model", "=", self.Report._name)])
        self.assertEqual(len(mails), 2)
        first.expires = fields.Datetime.now() - timedelta(minutes=1)
        Slot = self.env["helpdesk.guest.slot"]
        Slot.search([], limit=1).until = first.expires
        count = Slot.search_count([])
        cron = self.env.ref("school_helpdesk_guest.ir_cron_remove_guest_reports")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self.Report.search([]), last)
        self.assertEqual(mails.exists().mapped("res_id"), last.ids)
        self.assertEqual(Slot.search_count([]), count - 1)

    def test_expired_reports_are_deleted_in_batches(self):
        for number in range(3):
            self._submit(f"a{number}@school.example")
        self.Report.search([]).expires = fields.Datetime.now()
        path = "odoo.addons.school_helpdesk_guest.models.helpdesk_guest_report"
        with patch(f"{path}.CRON_BATCH", 2), self.enter_registry_test_mode():
            self.env.ref(
                "school_helpdesk_guest.ir_cron_remove_guest_reports"
            ).method_direct_trigger()
        self.assertFalse(self.Report.search([]))
