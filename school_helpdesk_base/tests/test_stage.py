from datetime import datetime

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.tests import Form
from odoo.tools import mute_logger

from odoo.addons.school_helpdesk_base.hooks import post_init_hook

from .common import HelpdeskCommon


class TestStage(HelpdeskCommon):
    def test_closed_follows_status(self):
        self.assertFalse(self.stage_waiting.closed)
        self.stage_waiting.status_category = "resolved"
        self.assertTrue(self.stage_waiting.closed)
        self.stage_waiting.write({"status_category": "open"})
        self.assertFalse(self.stage_waiting.closed)

    def test_status_follows_closed(self):
        stage = self.env["helpdesk.ticket.stage"].create(
            {"name": "Gone", "closed": True}
        )
        self.assertEqual(stage.status_category, "closed")
        stage.closed = False
        self.assertEqual(stage.status_category, "open")

    def test_facts_follow_a_new_status(self):
        with freeze_time("2026-03-02 09:00:00"):
            closed = self._create_ticket(stage_id=self.stage_closed.id)
            seen = self._create_ticket(stage_id=self.stage_open.id)
        entered = closed.last_stage_update
        self.stage_closed.status_category = "resolved"
        self.assertEqual(closed.status_category, "resolved")
        self.assertFalse(closed.closed_date)
        self.assertTrue(closed.auto_close_date)
        self.stage_open.status_category = "waiting"
        self.assertEqual(seen.waiting_since, entered)
        self.stage_closed.status_category = "open"
        self.assertFalse(closed.resolved_date)
        self.assertEqual(closed.reopen_count, 0)

    def test_form_sets_closed(self):
        with Form(self.stage_open) as form:
            form.status_category = "cancelled"
        self.assertTrue(self.stage_open.closed)

    def test_database_refuses_contradiction(self):
        self.env.flush_all()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env.cr.execute(
                "UPDATE helpdesk_ticket_stage SET closed = TRUE WHERE id = %s",
                [self.stage_open.id],
            )

    def test_install_sets_the_status_of_oca_stages(self):
        stages = {
            name: self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")
            for name in ("new", "awaiting", "done", "rejected")
        }
        stages["awaiting"].status_category = "open"
        stages["done"].status_category = "closed"
        stages["rejected"].closed = False
        post_init_hook(self.env)
        self.assertEqual(stages["new"].status_category, "open")
        self.assertEqual(stages["awaiting"].status_category, "waiting")
        self.assertEqual(stages["done"].status_category, "resolved")
        # an administrator made it an open stage before the installation
        self.assertEqual(stages["rejected"].status_category, "open")

    def test_install_sets_the_facts_of_old_tickets(self):
        """Tickets as OCA leaves them: closed with or without a date, and waiting."""
        done, awaiting = (
            self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")
            for name in ("done", "awaiting")
        )
        (done | awaiting).team_ids += self.team
        awaiting.status_category = "open"
        done.status_category = "closed"
        with freeze_time("2024-05-06 09:00:00"):
            dated = self._create_ticket(stage_id=done.id)
            undated = self._create_ticket(stage_id=done.id)
            shut = self._create_ticket(stage_id=self.stage_closed.id)
            waiting = self._create_ticket(stage_id=awaiting.id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET resolved_date = NULL WHERE id IN %s",
            [tuple((dated | undated | shut).ids)],
        )
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET closed_date = '2024-05-07 10:00:00'"
            " WHERE id IN %s",
            [tuple((dated | shut).ids)],
        )
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET closed_date = NULL WHERE id = %s",
            [undated.id],
        )
        self.env.cr.execute("DELETE FROM helpdesk_ticket_status_log")
        self.env.invalidate_all()
        post_init_hook(self.env)
        closing = datetime(2024, 5, 7, 10)
        self.assertEqual(dated.status_category, "resolved")
        self.assertEqual(dated.closed_date, closing)
        self.assertEqual(dated.resolved_date, closing)
        self.assertEqual(undated.closed_date, datetime(2024, 5, 6, 9))
        self.assertEqual(undated.resolved_date, datetime(2024, 5, 6, 9))
        self.assertEqual(shut.closed_date, closing)
        self.assertEqual(shut.resolved_date, closing)
        self.assertEqual(waiting.status_category, "waiting")
        self.assertEqual(waiting.waiting_since, datetime(2024, 5, 6, 9))
        self.assertEqual(dated.reopen_count, 0)
        # automatic closing keeps the closing date
        self.assertLess(dated.auto_close_date, datetime(2024, 6, 1))
        with self.enter_registry_test_mode():
            self.env.ref(
                "school_helpdesk_base.ir_cron_close_resolved"
            ).method_direct_trigger()
        self.assertEqual(dated.status_category, "closed")
        self.assertEqual(dated.closed_date, closing)

    def test_stage_of_category(self):
        ticket = self._create_ticket()
        self.assertEqual(ticket.stage_id, self.stage_new)
        self.assertEqual(ticket._get_stage_of_category("open"), self.stage_open)
        self.assertEqual(ticket._get_stage_of_category("closed"), self.stage_closed)
