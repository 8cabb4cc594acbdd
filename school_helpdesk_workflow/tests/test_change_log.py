"""Who changed a rule or a policy, when, and how it was before."""

from datetime import date

from odoo.models import MAGIC_COLUMNS
from odoo.tests import new_test_user, tagged

from .assignment_common import AssignmentCommon


@tagged("post_install", "-at_install")
class TestChangeLog(AssignmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "rule_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        cls.hardware, cls.software = cls.env["helpdesk.ticket.category"].create(
            [{"name": "Hardware"}, {"name": "Software"}]
        )

    def _change(self, record, **values):
        """Change a record as manager; return the log: label to before and after."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        before = record.message_ids
        record.with_user(self.manager).write(values)
        self.env.cr.precommit.run()
        message = record.message_ids - before
        self.assertEqual(message.author_id, self.manager.partner_id)
        self.assertEqual(message.create_date.date(), date.today())
        # as agents read it
        trackings = message.sudo().tracking_value_ids._filter_has_field_access(
            self.env(user=self.agent)
        )
        return {
            row["fieldInfo"]["changedField"]: (
                row["oldValue"],
                row["newValue"],
            )
            for row in trackings._tracking_value_format()
        }

    def test_delivered_records_have_no_line_about_their_creation(self):
        """It would be in English for everybody, and nobody has created them."""
        for install, lines in ((True, 0), (False, 1)):
            for record, values in (
                (self.Rule, {"name": "Rule", "team_id": self.team.id}),
                (self.team, {"name": "Team"}),
            ):
                new = record.with_context(install_mode=install).create(values)
                with self.subTest(install=install, model=record._name):
                    self.assertEqual(len(new.message_ids), lines)

    def test_all_kinds_of_fields(self):
        rule = self._create_rule(name="Rule")
        self.assertEqual(
            self._change(
                rule,
                name="New",
                category_ids=[(6, 0, (self.hardware | self.software).ids)],
                priority_high=True,
                date_to="2031-05-01",
                method="round_robin",
                sequence=3,
                domain="[('id', '>', 0)]",
            ),
            {
                "Name": ("Rule", "New"),
                "Categories": ("", "Hardware, Software"),
                "High": (False, True),
                "Valid Until": (False, "2031-05-01"),
                "Agent": ("Least loaded", "In turn"),
                "Sequence": (10, 3),
                "Filter": ("[]", "[('id', '>', 0)]"),
            },
        )
        self.assertEqual(
            self._change(rule, category_ids=[(3, self.hardware.id)], active=False),
            {"Categories": ("Hardware, Software", "Software"), "Active": (True, False)},
        )
        self.assertFalse(rule.message_partner_ids, "nobody wants messages about it")

    def test_every_criterion_and_action_is_logged(self):
        for model in (
            "helpdesk.assignment.rule",
            "helpdesk.escalation.rule",
            "helpdesk.sla",
            "helpdesk.stage.requirement",
        ):
            Model = self.env[model]
            logged = Model._track_get_fields()
            for name, field in Model._fields.items():
                if (
                    field.store
                    and not field.readonly
                    and name not in MAGIC_COLUMNS
                    and field.type not in ("one2many", "html", "binary")
                ):
                    self.assertIn(name, logged, model)

    def test_policies_and_escalations(self):
        self.assertEqual(
            self._change(self.policy, hours=3, team_ids=[(6, 0, self.team.ids)]),
            {"Hours": (8, 3), "Teams": ("", "Desk")},
        )
        rule = self.env["helpdesk.escalation.rule"].create(
            {"name": "Late", "notify_leader": True}
        )
        self.assertEqual(
            self._change(
                rule,
                notify_leader=False,
                notify_user_ids=[(6, 0, self.agent_2.ids)],
                percent=80,
            ),
            {
                "Leader of the team": (True, False),
                "Other People": ("", self.agent_2.name),
                "Share of the Time": (100, 80),
            },
        )

    def test_server_action_is_logged_for_managers(self):
        action = self.env["ir.actions.server"].create(
            {
                "name": "Call the caretaker",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "state": "code",
                "code": "pass",
            }
        )
        rule = self.env["helpdesk.escalation.rule"].create(
            {"name": "Late", "notify_leader": True}
        )
        rule.with_user(self.manager).server_action = str(action.id)
        self.env.cr.precommit.run()
        log = rule.with_user(self.manager).message_ids
        self.assertTrue(
            any("Call the caretaker" in (message.body or "") for message in log)
        )
