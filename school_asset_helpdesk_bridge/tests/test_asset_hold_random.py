"""After random changes in any order, the status of assets follows the rules.

Each step is done in the database and in a simple model of the rules, which compares all
holds before and after the step. Then both must be equal.
"""

import tempfile
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BridgeCommon

try:
    from hypothesis import HealthCheck, configuration, given, settings
    from hypothesis import strategies as st
except ImportError:  # only this test needs hypothesis
    given = None

EXAMPLES = 40
#: Minimum and maximum number of steps in a sequence.
STEPS = (6, 16)
WORKING = ("open", "waiting")
CATEGORIES = ("open", "waiting", "resolved", "closed", "cancelled", "odd")
BY_HAND = (
    "available",
    "assigned_teacher",
    "assigned_student",
    "maintenance",
    "repair",
    "retired",
    "lost",
)


class Oracle:
    """A simple model of the rules, in plain dictionaries."""

    def __init__(self, assets):
        self.assets = assets
        self.tickets, self.links, self.cases = {}, {}, {}
        self.meaning = dict(zip(CATEGORIES, CATEGORIES, strict=True), odd="waiting")

    def holds(self):
        return {
            (key, link["asset"])
            for key, link in self.links.items()
            if link["out"]
            and self.tickets[link["ticket"]]["active"]
            and self.meaning[self.tickets[link["ticket"]]["stage"]] in WORKING
        }

    def step(self, change):
        before = self.holds()
        change()
        now = self.holds()
        for _link, asset in now - before:
            self.settle(asset, begins=True)
        for _link, asset in before - now:
            self.settle(asset)

    def settle(self, key, begins=False):
        asset = self.assets[key]
        held = key in {asset_key for _link, asset_key in self.holds()}
        if asset["status"] in ("retired", "lost"):
            return
        if not asset["before"] and not (begins and held):
            return
        if not held:
            asset["status"], asset["before"] = asset["before"], False
            return
        asset["before"] = asset["before"] or asset["status"]
        in_repair = {"asset": key, "status": "in_repair"} in self.cases.values()
        repair = in_repair or asset["before"] == "repair"
        asset["status"] = "repair" if repair else "maintenance"

    def merge(self, source, target):
        holding = {link for link, _asset in self.holds()}
        working = self.meaning[self.tickets[target]["stage"]] in WORKING
        assets = set()
        for key, link in sorted(self.links.items()):
            if link["ticket"] != source:
                continue
            assets.add(link["asset"])
            link["out"] = link["out"] and (key in holding or not working)
            for twin in self.links.values():
                if (twin["ticket"], twin["asset"]) == (target, link["asset"]):
                    twin["out"] = twin["out"] or link["out"]
                    del self.links[key]
                    break
            else:
                link["ticket"] = target
        self.tickets[source].update(stage="cancelled", merged=True)
        self.tickets[target]["final"] = True
        for asset in assets:
            self.settle(asset)


class Desk:
    """Does each step in the database and in the oracle."""

    def __init__(self, case):
        self.case = case
        self.env = case.env
        self.assets = [case.asset, case.asset_2]
        self.oracle = Oracle(
            {
                asset.id: {"status": asset.status, "before": asset.status_before_ticket}
                for asset in self.assets
            }
        )
        for ticket in case.tickets:
            self.oracle.tickets[ticket.id] = {
                "stage": "open",
                "active": True,
                "merged": False,
                "final": False,
            }
            for link in ticket.asset_link_ids:
                self.oracle.links[link.id] = {
                    "ticket": ticket.id,
                    "asset": link.asset_id.id,
                    "out": link.out_of_service,
                }

    # ------------------------------------------------------------------
    # Choices: a number picks one of the existing records
    # ------------------------------------------------------------------

    def pick(self, keys, number):
        keys = sorted(keys)
        return keys[number % len(keys)] if keys else None

    def pick_asset(self, number):
        return self.assets[number % len(self.assets)].id

    def pick_ticket(self, number, **facts):
        tickets = self.oracle.tickets.items()
        found = [
            key
            for key, ticket in tickets
            if all(ticket[name] == value for name, value in facts.items())
        ]
        return self.pick(found, number)

    def ticket(self, key):
        return self.env["helpdesk.ticket"].browse(key)

    def link(self, key):
        return self.env["helpdesk.ticket.asset.link"].browse(key)

    def has_link(self, ticket, asset):
        return any(
            (link["ticket"], link["asset"]) == (ticket, asset)
            for link in self.oracle.links.values()
        )

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def do_report(self, one, two, three):
        asset, out = self.pick_asset(one), bool(two % 3)
        stage = CATEGORIES[three % len(CATEGORIES)] if three > 5 else "open"
        ticket = self.case._create_ticket(
            stage_id=self.case.stages[stage].id,
            asset_link_ids=[Command.create({"asset_id": asset, "out_of_service": out})],
        )

        def change():
            self.oracle.tickets[ticket.id] = {
                "stage": stage,
                "active": True,
                "merged": False,
                "final": False,
            }
            self.oracle.links[ticket.asset_link_ids.id] = {
                "ticket": ticket.id,
                "asset": asset,
                "out": out,
            }

        self.oracle.step(change)

    def do_add_link(self, one, two, three):
        ticket, asset = self.pick_ticket(one), self.pick_asset(two)
        if ticket is None or self.has_link(ticket, asset):
            return
        out = bool(three % 3)
        link = self.link(()).create(
            {"ticket_id": ticket, "asset_id": asset, "out_of_service": out}
        )
        self.oracle.step(
            lambda: self.oracle.links.update(
                {link.id: {"ticket": ticket, "asset": asset, "out": out}}
            )
        )

    def do_write_link(self, one, two, three):
        """Change the flag, the asset, the ticket, or all of them at once."""
        key = self.pick(self.oracle.links, one)
        if key is None:
            return
        link = dict(self.oracle.links[key])
        if three & 1:
            link["out"] = not link["out"]
        if three & 2:
            link["asset"] = self.pick_asset(two)
        if three & 4:
            link["ticket"] = self.pick_ticket(two)
        same = ("ticket", "asset")
        if any(link[name] != self.oracle.links[key][name] for name in same):
            if self.has_link(link["ticket"], link["asset"]):
                return
        self.link(key).write(
            {
                "out_of_service": link["out"],
                "asset_id": link["asset"],
                "ticket_id": link["ticket"],
            }
        )
        self.oracle.step(lambda: self.oracle.links.update({key: link}))

    def do_unlink_link(self, one, two, three):
        keys = {self.pick(self.oracle.links, number) for number in (one, two)}
        keys -= {None}
        self.link(sorted(keys)).unlink()
        self.oracle.step(lambda: [self.oracle.links.pop(key) for key in keys])

    def do_move(self, one, two, three):
        """Move one ticket or two to a stage."""
        keys = {self.pick_ticket(number, merged=False) for number in (one, two)}
        keys -= {None}
        stage = CATEGORIES[three % len(CATEGORIES)]
        self.ticket(sorted(keys)).write({"stage_id": self.case.stages[stage].id})
        meaning = self.oracle.meaning

        def change():
            for key in keys:
                ticket = self.oracle.tickets[key]
                changed = meaning[ticket["stage"]] != meaning[stage]
                if changed and meaning[stage] in WORKING:
                    ticket["active"] = True
                ticket["stage"] = stage

        self.oracle.step(change)

    def do_set_up(self, one, two, three):
        """Give a stage another status."""
        meaning = CATEGORIES[one % 5]
        self.case.odd_stage.status_category = meaning
        self.oracle.step(lambda: self.oracle.meaning.update(odd=meaning))

    def do_archive(self, one, two, three):
        key = self.pick_ticket(one)
        if key is not None:
            active = bool(two % 2)
            stage = self.oracle.tickets[key]["stage"]
            if not active and self.oracle.meaning[stage] in WORKING:
                with self.case.assertRaises(UserError), self.env.cr.savepoint():
                    self.ticket(key).active = False
                return
            self.ticket(key).active = active
            self.oracle.step(lambda: self.oracle.tickets[key].update(active=active))

    def do_delete(self, one, two, three):
        key = self.pick_ticket(one, final=False, merged=False)
        if key is None:
            return
        self.ticket(key).unlink()

        def change():
            del self.oracle.tickets[key]
            self.oracle.links = {
                link_key: link
                for link_key, link in self.oracle.links.items()
                if link["ticket"] != key
            }

        self.oracle.step(change)

    def do_merge(self, one, two, three):
        source = self.pick_ticket(one, merged=False, active=True)
        target = self.pick_ticket(two, merged=False, active=True)
        if source is None or source == target:
            return
        status = self.oracle.meaning[self.oracle.tickets[target]["stage"]]
        source_status = self.oracle.meaning[self.oracle.tickets[source]["stage"]]
        is_open = source_status in WORKING
        if status == "cancelled" or (status == "closed" and is_open):
            with self.case.assertRaises(UserError), self.env.cr.savepoint():
                self.ticket(source)._merge_into(self.ticket(target))
            return
        self.ticket(source)._merge_into(self.ticket(target))
        if status == "resolved" and is_open:
            # the target is reopened before it takes over the links
            stage = self.ticket(target).stage_id
            [name] = [key for key, one in self.case.stages.items() if one == stage]
            self.oracle.step(lambda: self.oracle.tickets[target].update(stage=name))
        self.oracle.merge(source, target)

    def do_by_hand(self, one, two, three):
        key, status = self.pick_asset(one), BY_HAND[two % len(BY_HAND)]
        self.env["asset.asset"].browse(key).with_user(self.case.asset_user).write(
            {"status": status}
        )
        asset = self.oracle.assets[key]
        if asset["status"] != status:
            asset.update(status=status, before=False)

    def do_case(self, one, two, three):
        """Report damage, send to repair, receive, or delete the case."""
        cases = self.env["asset.damage.case"]
        key = self.pick(self.oracle.cases, one)
        if key is None or three % 4 == 0:
            asset = self.pick_asset(two)
            case = cases.create(
                {
                    "asset_id": asset,
                    "damage_source": "manual",
                    "damage_description": "Lens",
                }
            )
            self.oracle.cases[case.id] = {"asset": asset, "status": "draft"}
            self.oracle.settle(asset)
            return
        known = self.oracle.cases[key]
        asset = known["asset"]
        if three % 4 == 1:
            cases.browse(key).action_send_to_repair()
            known["status"] = "in_repair"
            self.oracle.settle(asset)
            # the asset addon always sets this status
            self.oracle.assets[asset]["status"] = "repair"
        elif three % 4 == 2:
            cases.browse(key).action_receive_from_repair()
            known["status"] = "repaired"
            self.oracle.settle(asset)
        else:
            cases.browse(key).unlink()
            del self.oracle.cases[key]
            self.oracle.settle(asset)

    # ------------------------------------------------------------------
    # Comparison
    # ------------------------------------------------------------------

    def get_state(self):
        self.env.flush_all()
        self.env.invalidate_all()
        assets = self.env["asset.asset"].union(*self.assets)
        links = self.link(sorted(self.oracle.links)).exists()
        return (
            {
                asset.id: {"status": asset.status, "before": asset.status_before_ticket}
                for asset in assets
            },
            {(link.id, link.asset_id.id) for link in links if link.is_holding},
            {
                link.id: {
                    "ticket": link.ticket_id.id,
                    "asset": link.asset_id.id,
                    "out": link.out_of_service,
                }
                for link in links
            },
        )

    def check(self, steps):
        expected = (self.oracle.assets, self.oracle.holds(), self.oracle.links)
        self.case.assertEqual(self.get_state(), expected, steps)
        assets = self.env["asset.asset"].union(*self.assets)
        refuse = AssertionError("the second sync writes")
        with (
            patch.object(assets.__class__, "write", side_effect=refuse),
            patch.object(self.link(()).__class__, "write", side_effect=refuse),
        ):
            assets._sync_holds()
        self.case.assertEqual(self.get_state(), expected, steps)


#: How often each step is taken, compared with the others.
STEP_WEIGHTS = {
    "report": 1,
    "add_link": 2,
    "write_link": 3,
    "unlink_link": 1,
    "move": 3,
    "set_up": 1,
    "archive": 1,
    "delete": 1,
    "merge": 3,
    "by_hand": 3,
    "case": 2,
}
STEP_NAMES = [name for name, weight in STEP_WEIGHTS.items() for _n in range(weight)]


@tagged("post_install", "-at_install")
class TestAssetHoldRandom(BridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.asset_2.status = "assigned_teacher"
        cls.odd_stage = cls.stages["open"].copy(
            {"name": "Bridge odd", "status_category": "waiting"}
        )
        cls.stages = {**cls.stages, "odd": cls.odd_stage}
        # both tickets are about the same device; only the first ticket holds it
        cls.tickets = [
            cls._create_ticket(
                asset_link_ids=[
                    Command.create({"asset_id": asset.id, "out_of_service": out})
                    for asset, out in devices.items()
                ]
            )
            for devices in (
                {cls.asset: True, cls.asset_2: False},
                {cls.asset: False},
            )
        ]

    def _play(self, steps):
        savepoint = self.env.cr.savepoint()
        try:
            desk = Desk(self)
            for number, (name, *choices) in enumerate(steps):
                getattr(desk, f"do_{name}")(*choices)
                desk.check(steps[: number + 1])
        finally:
            savepoint.close(rollback=True)
            self.env.clear()

    def test_every_sequence(self):
        if not given:
            self.skipTest("hypothesis is not installed")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        configuration.set_hypothesis_home_dir(folder.name)
        choice = st.integers(0, 11)
        steps = st.lists(
            st.tuples(st.sampled_from(STEP_NAMES), choice, choice, choice),
            min_size=STEPS[0],
            max_size=STEPS[1],
        )
        play = settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            # hypothesis reads the source of every loaded module before it starts
            suppress_health_check=[HealthCheck.too_slow],
        )(given(steps)(self._play))
        play()
