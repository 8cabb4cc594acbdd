"""Each figure of the monitoring, and who can read it."""

import json
import re
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.school_helpdesk_base.tests.access_common import AccessCommon

from ..models.helpdesk_monitor import FIGURES
from ..models.res_config_settings import TOKEN

NOTIFY = "school_helpdesk_base.ir_cron_notify"


class MonitorCommon(AccessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what the test's own records have to tell, and what waits in the database
        cls.env.cr.flush()
        cls.env["helpdesk.notification"].search([]).unlink()
        cls.env["helpdesk.mail.parked"].search([]).unlink()
        cls.env["mail.mail"].search([]).unlink()
        # scheduled actions do not run on the databases of tests
        cls.env["ir.cron"].search([]).write(
            {"nextcall": "2099-01-01", "failure_count": 0}
        )
        cls.env.flush_all()
        cls.Monitor = cls.env["helpdesk.monitor"]

    def _get_health(self):
        return self.Monitor._get_health()

    def _check(self, problems=(), **figures):
        """Check figures that are not 0, within 5 seconds, and the problems."""
        health = self._get_health()
        self.assertEqual(health["figures"].keys(), FIGURES.keys())
        for name, value in health["figures"].items():
            self.assertAlmostEqual(value, figures.get(name, 0), delta=5, msg=name)
            if not name.endswith("_seconds"):
                self.assertEqual(value, figures.get(name, 0), name)
        self.assertEqual(health["problems"], list(problems))
        self.assertEqual(health["ok"], not problems)
        return health

    @staticmethod
    def _ago(**time):
        return fields.Datetime.now() - timedelta(**time)


@tagged("post_install", "-at_install")
class TestMonitor(MonitorCommon):
    def _notify(self, **values):
        return self.env["helpdesk.notification"].create(
            {"ticket_id": self.ticket.id, "event": "resolved", **values}
        )

    def _mail(self, changed=None, **values):
        mail = self.env["mail.mail"].create({"state": "outgoing", **values})
        self.env.flush_all()
        if changed:
            self.env.cr.execute(
                "UPDATE mail_mail SET write_date = %s WHERE id = %s", [changed, mail.id]
            )
        return mail

    def test_nothing_waits(self):
        health = self._check()
        self.assertEqual(health["overdue"], [])
        self.assertEqual(health["failing"], [])

    def test_notifications(self):
        self._notify(due=self._ago(minutes=3), audience="requesters")
        self._notify(due=self._ago(minutes=1), audience="assignee")
        self._notify(due=self._ago(minutes=-9), audience="leader")
        self._notify(state="queued", due=self._ago(days=9))
        self._notify(state="failed", due=self._ago(days=9))
        self._check(
            notifications_waiting=2,
            notifications_oldest_seconds=180,
            notifications_failed=1,
        )

    def test_notifications_that_nobody_delivers(self):
        self._notify(due=self._ago(minutes=16))
        self._check(
            ["notifications"],
            notifications_waiting=1,
            notifications_oldest_seconds=960,
        )

    def test_mails(self):
        self._mail(self._ago(minutes=50))
        self._mail(self._ago(minutes=70), scheduled_date=self._ago(minutes=10))
        self._mail(self._ago(days=1), scheduled_date=self._ago(days=-1))
        self._mail(self._ago(days=1), state="exception")
        self._mail(self._ago(days=1), state="sent")
        self._check(mails_waiting=2, mails_oldest_seconds=3000, mails_failed=1)

    def test_mails_that_nobody_sends(self):
        self._mail(self._ago(minutes=91))
        self._check(["mails"], mails_waiting=1, mails_oldest_seconds=5460)

    def test_parked_mails(self):
        Parked = self.env["helpdesk.mail.parked"]
        for state in ("parked", "kept", "done", "dismissed"):
            Parked.create({"reason": "error", "state": state})
        self._check(parked_mails=1)

    def test_scheduled_actions(self):
        notify = self.env.ref(NOTIFY)
        notify.nextcall = self._ago(minutes=14)
        self._check()
        notify.write({"nextcall": self._ago(minutes=20), "failure_count": 2})
        fetch = self.env.ref("mail.ir_cron_mail_gateway_action")
        fetch.write({"nextcall": self._ago(minutes=16), "active": True})
        # an action of another app, and one that the school has switched off
        self.env.ref("base.autovacuum_job").nextcall = self._ago(days=1)
        self.env.ref("school_helpdesk_base.ir_cron_digest").write(
            {"nextcall": self._ago(days=1), "active": False}
        )
        health = self._check(
            ["scheduled_actions"],
            scheduled_actions_overdue=2,
            scheduled_actions_oldest_seconds=1200,
            scheduled_actions_failing=1,
        )
        self.assertEqual(
            health["overdue"], ["mail.ir_cron_mail_gateway_action", NOTIFY]
        )
        self.assertEqual(health["failing"], [NOTIFY])

    def test_few_queries(self):
        self._get_health()
        with self.assertQueryCount(5):
            self._get_health()

    def test_the_indexes_are_used(self):
        """The index of each question exists, and PostgreSQL can use it."""
        for table, index, condition in (
            ("helpdesk_notification", "failed_idx", "state = 'failed'"),
            ("mail_mail", "unsent_idx", "state IN ('outgoing', 'exception')"),
        ):
            self.env.cr.execute("SET LOCAL enable_seqscan = off")
            self.env.cr.execute(
                f"EXPLAIN SELECT count(*) FROM {table} WHERE {condition}"
            )
            plan = str(self.env.cr.fetchall())
            self.assertIn(f"{table}_{index}", plan.replace("__", "_"))


@tagged("post_install", "-at_install", "security")
class TestMonitorAccess(HttpCase, MonitorCommon):
    def setUp(self):
        super().setUp()
        self.settings = self.env["res.config.settings"].create({})

    def _get(self, address, authorization=None):
        headers = {"Authorization": authorization} if authorization else {}
        return self.url_open(address, headers=headers, allow_redirects=False)

    def _get_token(self):
        return self.env["ir.config_parameter"].get_param(TOKEN)

    def test_off_without_a_token(self):
        self.assertFalse(self._get_token())
        self.assertEqual(self._get("/helpdesk/health").json(), {"ok": True})
        for given in (None, "Bearer ", "Bearer x", "Bearer False", "Bearer None"):
            self.assertEqual(self._get("/helpdesk/metrics", given).status_code, 401)

    def test_the_token_opens(self):
        self.settings.action_create_helpdesk_monitor_token()
        token = self._get_token()
        self.assertGreater(len(token), 40)
        self.assertEqual(
            self.env["res.config.settings"].create({}).helpdesk_monitor_token, token
        )
        health = self._get("/helpdesk/health", f"Bearer {token}")
        self.assertEqual(health.status_code, 200)
        self.assertEqual(health.headers["Content-Type"], "application/json")
        self.assertEqual(health.headers["Cache-Control"], "no-store")
        self.assertEqual(health.json(), json.loads(json.dumps(self._get_health())))
        metrics = self._get("/helpdesk/metrics", f"bearer {token}")
        self.assertEqual(metrics.status_code, 200)
        self.assertTrue(metrics.headers["Content-Type"].startswith("text/plain"))
        lines = metrics.text.splitlines()
        for name in ("ok", *FIGURES):
            self.assertIn(f"# TYPE school_helpdesk_{name} gauge", lines)
        self.assertIn("school_helpdesk_ok 1", lines)
        for line in lines:
            self.assertRegex(line, r"^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+ \d+)$")
        self.assertFalse(re.search("owner|stranger|agent|@", metrics.text))

    def test_wrong_tokens(self):
        self.settings.action_create_helpdesk_monitor_token()
        token = self._get_token()
        for given in ("", "x", token[:-1], token + "x", token.swapcase(), "ใบแจ้ง"):
            given = f"Bearer {given}".encode()
            for address in ("/helpdesk/health", "/helpdesk/metrics"):
                response = self._get(address, given)
                self.assertEqual(response.status_code, 401)
                self.assertFalse(response.text)
        for address in (
            f"/helpdesk/metrics?token={token}",
            f"/helpdesk/metrics?access_token={token}",
        ):
            self.assertEqual(self._get(address).status_code, 401)
        self.assertEqual(
            self._get(f"/helpdesk/health?token={token}").json(), {"ok": True}
        )

    def test_a_new_token_replaces_the_former(self):
        self.settings.action_create_helpdesk_monitor_token()
        former = self._get_token()
        self.settings.action_create_helpdesk_monitor_token()
        self.assertNotEqual(self._get_token(), former)
        address = "/helpdesk/metrics"
        self.assertEqual(self._get(address, f"Bearer {former}").status_code, 401)
        current = f"Bearer {self._get_token()}"
        self.assertEqual(self._get(address, current).status_code, 200)
        self.settings.action_remove_helpdesk_monitor_token()
        self.assertEqual(self._get(address, current).status_code, 401)
        self.assertFalse(self._get_token())

    def test_not_ok_is_503(self):
        self.settings.action_create_helpdesk_monitor_token()
        self.env.ref(NOTIFY).nextcall = self._ago(hours=1)
        self.env.flush_all()
        plain = self._get("/helpdesk/health")
        self.assertEqual((plain.status_code, plain.json()), (503, {"ok": False}))
        health = self._get("/helpdesk/health", f"Bearer {self._get_token()}")
        self.assertEqual(health.status_code, 503)
        self.assertEqual(health.json()["overdue"], [NOTIFY])
        metrics = self._get("/helpdesk/metrics", f"Bearer {self._get_token()}")
        self.assertEqual(metrics.status_code, 200)
        self.assertIn("school_helpdesk_ok 0", metrics.text.splitlines())

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_only_administrators_see_the_token(self):
        self.settings.action_create_helpdesk_monitor_token()
        for user in (self.agent_manager, self.agent_all, self.employee, self.owner):
            Settings = self.env["res.config.settings"].with_user(user)
            with self.assertRaises(AccessError):
                Settings.create({})
            with self.assertRaises(AccessError):
                Settings.action_create_helpdesk_monitor_token()
            with self.assertRaises(AccessError):
                Settings.action_remove_helpdesk_monitor_token()
            with self.assertRaises(AccessError):
                self.env["ir.config_parameter"].with_user(user).search_read(
                    [("key", "=", TOKEN)], ["value"]
                )

    def test_the_manager_has_no_empty_block(self):
        """The manager's page of the desk leaves the setting out, with its title."""
        for user in (self.agent_manager, self.env.ref("base.user_admin")):
            Settings = self.env["helpdesk.settings"].with_user(user)
            arch = etree.fromstring(Settings.get_view(view_type="form")["arch"])
            blocks = arch.findall(".//block")
            self.assertTrue(blocks)
            for block in blocks:
                self.assertTrue(block.findall(".//setting"), block.get("title"))
