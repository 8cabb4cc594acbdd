"""A team of four agents, without working hours of their own."""

from odoo.tests import new_test_user

from .sla_common import SlaCommon


class AssignmentCommon(SlaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rule = cls.env["helpdesk.assignment.rule"]
        cls.Rule.search([]).active = False
        cls.agents = cls.agent | cls.agent_2
        for number in (3, 4):
            cls.agents |= new_test_user(
                cls.env,
                f"base_agent_{number}",
                groups="helpdesk_mgmt.group_helpdesk_user",
            )
        cls.team.user_ids = cls.agents
        cls.env["resource.resource"].search(
            [("user_id", "in", cls.agents.ids)]
        ).unlink()

    @classmethod
    def _create_rule(cls, **values):
        return cls.Rule.create({"name": "Rule", "team_id": cls.team.id, **values})

    @classmethod
    def _get_member(cls, user, team=None):
        return (team or cls.team).member_ids.filtered(lambda one: one.user_id == user)

    @classmethod
    def _create_tickets(cls, count, **values):
        return cls.env["helpdesk.ticket"].union(
            *(cls._create_ticket(**values) for _number in range(count))
        )

    def _get_decision(self, ticket):
        return ticket.assignment_ids.sorted("id")[-1:]

    def _pull(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "school_helpdesk_workflow.ir_cron_assign_waiting"
            ).method_direct_trigger()
