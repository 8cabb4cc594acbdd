"""Two people, or two clicks, change the same records at the same moment."""

import pytest

# ``at_once(do, first, second, look)``: call ``do`` with each record in its transaction.
# The second one calls ``look`` before the first one commits, so that its snapshot does
# not contain the changes of the first.
AT_ONCE = """
import threading
from odoo.service.model import retrying

asset = env["asset.asset"].create({
    "asset_code": "TWO-1",
    "name": "Projector",
    "status": "assigned_teacher",
    "category_id": env["asset.category"].create({"name": "Projectors"}).id,
})
tickets = env["helpdesk.ticket"].create([
    {"asset_id": asset.id, "team_id": env.ref(
        "school_asset_helpdesk_bridge.team_it_support").id}
    for _number in range(2)
])


def at_once(do, first, second, look):
    env.cr.commit()
    done, seen = threading.Event(), threading.Event()
    tries = []

    def wait_for_the_other():
        done.set()
        assert seen.wait(30)

    def look_before_the_other_commits(own):
        assert done.wait(30)
        look(own)
        seen.set()

    def run(record, before, after):
        with env.registry.cursor() as cr:
            own = record.with_env(env(cr=cr))

            def work():
                tries.append(record.id)
                before(own)
                do(own)
                own.env.flush_all()
                after()

            retrying(work, own.env)

    nothing = lambda *args: None
    threads = [
        threading.Thread(target=run, args=(first, nothing, wait_for_the_other)),
        threading.Thread(
            target=run, args=(second, look_before_the_other_commits, nothing)
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    env.cr.rollback()
    env.invalidate_all()
    # the second transaction fails on the lock and is retried: three calls
    print("TRIES", len(tries))

"""

RESOLVE_BOTH = """
tickets.asset_out_of_service = True
assert asset.status == "maintenance", asset.status
at_once(
    lambda ticket: ticket._set_status("resolved"),
    tickets[0],
    tickets[1],
    look=lambda ticket: ticket.env["asset.asset"].browse(asset.id).status,
)
print("STATUSES", *tickets.mapped("status_category"), asset.status)
"""

RESOLVE_AND_HOLD = """
tickets[0].asset_out_of_service = True
assert asset.status == "maintenance", asset.status


def do(ticket):
    if ticket == tickets[0]:
        ticket._set_status("resolved")
    else:
        ticket.asset_out_of_service = True


at_once(
    do,
    tickets[0],
    tickets[1],
    look=lambda ticket: ticket.env["asset.asset"].browse(asset.id).status,
)
print("HELD", asset.status, asset.status_before_ticket)
tickets[1]._set_status("resolved")
print("FREE", asset.status, asset.status_before_ticket)
"""

# One transaction resolves a ticket while the other takes its device out of service.
RESOLVE_THE_ONE_TO_HOLD = """
def do(record):
    if record._name == "helpdesk.ticket":
        record._set_status("resolved")
    else:
        record.out_of_service = True


at_once(
    do,
    *PAIR,
    look=lambda record: record.sudo().read(),
)
link = tickets[0].asset_link_ids
print("ENDED", tickets[0].status_category, link.out_of_service, link.is_holding,
    asset.status)
"""

MERGE_AND_RESOLVE = """
tickets[0].asset_out_of_service = True


def do(ticket):
    if ticket == tickets[0]:
        ticket._merge_into(tickets[1].with_env(ticket.env))
    else:
        ticket._set_status("resolved")


at_once(
    do,
    tickets[0],
    tickets[1],
    look=lambda ticket: (ticket.status_category, ticket.asset_link_ids.read()),
)
print("MERGED", *tickets.mapped("status_category"),
    tickets.asset_link_ids.mapped("is_holding"), asset.status)
"""

CLICK_TWICE_FOR_A_CASE = """
at_once(
    lambda ticket: ticket._open_damage_case(ticket.asset_id, {}),
    tickets[0],
    tickets[0],
    look=lambda ticket: ticket.damage_case_count,
)
print("CASES", tickets[0].damage_case_count)
"""

CLICK_TWICE_FOR_A_TICKET = """
case = env["asset.damage.case"].create({
    "asset_id": asset.id, "damage_source": "manual", "damage_description": "Lens",
})
at_once(
    lambda case: case.action_create_ticket(),
    case,
    case,
    look=lambda case: case.has_ticket,
)
print("TICKETS", len(asset.ticket_ids - tickets), case.ticket_id in asset.ticket_ids)
"""


def test_the_device_returns_to_its_status(make_database, run_shell):
    printed = run_shell(make_database(demo=False), AT_ONCE + RESOLVE_BOTH)
    assert "STATUSES resolved resolved assigned_teacher" in printed
    assert "TRIES 3" in printed


def test_one_ticket_frees_the_device_while_another_holds_it(make_database, run_shell):
    printed = run_shell(make_database(demo=False), AT_ONCE + RESOLVE_AND_HOLD)
    assert "HELD maintenance assigned_teacher" in printed
    assert "FREE assigned_teacher False" in printed
    assert "TRIES 3" in printed


@pytest.mark.parametrize(
    "pair",
    ["tickets[0], tickets[0].asset_link_ids", "tickets[0].asset_link_ids, tickets[0]"],
    ids=["resolved first", "held first"],
)
def test_a_ticket_that_is_resolved_holds_nothing(make_database, run_shell, pair):
    script = RESOLVE_THE_ONE_TO_HOLD.replace("PAIR", f"({pair})")
    printed = run_shell(make_database(demo=False), AT_ONCE + script)
    assert "ENDED resolved True False assigned_teacher" in printed
    assert "TRIES 3" in printed


def test_a_merge_gives_no_hold_to_a_resolved_ticket(make_database, run_shell):
    printed = run_shell(make_database(demo=False), AT_ONCE + MERGE_AND_RESOLVE)
    assert "MERGED cancelled resolved [False] assigned_teacher" in printed
    assert "TRIES 3" in printed


def test_a_double_click_opens_one_damage_case(make_database, run_shell):
    printed = run_shell(make_database(demo=False), AT_ONCE + CLICK_TWICE_FOR_A_CASE)
    assert "CASES 1" in printed
    assert "TRIES 3" in printed


def test_a_double_click_creates_one_ticket(make_database, run_shell):
    printed = run_shell(make_database(demo=False), AT_ONCE + CLICK_TWICE_FOR_A_TICKET)
    assert "TICKETS 1 True" in printed
    assert "TRIES 3" in printed


HIDE_BOTH_MESSAGES_OF_A_FILE = """
file = env["ir.attachment"].create({
    "name": "a.txt", "raw": b"x", "res_model": "helpdesk.ticket",
    "res_id": tickets[0].id,
})
messages = env["mail.message"]
for _number in range(2):
    messages += tickets[0].message_post(
        body="Look", message_type="comment", subtype_xmlid="mail.mt_comment",
        attachment_ids=file.ids)
assert not file.helpdesk_desk_only
at_once(
    lambda message: message.write({"is_internal": True}),
    messages[0],
    messages[1],
    look=lambda message: message.attachment_ids.mapped("helpdesk_desk_only"),
)
print("FILE", env["ir.attachment"].browse(file.id).helpdesk_desk_only)
"""


def test_a_file_whose_messages_become_internal_is_hidden(make_database, run_shell):
    code = AT_ONCE + HIDE_BOTH_MESSAGES_OF_A_FILE
    printed = run_shell(make_database(demo=False), code)
    assert "FILE note" in printed
    assert "TRIES 3" in printed
