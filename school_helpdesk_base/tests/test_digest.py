"""The daily overview: on working days, once, rendered once, and easy to switch off."""

import re
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import tell
from .test_notification import NotificationCommon

#: A Monday; the calendar of the team works from 8 to 17 on weekdays, in UTC.
DAY = "2026-03-02"


class DigestCommon(NotificationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the same as UTC on these days, but a time zone that somebody has chosen
        cls.env.company.partner_id.tz = "Europe/London"
        # people who share an address get one mail
        cls.agent_2.email = "agent_2@example.com"
        cls.Team = cls.env["helpdesk.ticket.team"]
        cls.Team.search([]).has_digest = False
        with freeze_time(f"{DAY} 05:00:00"):
            cls.team.write({"has_digest": True, "digest_hour": 7})
            cls.env.flush_all()
        cls.rule = cls.env.ref("school_helpdesk_base.notification_rule_digest_agents")

    def _run(self, moment):
        """Let the scheduled actions run; return the mails."""
        with freeze_time(moment):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "school_helpdesk_base.ir_cron_digest"
                ).method_direct_trigger()
            return tell(self.env).filtered("digest_team_id").mail_id


@tagged("post_install", "-at_install")
class TestDigest(DigestCommon):
    def test_once_on_each_working_day(self):
        readers = (self.agent | self.agent_2).partner_id
        for moment, count in (
            (f"{DAY} 06:59:00", 0),
            (f"{DAY} 07:00:00", 2),
            (f"{DAY} 07:10:00", 0),
            (f"{DAY} 23:00:00", 0),
            # the server did not run in the morning
            ("2026-03-03 11:00:00", 2),
            # nor on the whole day: an old overview helps nobody
            ("2026-03-05 06:00:00", 0),
            ("2026-03-05 07:00:00", 2),
            ("2026-03-07 07:00:00", 0),  # Saturday
            ("2026-03-08 07:00:00", 0),
            ("2026-03-09 07:00:00", 2),
        ):
            with self.subTest(moment):
                mails = self._run(moment)
                self.assertEqual(len(mails), count)
                self.assertEqual(
                    mails.recipient_ids, readers if count else readers.browse()
                )

    def test_holidays(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Songkran",
                "calendar_id": self.calendar.id,
                "date_from": f"{DAY} 00:00:00",
                "date_to": f"{DAY} 23:59:59",
            }
        )
        self.assertFalse(self._run(f"{DAY} 07:00:00"))
        self.assertTrue(self._run("2026-03-03 07:00:00"))

    def test_the_hour_is_that_of_the_school(self):
        self.env.company.partner_id.tz = "Asia/Bangkok"
        with freeze_time(f"{DAY} 05:00:00"):
            self.team.digest_hour = 15
            self.env.flush_all()
        self.assertEqual(
            self.team.digest_due, fields.Datetime.to_datetime(f"{DAY} 08:00:00")
        )

    def test_another_hour_does_not_send_it_twice(self):
        self.assertTrue(self._run(f"{DAY} 07:00:00"))
        with freeze_time(f"{DAY} 08:00:00"):
            self.team.digest_hour = 9
            self.team.has_digest = False
            self.team.has_digest = True
            self.env.flush_all()
        self.assertFalse(self._run(f"{DAY} 09:00:00"))
        self.assertTrue(self._run("2026-03-03 09:00:00"))

    def test_what_it_says(self):
        ticket = self.env["helpdesk.ticket"].with_context(helpdesk_no_notify=True)
        base = {"team_id": self.team.id, "description": "x", "user_id": False}
        with freeze_time("2026-02-10 09:00:00"):
            waiting = ticket.create(
                {**base, "name": "Old wait", "user_id": self.agent.id}
            )
            waiting._set_status("waiting")
            self.env.flush_all()
        tickets = ticket.create(
            [{**base, "name": name} for name in ("Late", "Now", "Done", "Free")]
        )
        tickets[2]._set_status("resolved")
        self.env.flush_all()
        for one, due in zip(
            tickets, ("2026-03-01 09:00:00", f"{DAY} 15:00:00"), strict=False
        ):
            self.env.cr.execute(
                "UPDATE helpdesk_ticket SET next_due = %s WHERE id = %s", [due, one.id]
            )
        self.env.invalidate_all()
        mail = self._run(f"{DAY} 07:00:00")[:1]
        (sent,) = mail._prepare_outgoing_list()
        text = sent["body_alternative"]
        for line in (
            r"Overdue \(http\S+/odoo/%s/helpdesk-team-overdue\): 1",
            r"Due today \(http\S+/odoo/%s/helpdesk-team-due-today\): 1",
            r"Unassigned \(http\S+/odoo/%s/helpdesk-team-unassigned\): 3",
            r"Waiting for more than a week \(\S+/%s/helpdesk-team-waiting-long\): 1",
            r"All open \(http\S+/odoo/%s/helpdesk-team-open\): 5",
        ):
            with self.subTest(line):
                self.assertRegex(text, line % self.team.id)
        self.assertIn("Free", text)
        self.assertNotIn("Done", text)
        for path in re.findall(r"/odoo/\d+/([\w-]+)", text):
            action = self.env["ir.actions.act_window"].search([("path", "=", path)])
            self.assertEqual(action.res_model, "helpdesk.ticket", path)
            self.assertIn("active_id", action.domain)

    def test_nothing_is_open(self):
        self.ticket._set_status("resolved")
        tell(self.env)
        self.assertFalse(self._run(f"{DAY} 07:00:00"))

    def test_an_agent_of_own_tickets_sees_no_others(self):
        own = new_test_user(
            self.env, "base_own", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        self.team.user_ids += own
        self._create_ticket(name="Of the colleague", user_id=self.agent_2.id)
        mails = self._run(f"{DAY} 07:00:00")
        mine = mails.filtered(lambda mail: mail.recipient_ids == own.partner_id)
        self.assertNotIn("Of the colleague", mine.body_html)
        self.assertIn("Of the colleague", (mails - mine)[:1].body_html)

    def test_several_teams_are_one_mail_rendered_once(self):
        with freeze_time(f"{DAY} 05:00:00"):
            other = self.team.copy(
                {"name": "Printers", "user_ids": [(6, 0, self.team.user_ids.ids)]}
            )
            self.env.flush_all()
        self._create_ticket(team_id=other.id, name="Paper jam")
        agents = [
            new_test_user(
                self.env,
                f"base_many_{n}",
                groups="helpdesk_mgmt.group_helpdesk_user",
                email=f"many_{n}@example.com",
            )
            for n in range(6)
        ]
        other.user_ids += self.env["res.users"].concat(*agents)
        self.team.user_ids += self.env["res.users"].concat(*agents)
        qweb = type(self.env["ir.qweb"])
        with patch.object(
            qweb, "_render", autospec=True, side_effect=qweb._render
        ) as render:
            mails = self._run(f"{DAY} 07:00:00")
        self.assertEqual(len(mails), 8)
        self.assertIn("Paper jam", mails[0].body_html)
        self.assertIn(self.ticket.name, mails[0].body_html)
        names = [call.args[1] for call in render.call_args_list]
        self.assertEqual(names.count("school_helpdesk_base.digest_mail"), 1)

    def test_the_cost_is_that_of_the_due_teams(self):
        costs = []
        for moment in ("06:00", "06:10", "06:20", "06:30"):
            if moment == "06:20":
                with freeze_time(f"{DAY} 05:00:00"):
                    self.Team.create(
                        [
                            {"name": f"Team {n}", "has_digest": True, "digest_hour": 20}
                            for n in range(30)
                        ]
                    )
                    self.env.flush_all()
            start = self.env.cr.sql_log_count
            self._run(f"{DAY} {moment}:00")
            costs.append(self.env.cr.sql_log_count - start)
        # the first run of each kind fills caches
        self.assertEqual(costs[3], costs[1])

    def test_each_agent_can_switch_it_off(self):
        self.agent.with_user(self.agent).helpdesk_muted_rule_ids += self.rule
        mails = self._run(f"{DAY} 07:00:00")
        self.assertEqual(mails.recipient_ids, self.agent_2.partner_id)

    def test_an_hour_exists(self):
        for hour in (-1, 24):
            with (
                self.subTest(hour),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.team.digest_hour = hour
                self.env.flush_all()
        with self.assertRaises(AccessError):
            self.team.with_user(self.requester).has_digest = False


@tagged("post_install", "-at_install")
class TestDigestStop(DigestCommon, HttpCase):
    def test_one_click(self):
        mail = self._run(f"{DAY} 07:00:00").filtered(
            lambda one: one.recipient_ids == self.agent.partner_id
        )
        (sent,) = mail._prepare_outgoing_list()
        headers = sent["headers"]
        self.assertEqual(headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        address = headers["List-Unsubscribe"].strip("<>")
        path = "/" + address.split("/", 3)[3]
        # programs that check links open them: this changes nothing
        self.assertEqual(self.url_open(path).status_code, 200)
        self.assertFalse(self.agent.helpdesk_muted_rule_ids)
        for wrong in (
            path[:-1] + ("0" if path[-1] != "0" else "1"),
            path.replace(f"/{self.agent.id}/", f"/{self.agent_2.id}/"),
            path.replace(f"/{self.agent.id}/", "/999999999/"),
            f"/helpdesk/overview/stop/{self.agent.id}/ก",
        ):
            with self.subTest(wrong):
                self.assertEqual(self.url_open(wrong, {"a": "b"}).status_code, 404)
        # as a mail program sends it
        answer = self.url_open(path, {"List-Unsubscribe": "One-Click"})
        self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(self.agent.helpdesk_muted_rule_ids, self.rule)
        self.assertFalse(self.agent_2.helpdesk_muted_rule_ids)
        mails = self._run("2026-03-03 07:00:00")
        self.assertEqual(mails.recipient_ids, self.agent_2.partner_id)
