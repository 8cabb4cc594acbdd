"""The weekly mail: what it says, when it comes, and who gets it."""

from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase
from odoo.addons.school_asset_helpdesk_bridge.tests.common import read_texts

from .report_common import ReportCommon
from .test_truth import StoryCommon

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
#: Monday 6:00 in the time zone of the school, after the week that began on 2 March.
MONDAY = datetime(2026, 3, 9, 6)
#: Figure to its text in the mail for the last week and for the last four weeks. They
#: are those of test_period_figures.py; the three weeks before had no tickets.
TEXTS = {
    "created": ("4", "4"),
    "resolved": ("3", "3"),
    "backlog": ("1", "1"),
    "first_response_median": ("2.0", "2.0"),
    "resolution_median": ("4.0", "4.0"),
    "sla_first_response_rate": ("67%", "67%"),
    "sla_resolution_rate": ("67%", "67%"),
    "reopened_rate": ("0%", "0%"),
    "first_contact_rate": ("67%", "67%"),
    "rating_average": ("4.0", "4.0"),
}
#: Time zone, the current moment in UTC, and the next Monday 6:00 in UTC.
MONDAYS = [
    ("Etc/GMT", "2026-03-04 12:00", "2026-03-09 06:00"),
    # on a Monday before, at and after the moment
    ("Etc/GMT", "2026-03-09 05:59", "2026-03-09 06:00"),
    ("Etc/GMT", "2026-03-09 06:00", "2026-03-16 06:00"),
    ("Etc/GMT", "2026-03-09 23:00", "2026-03-16 06:00"),
    # Monday morning is a Sunday in UTC
    ("Asia/Bangkok", "2026-03-04 12:00", "2026-03-08 23:00"),
    ("Asia/Bangkok", "2026-03-08 22:59", "2026-03-08 23:00"),
    ("Asia/Bangkok", "2026-03-08 23:00", "2026-03-15 23:00"),
    ("Pacific/Kiritimati", "2026-03-08 15:59", "2026-03-08 16:00"),
    ("Pacific/Kiritimati", "2026-03-08 16:00", "2026-03-15 16:00"),
    ("Pacific/Pago_Pago", "2026-03-09 16:59", "2026-03-09 17:00"),
    # the clocks change on 8 March and on 29 March
    ("America/New_York", "2026-02-25 12:00", "2026-03-02 11:00"),
    ("America/New_York", "2026-03-04 12:00", "2026-03-09 10:00"),
    ("Europe/Berlin", "2026-03-18 12:00", "2026-03-23 05:00"),
    ("Europe/Berlin", "2026-03-28 12:00", "2026-03-30 04:00"),
    # and back on 25 October
    ("Europe/Berlin", "2026-10-24 12:00", "2026-10-26 05:00"),
]


class WeeklyReportCommon(CronMixinCase, ReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("th_TH")
        cls.env["ir.module.module"].search(
            [("name", "=", "school_helpdesk_report")]
        )._update_translations(["th_TH"])
        cls.report = cls.env.ref("school_helpdesk_report.digest_helpdesk_report")
        # the managers of the database are no part of the tests
        cls.report.helpdesk_left_user_ids = (
            cls.report._get_helpdesk_managers() - cls.manager
        )
        cls.report._update_helpdesk_recipients()

    def _new_manager(self, login, **values):
        return new_test_user(self.env, login, groups=MANAGER, **values)

    def _send(self, moment=MONDAY):
        """Send the report; return its mails by the user who gets them."""
        before = self.env["mail.mail"].search([])
        with freeze_time(moment):
            self.report.next_run_date = moment.date()
            self.report.action_send()
        mails = self.env["mail.mail"].search([]) - before
        by_address = {user.email_formatted: user for user in self.report.user_ids}
        return {by_address[mail.email_to]: mail for mail in mails}


@tagged("post_install", "-at_install")
class TestWeeklyFigures(WeeklyReportCommon, StoryCommon):
    def _compute(self):
        with freeze_time(MONDAY):
            kpis = self.report._compute_kpis(self.env.company, self.manager)
        return {kpi["kpi_name"].removeprefix("kpi_helpdesk_"): kpi for kpi in kpis}

    def test_the_mail_says_the_figures_of_the_week(self):
        kpis = self._compute()
        self.assertEqual(
            {
                name: (kpi["kpi_col1"]["value"], kpi["kpi_col2"]["value"])
                for name, kpi in kpis.items()
            },
            TEXTS,
        )
        mail = self._send()[self.manager]
        for kpi in kpis.values():
            self.assertIn(kpi["kpi_fullname"], mail.body_html)
            self.assertIn(kpi["kpi_col1"]["value"], mail.body_html)
        self.assertIn("Mar 2\u2009–\u20098, 2026", mail.body_html)
        self.assertNotIn("odoocdn", mail.body_html)

    def test_the_fields_have_the_same_figures(self):
        Figures = self.env["helpdesk.period.figures"]
        start, end = Figures.get_bounds(date(2026, 3, 2), date(2026, 3, 8))
        digest = self.report.with_user(self.manager).with_context(
            start_datetime=start, end_datetime=end
        )
        self.assertEqual(digest.kpi_helpdesk_created_value, 4)
        self.assertAlmostEqual(
            digest.kpi_helpdesk_sla_resolution_rate_value, 200 / 3, places=4
        )
        # the figures of another period are not those of the cache
        start, end = Figures.get_bounds(date(2026, 3, 16), date(2026, 3, 22))
        later = digest.with_context(start_datetime=start, end_datetime=end)
        self.assertEqual(later.kpi_helpdesk_created_value, 2)
        self.assertEqual(later.kpi_helpdesk_resolved_value, 1)
        self.assertEqual(digest.kpi_helpdesk_resolved_value, 3)

    def test_another_digest_can_have_the_figures(self):
        digest = self.env["digest.digest"].create(
            {"name": "Mine", "kpi_helpdesk_created": True, "periodicity": "daily"}
        )
        with freeze_time(datetime(2026, 3, 4)):
            (kpi,) = digest._compute_kpis(self.env.company, self.manager)
        # Tuesday: vendor; from Monday on: also simple and requester
        self.assertEqual(kpi["kpi_col1"]["value"], "1")
        self.assertEqual(kpi["kpi_col2"]["value"], "3")

    def test_a_digest_counts_messages_without_reading_them(self):
        """Odoo reads each one, to check the reader's access to it."""
        digest = self.env["digest.digest"].create(
            {"name": "Odoo's", "kpi_mail_message_total": True, "periodicity": "daily"}
        )
        self.env.flush_all()

        def count():
            self.env.invalidate_all()
            (kpi,) = digest._compute_kpis(self.env.company, self.agent)
            return int(kpi["kpi_col3"]["value"])

        before = count()
        # the agent may not read the messages of another team
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Other", "description": "Other"}
        )
        for _number in range(3):
            ticket.message_post(
                body="Done", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_message SET create_date = create_date - interval '1 day'"
            " WHERE model = 'helpdesk.ticket' AND res_id = %s",
            [ticket.id],
        )
        read = []
        Message = type(self.env["mail.message"])
        search = Message._search

        def note(messages, *args, **kwargs):
            read.append(messages.env.su)
            return search(messages, *args, **kwargs)

        with patch.object(Message, "_search", note):
            self.assertEqual(count() - before, 3)
        self.assertTrue(read)
        self.assertTrue(all(read))

    def test_less_can_be_better(self):
        """Compared with the week before, the second week was worse and better."""
        with freeze_time(datetime(2026, 3, 16, 6)):
            kpis = self.report._compute_kpis(self.env.company, self.manager)
        trends = {
            kpi["kpi_name"].removeprefix("kpi_helpdesk_"): kpi["helpdesk_trends"][
                "Last week"
            ]
            for kpi in kpis
        }
        found = {
            name: (trend["arrow"], trend["is_better"], trend["before"])
            for name, trend in trends.items()
        }
        self.assertEqual(
            found,
            {
                "created": (-1, None, "4"),
                "resolved": (-1, False, "3"),
                "backlog": (-1, True, "1"),
                "first_response_median": (0, None, "2.0"),
                "resolution_median": (1, False, "4.0"),
                "sla_first_response_rate": (-1, False, "67%"),
                "sla_resolution_rate": (1, True, "67%"),
                "reopened_rate": (0, None, "0%"),
                "first_contact_rate": (1, True, "67%"),
                "rating_average": (-1, False, "4.0"),
            },
        )

    def test_the_page_is_attached(self):
        mails = self._send()
        attachment = mails[self.manager].attachment_ids
        self.assertEqual(attachment.mimetype, "application/pdf")
        self.assertEqual(attachment.name, "weekly-report-2026-03-02.pdf")
        [page] = read_texts(self, attachment.raw)
        text = " ".join(page)
        for value, _weeks in TEXTS.values():
            self.assertIn(value, text)
        self.assertIn("Mar 2 – 8, 2026", text.replace("\u2009", " "))

    def test_one_page_for_each_language(self):
        other = self._new_manager("report_other")
        thai = self._new_manager("report_thai", lang="th_TH")
        mails = self._send()
        self.assertEqual(set(mails), {self.manager, other, thai})
        files = {user: mail.attachment_ids for user, mail in mails.items()}
        self.assertEqual(files[self.manager].checksum, files[other].checksum)
        self.assertNotEqual(files[self.manager].checksum, files[thai].checksum)
        self.assertIn("รายงานประจำสัปดาห์", mails[thai].subject)

    def test_the_file_is_deleted_with_its_mail(self):
        mail = self._send()[self.manager]
        attachment = mail.attachment_ids
        mail.unlink()
        self.assertFalse(attachment.exists())

    def test_the_sender_works_in_other_companies(self):
        """Administrators send it at once, with the companies that they have chosen."""
        second = self.env["res.company"].create({"name": "Second School"})
        second.partner_id.tz = "Etc/GMT"
        third = self.env["res.company"].create({"name": "Third School"})
        third.partner_id.tz = "Pacific/Kiritimati"
        everywhere = self.env.company + second
        self.manager.company_ids = everywhere
        team = self.team.copy({"name": "B", "company_id": second.id})
        with freeze_time("2026-03-04 12:00"):
            ticket = self._create_ticket(team_id=team.id, company_id=second.id)
            self.env.cr.execute(
                "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s",
                ["2026-03-04 12:00", ticket.id],
            )
        alone = self._new_manager("report_alone")
        foreign = self._new_manager(
            "report_foreign", company_id=third.id, company_ids=third.ids
        )
        sender = new_test_user(
            self.env,
            "report_sender",
            groups="base.group_system,base.group_user",
            company_ids=everywhere.ids,
        )
        self.env.invalidate_all()
        before = self.env["mail.mail"].search([])
        with freeze_time(MONDAY):
            self.report.with_user(sender).with_context(
                allowed_company_ids=everywhere.ids
            ).action_send_manual()
        mails = self.env["mail.mail"].search([]) - before
        by_address = {mail.email_to: mail for mail in mails}
        for user, created in ((self.manager, "4"), (alone, "4"), (foreign, "0")):
            with self.subTest(user=user.login):
                mail = by_address[user.email_formatted]
                cell = html.fromstring(mail.body_html).xpath(
                    "//table[@data-field='kpi_helpdesk_created']"
                    "//td[contains(@class, 'kpi_cell')]"
                )[0]
                self.assertEqual(cell.text_content().split()[0], created)
                # the page of the same mail
                [page] = read_texts(self, mail.attachment_ids.raw)
                self.assertIn(created, page)

    def test_nobody_else_reads_the_file(self):
        attachment = self._send()[self.manager].attachment_ids
        self.env.invalidate_all()
        for user in (self.agent, self.requester):
            with self.assertRaises(AccessError):
                attachment.with_user(user).read(["raw"])


@tagged("post_install", "-at_install")
class TestWeeklyReport(WeeklyReportCommon):
    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------

    def test_it_comes_on_monday_morning(self):
        for zone, now, expected in MONDAYS:
            with self.subTest(zone=zone, now=now), freeze_time(now):
                self.env.company.partner_id.tz = zone
                day = self.report._get_next_run_date()
                moment = self.report._get_helpdesk_moment(day)
                self.assertEqual(moment, datetime.fromisoformat(expected))
                self.assertEqual(day, moment.date())

    def test_the_week_is_over_for_all_readers(self):
        self.env.company.partner_id.tz = "Asia/Bangkok"
        second = self.env["res.company"].create({"name": "Second School"})
        second.partner_id.tz = "America/New_York"
        other = self._new_manager(
            "report_other", company_id=second.id, company_ids=second.ids
        )
        with freeze_time("2026-03-04 12:00"):
            day = self.report._get_next_run_date()
            moment = self.report._get_helpdesk_moment(day)
        self.assertEqual(moment, datetime(2026, 3, 9, 10))
        mails = self._send(moment)
        self.assertEqual(set(mails), {self.manager, other})
        for user, mail in mails.items():
            self.assertIn("Mar 2\u2009–\u20098, 2026", mail.body_html, user.login)
            self.assertEqual(
                mail.attachment_ids.name, "weekly-report-2026-03-02.pdf", user.login
            )

    def test_the_scheduled_action_starts_at_the_moment(self):
        self.env.company.partner_id.tz = "Asia/Bangkok"
        cron = "digest.ir_cron_digest_scheduler_action"
        with freeze_time("2026-03-04 12:00"), self.capture_triggers(cron) as captured:
            self.report.next_run_date = self.report._get_next_run_date()
        self.assertEqual(captured.records.mapped("call_at"), [datetime(2026, 3, 8, 23)])

    def test_the_scheduled_action_does_not_send_it_early(self):
        self.env.company.partner_id.tz = "Asia/Bangkok"
        self.env["digest.digest"].search([]).state = "deactivated"
        self.report.state = "activated"
        mails = self.env["mail.mail"].search_count([])
        with freeze_time("2026-03-04 12:00"):
            self.report.next_run_date = self.report._get_next_run_date()
        with freeze_time("2026-03-08 22:00"):
            self.env["digest.digest"]._cron_send_digest_email()
            self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        with freeze_time("2026-03-08 23:00"):
            self.env["digest.digest"]._cron_send_digest_email()
            self.assertEqual(self.env["mail.mail"].search_count([]), mails + 1)
            self.assertEqual(self.report.next_run_date, date(2026, 3, 15))
            # once
            self.env["digest.digest"]._cron_send_digest_email()
            self.assertEqual(self.env["mail.mail"].search_count([]), mails + 1)

    def test_it_comes_later_if_the_server_was_off(self):
        with freeze_time("2026-03-04 12:00"):
            self.report.next_run_date = self.report._get_next_run_date()
        mails = self.env["mail.mail"].search_count([])
        with freeze_time("2026-03-11 12:00"):
            self.report.action_send()
            self.assertEqual(self.env["mail.mail"].search_count([]), mails + 1)
            self.assertEqual(self.report.next_run_date, date(2026, 3, 16))

    def test_it_stays_weekly(self):
        """Nobody has signed in, and it is sent again and again."""
        self.env["res.users.log"].search([]).unlink()
        for day in (9, 16, 23):
            mail = self._send(datetime(2026, 3, day, 6))[self.manager]
            self.assertNotIn("switched your preference", mail.body_html)
        self.assertEqual(self.report.periodicity, "weekly")
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.report.periodicity = "daily"
            self.report.flush_recordset()

    def test_other_digests_do_not_change(self):
        digest = self.env["digest.digest"].create(
            {"name": "Other", "periodicity": "daily", "user_ids": self.manager.ids}
        )
        self.env["res.users.log"].search([]).unlink()
        with freeze_time("2026-03-04 12:00"):
            digest.action_send()
            self.assertEqual(digest.periodicity, "weekly")
            self.assertEqual(len(digest._compute_timeframes(self.env.company)), 3)

    # ------------------------------------------------------------------
    # Who
    # ------------------------------------------------------------------

    def test_managers_join_and_leave(self):
        other = self._new_manager("report_other")
        self.assertEqual(set(self._send()), {self.manager, other})
        other.group_ids -= self.env.ref(MANAGER)
        self.assertEqual(set(self._send()), {self.manager})
        other.group_ids += self.env.ref(MANAGER)
        self.assertEqual(set(self._send()), {self.manager, other})
        other.active = False
        self.assertEqual(set(self._send()), {self.manager})

    def test_new_employees_do_not_get_it(self):
        new_test_user(self.env, "report_teacher", groups="base.group_user")
        other = self._new_manager("report_other")
        teacher = new_test_user(
            self.env, "report_agent", groups="helpdesk_mgmt.group_helpdesk_user"
        )
        # any employee may subscribe to a digest of Odoo
        self.report.with_user(teacher).action_subscribe()
        self.assertEqual(set(self._send()), {self.manager, other})

    def test_who_has_left_stays_away(self):
        other = self._new_manager("report_other")
        self._send()
        self.report.with_user(other).action_unsubscribe()
        self.assertEqual(set(self._send()), {self.manager})
        self.report.with_user(other).action_subscribe()
        self.assertEqual(set(self._send()), {self.manager, other})

    def test_the_settings(self):
        Settings = self.env["helpdesk.settings"].with_user(self.manager)
        settings = Settings.create({})
        self.assertTrue(settings.helpdesk_weekly_report)
        self.assertTrue(settings.helpdesk_weekly_report_mine)
        Settings.create({"helpdesk_weekly_report_mine": False})
        self.assertFalse(Settings.create({}).helpdesk_weekly_report_mine)
        other = self._new_manager("report_other")
        self.assertEqual(set(self._send()), {other})
        Settings.create({"helpdesk_weekly_report_mine": True})
        self.assertEqual(set(self._send()), {self.manager, other})
        Settings.create({"helpdesk_weekly_report": False})
        self.assertFalse(self._send())
        Settings.create({"helpdesk_weekly_report": True})
        self.assertEqual(set(self._send()), {self.manager, other})

    def test_only_managers_read_the_figures(self):
        for user in (self.agent, new_test_user(self.env, "report_teacher")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.report.with_user(user).read(["kpi_helpdesk_created_value"])
            kpis = self.report._compute_kpis(self.env.company, user)
            self.assertFalse(kpis)
        self.assertTrue(
            self.report.with_user(self.manager).read(["kpi_helpdesk_created_value"])
        )
