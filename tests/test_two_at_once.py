"""Two technicians resolve two tickets on one device at the same moment."""

RESOLVE_BOTH = """
import threading
from odoo.service.model import retrying

asset = env["asset.asset"].create({
    "asset_code": "TWO-1",
    "name": "Projector",
    "status": "assigned_teacher",
    "category_id": env["asset.category"].create({"name": "Projectors"}).id,
})
first, second = env["helpdesk.ticket"].create([
    {"asset_id": asset.id, "team_id": env.ref(
        "school_asset_helpdesk_bridge.team_it_support").id}
    for _number in range(2)
])
(first + second).asset_out_of_service = True
assert asset.status == "maintenance", asset.status
env.cr.commit()

resolved, seen = threading.Event(), threading.Event()
tries = []


def resolve(ticket, before, after):
    with env.registry.cursor() as cr:
        own = ticket.with_env(env(cr=cr))

        def work():
            tries.append(ticket.id)
            before(own)
            own._set_status("resolved")
            own.env.flush_all()
            after()

        retrying(work, own.env)


def wait_for_the_other():
    resolved.set()
    assert seen.wait(30)


def look_before_the_other_commits(own):
    assert resolved.wait(30)
    # from here on this transaction sees the first ticket as open
    own.env["asset.asset"].browse(asset.id).status
    seen.set()


nothing = lambda *args: None
threads = [
    threading.Thread(target=resolve, args=(first, nothing, wait_for_the_other)),
    threading.Thread(
        target=resolve, args=(second, look_before_the_other_commits, nothing)
    ),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(60)
env.cr.rollback()
env.invalidate_all()
print("STATUSES", *(first + second).mapped("status_category"), asset.status)
print("TRIES", len(tries))
"""


def test_the_device_returns_to_its_status(make_database, run_shell):
    printed = run_shell(make_database(demo=False), RESOLVE_BOTH)
    assert "STATUSES resolved resolved assigned_teacher" in printed
    # the later one has met the lock and was tried again
    assert "TRIES 3" in printed
