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
            "helpdesk.team.member",
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

    def _get_log(self, record):
        """Return the bodies of the log, and what changed, in one text."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        messages = record.sudo().message_ids
        rows = messages.tracking_value_ids._tracking_value_format()
        return " ".join(
            [
                *(str(message.body) for message in messages),
                *(
                    f"{row['fieldInfo']['changedField']}: "
                    f"{row['oldValue']} > {row['newValue']}"
                    for row in rows
                ),
            ]
        )

    def test_members(self):
        self._get_log(self.team)
        member = self._get_member(self.agent).with_user(self.manager)
        member.write(
            {
                "cap": 5,
                "share": 0.5,
                "category_ids": [(6, 0, self.hardware.ids)],
                "paused": True,
                "pause_reason": "Exams",
            }
        )
        log = self._get_log(self.team)
        for text in (
            self.agent.name,
            "At Most: 0 > 5",
            "Share: 1.0 > 0.5",
            "Skills:  > Hardware",
            "On Break: False > True",
            "Exams",
        ):
            self.assertIn(text, log)
        authors = self.team.message_ids.filtered("tracking_value_ids").author_id
        self.assertEqual(authors, self.manager.partner_id)

    def test_people_who_join_and_leave(self):
        self.team.with_user(self.manager).user_ids -= self.agent
        log = self._get_log(self.team)
        self.assertIn(f"{self.agent.name} is no longer a member", log)
        self.team.with_user(self.manager).user_ids += self.agent
        self.assertIn(f"{self.agent.name} is now a member", self._get_log(self.team))
        member = self._get_member(self.agent)
        self.assertFalse(member.message_ids, "nobody looks for messages there")

    def test_settings_of_the_team(self):
        self.team.with_user(self.manager).write(
            {"when_full": "leader", "assign_in_hours": False}
        )
        log = self._get_log(self.team)
        self.assertIn("Wait in the queue > Go to the team leader", log)
        self.assertIn("Only in Working Hours: True > False", log)

    def test_deleted(self):
        Deleted = self.env["helpdesk.deleted.rule"]
        rule = self._create_rule(
            name="Printers",
            category_ids=[(6, 0, self.hardware.ids)],
            priority_high=True,
        )
        escalation = self.env["helpdesk.escalation.rule"].create(
            {"name": "Far too late", "trigger": "unassigned", "hours": 3}
        )
        required = self.env["helpdesk.stage.requirement"].create(
            {"field_name": "tag_ids", "stage_ids": [(6, 0, self.stage_open.ids)]}
        )
        for record, kind, name, texts in (
            (rule, "helpdesk.assignment.rule", "Printers", ("Hardware", "High: ")),
            (
                escalation,
                "helpdesk.escalation.rule",
                "Far too late",
                ("Nobody is assigned", "Working Hours: 3"),
            ),
            (self.policy, "helpdesk.sla", "Solve", ("Hours: 8",)),
            (required, "helpdesk.stage.requirement", "", ("Seen",)),
        ):
            with self.subTest(kind):
                record.with_user(self.manager).unlink()
                # agents read the rules, and this
                deleted = Deleted.with_user(self.agent).search([("kind", "=", kind)])
                self.assertEqual(len(deleted), 1)
                self.assertIn(name, deleted.name)
                self.assertEqual(deleted.create_uid, self.manager)
                for text in texts:
                    self.assertIn(text, deleted.values_text)

    def test_deleted_rules_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other school"})
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Theirs", "company_id": other.id}
        )
        self._create_rule(team_id=team.id, company_id=other.id).unlink()
        Deleted = self.env["helpdesk.deleted.rule"]
        self.assertEqual(Deleted.search([]).company_id, other)
        self.assertFalse(Deleted.with_user(self.manager).search([]))
