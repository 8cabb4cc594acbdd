"""Access of each kind of user to SLA clocks and policies, by the ORM and by JSON-RPC.

The base addon's ``access_matrix_common.py`` explains how to read a table.
"""

from odoo.tests import tagged

from odoo.addons.school_helpdesk_base.tests.access_matrix_common import AccessMatrixCase

#: Columns:          pub own sub str emp sta a_o his a_t all man
READ = {
    "sla line": "     -   +   +   -   -   +   -   +   +   +   +",
    "policy": "       -   -   -   -   -   -   +   +   +   +   +",
    "escalation": "   -   -   -   -   -   -   -   +   +   +   +",
    "rule": "         -   -   -   -   -   -   +   +   +   +   +",
}
WRITE = {
    "sla line": "     -   -   -   -   -   -   -   -   -   -   -",
    "policy": "       -   -   -   -   -   -   -   -   -   -   +",
    "escalation": "   -   -   -   -   -   -   -   -   -   -   -",
    "rule": "         -   -   -   -   -   -   -   -   -   -   +",
}
CREATE = {
    "sla line": "     -   -   -   -   -   -   -   -   -   -   -",
    "holidays": "     -   -   -   -   -   -   -   -   -   -   +",
    "policy": "       -   -   -   -   -   -   -   -   -   -   +",
    "escalation": "   -   -   -   -   -   -   -   -   -   -   -",
    "rule": "         -   -   -   -   -   -   -   -   -   -   +",
}
DELETE = {
    "sla line": "     -   -   -   -   -   -   -   -   -   -   -",
    "policy": "       -   -   -   -   -   -   -   -   -   -   +",
    "escalation": "   -   -   -   -   -   -   -   -   -   -   -",
    "rule": "         -   -   -   -   -   -   -   -   -   -   +",
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
        rule = cls.env["helpdesk.escalation.rule"].create({"name": "Late"})
        escalation = cls.env["helpdesk.ticket.escalation"].create(
            {
                "ticket_id": ticket.id,
                "rule_id": rule.id,
                "trigger": rule.trigger,
                "round": "0",
                "due_date": "2026-03-02 08:00:00",
                "state": "done",
            }
        )
        return {
            "sla line": clock,
            "policy": policy,
            "holidays": holidays,
            "rule": rule,
            "escalation": escalation,
        }

    def _get_creation_values(self, thing, record, user):
        if thing == "sla line":
            return {"ticket_id": record.ticket_id.id, "target": "first_response"}
        if thing == "escalation":
            return {
                "ticket_id": record.ticket_id.id,
                "round": "1",
                "due_date": "2026-03-02 08:00:00",
            }
        if thing == "rule":
            return super()._get_creation_values(thing, record, user)
        if thing == "holidays":
            return {"calendar_id": record.calendar_id.id, "ics_file": "eA=="}
        return {**super()._get_creation_values(thing, record, user), "hours": 1}
