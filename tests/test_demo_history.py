"""The demo school has the tickets of two terms, told to nobody, with right figures."""

import pytest
from common import read_facts

FACTS = """
import json
env = env(context={**env.context, "lang": "en_US"})
Ticket = env["helpdesk.ticket"].with_context(active_test=False)
Ticket.search([("figures_date", "=", False)])._sync_figures()
env.flush_all()
logins = [f"teacher{number}" for number in range(13, 25)]
teachers = env["res.users"].search([("login", "in", logins)])
tickets = Ticket.search([("partner_id", "in", teachers.partner_id.ids)])

def count(field):
    return {
        str(value.display_name if hasattr(value, "display_name") else value): number
        for value, number in Ticket._read_group(
            [("id", "in", tickets.ids)], [field], ["__count"])
    }

computed, _rows = tickets._compute_figures()
names = sorted(set().union(*computed.values()))
env.cr.execute(
    "SELECT id, " + ", ".join(names) + " FROM helpdesk_ticket WHERE id IN %s",
    [tuple(tickets.ids)])
stored = {row.pop("id"): row for row in env.cr.dictfetchall()}
clocks = {
    ticket.ticket_sla_ids.filtered(lambda clock: clock.target == target).state
    == values["state"]
    for ticket, targets in tickets._compute_clocks().items()
    for target, values in targets.items()
}
rows = tickets.status_log_ids
facts = {
    "teachers": len(teachers),
    "total": Ticket.search_count([]),
    "count": len(tickets),
    "figures": stored == computed,
    "clocks": sorted(clocks),
    "team": count("team_id"),
    "channel": count("channel_id"),
    "term": count("term_id"),
    "status": count("status_category"),
    "priority": count("priority"),
    "room": len(count("reported_room_id")),
    "category": len(count("category_id")),
    "model": len(count("reported_device_model")),
    "hour": count("created_hour"),
    "first_class": len(count("first_response_class")),
    "resolution_class": len(count("resolution_class")),
    "waits": sorted(set(filter(None, rows.mapped("waiting_for")))),
    "reopened": sum(tickets.mapped("reopened")),
    "merged": len(tickets.filtered("merged_into_id")),
    "met": sum(tickets.mapped("sla_resolution_met")),
    "judged": sum(tickets.mapped("sla_resolution_judged")),
    "ratings": sorted(set(tickets.rating_ids.mapped("rating"))),
    "rated_late": len(tickets.rating_ids.filtered(
        lambda one: one.rated_on != one.create_date)),
    "rated_months": len({one.rated_on.strftime("%Y-%m") for one in tickets.rating_ids}),
    "hours": sum(tickets.mapped("total_hours")) > 0,
    "in_order": all(
        one.create_date <= one.status_log_ids.sorted("id")[0].start for one in tickets),
    "future": len(rows.filtered(lambda row: row.start > fields.Datetime.now())),
    "told": env["helpdesk.notification"].search_count(
        [("ticket_id", "in", tickets.ids)]),
    "mails": env["mail.mail"].search_count(
        [("model", "=", "helpdesk.ticket"), ("res_id", "in", tickets.ids)]),
    "escalations": env["helpdesk.ticket.escalation"].search_count(
        [("ticket_id", "in", tickets.filtered("closed_date").ids)]),
    "deflections": env["helpdesk.article.deflection"].search_count([]),
}
Ticket._create_demo_history()
facts["again"] = Ticket.search_count([("partner_id", "in", teachers.partner_id.ids)])
print("FACTS" + json.dumps(facts))
"""


@pytest.fixture(scope="module")
def facts(make_database, run_shell):
    code = f"from odoo import fields\n{FACTS}"
    return read_facts(run_shell(make_database(demo=True), code))


def test_each_chart_has_a_shape(facts):
    assert facts["teachers"] == 12
    # a few less after long holidays
    assert 180 <= facts["count"] <= 203
    assert 290 <= facts["total"] <= 320
    assert min(facts["team"].values()) > 30 and len(facts["team"]) == 2
    assert len(facts["channel"]) == 7
    # two terms, and the days outside them
    assert len(facts["term"]) >= 2
    assert len(facts["priority"]) == 4
    assert facts["room"] > 10 and facts["category"] > 10 and facts["model"] > 5
    assert facts["first_class"] >= 4 and facts["resolution_class"] >= 5
    assert facts["waits"] == ["approval", "other", "part", "requester", "vendor"]
    assert facts["reopened"] > 5 and facts["merged"] > 3
    assert 0.5 < facts["met"] / facts["judged"] < 0.95
    assert facts["ratings"] == [1, 3, 5]
    # in the weekly report, a rating counts when it was given
    assert facts["rated_late"] == 0 and facts["rated_months"] >= 4
    assert facts["hours"] and facts["deflections"] > 50
    morning = sum(n for hour, n in facts["hour"].items() if int(hour) < 12)
    assert morning > facts["count"] / 2


def test_history_is_closed(facts):
    assert set(facts["status"]) == {"cancelled", "closed", "waiting"}
    assert facts["status"]["waiting"] == 3
    assert facts["in_order"] and facts["future"] == 0


def test_its_figures_are_those_of_the_facts(facts):
    assert facts["figures"]
    assert facts["clocks"] == [True]


def test_it_tells_nobody(facts):
    assert (facts["told"], facts["mails"], facts["escalations"]) == (0, 0, 0)


def test_it_is_created_once(facts):
    assert facts["again"] == facts["count"]
