"""Access of each kind of user to SLA clocks, policies and rules, by ORM and JSON-RPC.

The base addon's ``access_matrix_common.py`` explains how to read a table.
"""

from odoo.tests import tagged

from odoo.addons.school_helpdesk_base.tests.access_matrix_common import AccessMatrixCase

#: Columns:          pub own sub str emp sta a_o his a_t all man
READ = {
    "decision": "     -   -   -   -   -   -   -   +   +   +   +",
    "member": "       -   -   -   -   -   -   +   +   +   +   +",
    "rule": "         -   -   -   -   -   -   +   +   +   +   +",
    "sla line": "     -   +   +   -   -   +   -   +   +   +   +",
    "policy": "       -   -   -   -   -   -   +   +   +   +   +",
    "escalation": "   -   -   -   -   -   -   -   +   +   +   +",
    "esc rule": "     -   -   -   -   -   -   +   +   +   +   +",
    "simulation": "   -   -   -   -   -   -   -   -   -   -   -",
    "sim line": "     -   -   -   -   -   -   -   -   -   -   -",
    "setup page": "   -   -   -   -   -   -   -   -   -   -   -",
    "required": "     -   -   -   -   -   -   +   +   +   +   +",
    "deleted": "      -   -   -   -   -   -   +   +   +   +   +",
}
WRITE = {
    "decision": "     -   -   -   -   -   -   -   -   -   -   -",
    "member": "       -   -   -   -   -   -   -   -   -   -   +",
    "rule": "         -   -   -   -   -   -   -   -   -   -   +",
    "sla line": "     -   -   -   -   -   -   -   -   -   -   -",
    "policy": "       -   -   -   -   -   -   -   -   -   -   +",
    "escalation": "   -   -   -   -   -   -   -   -   -   -   -",
    "esc rule": "     -   -   -   -   -   -   -   -   -   -   +",
    "required": "     -   -   -   -   -   -   -   -   -   -   +",
    "deleted": "      -   -   -   -   -   -   -   -   -   -   -",
}
CREATE = {
    "decision": "     -   -   -   -   -   -   -   -   -   -   -",
    "member": "       -   -   -   -   -   -   -   -   -   -   -",
    "rule": "         -   -   -   -   -   -   -   -   -   -   +",
    "sla line": "     -   -   -   -   -   -   -   -   -   -   -",
    "holidays": "     -   -   -   -   -   -   -   -   -   -   +",
    "policy": "       -   -   -   -   -   -   -   -   -   -   +",
    "escalation": "   -   -   -   -   -   -   -   -   -   -   -",
    "esc rule": "     -   -   -   -   -   -   -   -   -   -   +",
    "simulation": "   -   -   -   -   -   -   -   -   -   -   +",
    "setup page": "   -   -   -   -   -   -   +   +   +   +   +",
    "required": "     -   -   -   -   -   -   -   -   -   -   +",
    "deleted": "      -   -   -   -   -   -   -   -   -   -   -",
}
DELETE = {
    "decision": "     -   -   -   -   -   -   -   -   -   -   -",
    "member": "       -   -   -   -   -   -   -   -   -   -   -",
    "rule": "         -   -   -   -   -   -   -   -   -   -   +",
    "sla line": "     -   -   -   -   -   -   -   -   -   -   -",
    "policy": "       -   -   -   -   -   -   -   -   -   -   +",
    "escalation": "   -   -   -   -   -   -   -   -   -   -   -",
    "esc rule": "     -   -   -   -   -   -   -   -   -   -   +",
    "required": "     -   -   -   -   -   -   -   -   -   -   +",
    "deleted": "      -   -   -   -   -   -   -   -   -   -   -",
}


@tagged("post_install", "-at_install", "security")
class TestAccessMatrix(AccessMatrixCase):
    READ, WRITE, CREATE, DELETE = READ, WRITE, CREATE, DELETE

    @classmethod
    def _create_objects(cls, ticket):
        policy = cls.env["helpdesk.sla"].create({"name": "One day", "days": 1})
        clock = cls.env["helpdesk.ticket.sla"].create(
            {"ticket_id": ticket.id, "sla_id": policy.id}
        )
        holidays = cls.env["helpdesk.holiday.import"].create(
            {"calendar_id": cls.calendar.id, "ics_file": "eA=="}
        )
        escalation_rule = cls.env["helpdesk.escalation.rule"].create({"name": "Late"})
        escalation = cls.env["helpdesk.ticket.escalation"].create(
            {
                "ticket_id": ticket.id,
                "rule_id": escalation_rule.id,
                "trigger": escalation_rule.trigger,
                "round": "0",
                "due_date": "2026-03-02 08:00:00",
                "state": "done",
            }
        )
        required = cls.env["helpdesk.stage.requirement"].create(
            {"field_name": "tag_ids", "stage_ids": [(6, 0, ticket.stage_id.ids)]}
        )
        # over, so that it does not assign the tickets of the tests
        rule = cls.env["helpdesk.assignment.rule"].create(
            {"name": "Rule", "team_id": cls.team.id, "date_to": "2020-01-01"}
        )
        decision = cls.env["helpdesk.assignment"].create(
            {"ticket_id": ticket.id, "rule_id": rule.id, "outcome": "queue"}
        )
        simulation = cls.env["helpdesk.rule.simulation"].create(
            {"assignment_rule_id": rule.id}
        )
        sim_line = cls.env["helpdesk.rule.simulation.line"].create(
            {"simulation_id": simulation.id, "kind": "fit"}
        )
        deleted = cls.env["helpdesk.deleted.rule"].create(
            {"kind": "helpdesk.sla", "name": "Two days"}
        )
        return {
            "deleted": deleted,
            "required": required,
            "setup page": cls.env["helpdesk.setup.page"].create({}),
            "sim line": sim_line,
            "simulation": simulation,
            "decision": decision,
            "esc rule": escalation_rule,
            "escalation": escalation,
            "holidays": holidays,
            "member": cls.team.member_ids[:1],
            "policy": policy,
            "rule": rule,
            "sla line": clock,
        }

    def _get_creation_values(self, label, record, user):
        if label == "sla line":
            return {"ticket_id": record.ticket_id.id, "target": "first_response"}
        if label == "escalation":
            return {
                "ticket_id": record.ticket_id.id,
                "round": "1",
                "due_date": "2026-03-02 08:00:00",
            }
        if label == "esc rule":
            return super()._get_creation_values(label, record, user)
        if label == "holidays":
            return {"calendar_id": record.calendar_id.id, "ics_file": "eA=="}
        if label == "simulation":
            return {"assignment_rule_id": record.assignment_rule_id.id}
        if label == "setup page":
            return {}
        if label == "deleted":
            return {"kind": "helpdesk.sla", "name": "One day"}
        if label == "required":
            return {
                "field_name": "tag_ids",
                "stage_ids": [(6, 0, record.stage_ids.ids)],
            }
        if label == "decision":
            return {"ticket_id": record.ticket_id.id, "outcome": "queue"}
        if label == "member":
            return {"team_id": record.team_id.id, "user_id": self.env.uid}
        if label == "rule":
            return {"name": "One more", "team_id": record.team_id.id}
        return {**super()._get_creation_values(label, record, user), "hours": 1}
