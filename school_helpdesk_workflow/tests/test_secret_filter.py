"""Filters that were saved before they were checked tell no secrets."""

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..hooks import note_secret_filters
from .assignment_common import AssignmentCommon

FILTER_LOGGER = "odoo.addons.school_helpdesk_workflow.models.helpdesk_filter_mixin"
SECRETS = (
    "[('create_uid.totp_last_counter', '!=', 7)]",
    "[('create_uid', 'any', [('totp_secret', '=', False)])]",
    "['|', ('name', '=', 'x'), '!', ('create_uid.totp_secret', '!=', False)]",
)


@tagged("post_install", "-at_install")
class TestSecretFilter(AssignmentCommon):
    def _save_before_the_check(self, record, domain):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET domain = %s WHERE id = %s",
                SQL.identifier(record._table),
                domain,
                record.id,
            )
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()

    def _create_records(self):
        return (
            self._create_rule(),
            self.env["helpdesk.escalation.rule"].create(
                {"name": "Late", "notify_leader": True}
            ),
            self._create_policy(hours=1, team_ids=[(4, self.team.id)]),
        )

    def test_they_choose_no_ticket(self):
        rule, escalation, policy = self._create_records()
        for domain in SECRETS:
            with self.subTest(domain):
                for record in (rule, escalation, policy):
                    self._save_before_the_check(record, domain)
                with self.assertLogs(FILTER_LOGGER, "WARNING") as logs:
                    ticket = self._create_ticket()
                    self.assertFalse(ticket.user_id)
                    self.assertFalse(rule._matches(ticket)[rule])
                    self.assertFalse(escalation._matches(ticket)[escalation])
                    self.assertFalse(ticket.search(rule._get_criteria_domain()))
                    self.assertNotIn(policy, ticket.ticket_sla_ids.sla_id)
                self.assertIn("may not read", logs.output[0])

    def test_harmless_filters_still_work(self):
        rule, escalation, policy = self._create_records()
        domain = "[('partner_id.user_ids.login', 'ilike', 'requester')]"
        for record in (rule, escalation, policy):
            self._save_before_the_check(record, domain)
        ticket = self._create_ticket()
        self.assertEqual(rule._matches(ticket)[rule], ticket)
        self.assertEqual(escalation._matches(ticket)[escalation], ticket)
        self.assertIn(policy, ticket.ticket_sla_ids.sla_id)
        self.assertFalse(rule.problem_text)

    def test_shown_as_a_problem(self):
        records = self._create_records()
        for record in records:
            self._save_before_the_check(record, SECRETS[0])
        page = self.env["helpdesk.setup.page"].with_user(self.agent)
        page = page.browse(page.action_open()["res_id"])
        shown = (page.assignment_rule_ids, page.escalation_rule_ids, page.policy_ids)
        for record, found in zip(records, shown, strict=True):
            with self.subTest(record):
                problem = (found & record).problem_text
                self.assertIn("Totp Last Counter", problem)
                self.assertIn("may not read", problem)

    def test_administrators_cannot_save_them_either(self):
        """Managers see which tickets a rule chooses, no matter who wrote it."""
        rule = self._create_rule()
        admin = new_test_user(
            self.env,
            "rule_admin",
            groups="helpdesk_mgmt.group_helpdesk_manager,base.group_system",
        )
        for domain in SECRETS:
            with self.subTest(domain), self.assertRaises(ValidationError):
                rule.with_user(admin).domain = domain

    def test_an_update_notes_them_in_the_log(self):
        records = self._create_records()
        self._save_before_the_check(records[0], SECRETS[0])
        self._save_before_the_check(records[2], SECRETS[0])
        note_secret_filters(self.env)
        for record, noted in zip(records, (True, False, True), strict=True):
            log = " ".join(map(str, record.message_ids.mapped("body")))
            self.assertEqual("Totp Last Counter" in log, noted, record)
            self.assertTrue(record.active)
