"""Choosing an agent, without a database."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..tools.choice import Candidate, Work, choose


def create_candidates(count, **values):
    return [Candidate(number, Work(), **values) for number in range(1, count + 1)]


class TestChoice(BaseCase):
    # the speed of the computer is no part of the test
    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        agents=st.integers(1, 6),
        tickets=st.integers(0, 40),
        method=st.sampled_from(["round_robin", "least_loaded"]),
    )
    def test_never_more_than_one_apart(self, agents, tickets, method):
        candidates = create_candidates(agents)
        turns = {}
        order = []
        for number in range(1, tickets + 1):
            one = choose(candidates, method, None, turns).candidate
            one.work.add(1)
            turns[one.user_id] = number
            order.append(one.user_id)
            counts = [candidate.work.open_count for candidate in candidates]
            self.assertLessEqual(max(counts) - min(counts), 1)
        expected = [number % agents + 1 for number in range(tickets)]
        self.assertEqual(order, expected)

    @given(
        caps=st.lists(st.integers(0, 4), min_size=1, max_size=5),
        absent=st.lists(st.booleans(), min_size=5, max_size=5),
        tickets=st.integers(1, 25),
    )
    def test_nobody_gets_more_than_the_limit(self, caps, absent, tickets):
        candidates = [
            Candidate(number, Work(), cap=cap, absent=away)
            for number, (cap, away) in enumerate(zip(caps, absent, strict=False), 1)
        ]
        for _number in range(tickets):
            choice = choose(candidates, "least_loaded", None, {})
            if choice.candidate:
                choice.candidate.work.add(1)
            else:
                self.assertEqual(
                    choice.absent_count + choice.full_count, len(candidates)
                )
        for one in candidates:
            self.assertTrue(one.cap == 0 or one.work.load <= one.cap)
            self.assertFalse(one.absent and one.work.open_count)

    def test_an_agent_in_two_teams_has_one_load(self):
        work = Work()
        first, second = Candidate(1, work), Candidate(1, work, cap=1)
        first.work.add(1)
        self.assertTrue(second.full)

    def test_preferred(self):
        candidates = create_candidates(3, cap=1)
        choice = choose(candidates, "least_loaded", None, {}, preferred=[9, 3, 2])
        self.assertEqual((choice.candidate.user_id, choice.preferred), (3, True))
        choice.candidate.work.add(1)
        choice = choose(candidates, "least_loaded", None, {}, preferred=[3])
        self.assertEqual((choice.candidate.user_id, choice.preferred), (1, False))
