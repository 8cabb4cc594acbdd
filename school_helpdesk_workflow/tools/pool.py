"""The agents whom rules can choose, and what they have to do at this moment.

**Several transactions at the same moment** must not choose the same agent because none
sees what the others do. So they decide one after the other: an advisory lock, taken as
late as possible, is held until the transaction ends. But a transaction of Odoo does not
see what others have committed since it began (REPEATABLE READ), not even after it has
waited for the lock. If it updated a counter, it would fail, and the whole request would
be tried again; a received mail is not tried again. Instead, the holder of the lock asks
a second connection which decisions were committed meanwhile, and counts them, too.
"""

import logging
import time
from collections import defaultdict

from odoo.tools import SQL

from .choice import Candidate, Work

_logger = logging.getLogger(__name__)

#: The key of the advisory lock: a number that nobody else uses.
LOCK_KEY = 50191007
#: How long a transaction waits for the lock, in seconds. Then it decides without it: an
#: import that runs for minutes must not stop other people's tickets.
LONGEST_WAIT = 5.0
#: How long it waits before it tries again.
PAUSE = 0.02
#: How many of the newest decisions are compared with those of other transactions. In
#: the seconds that a transaction takes there are never more.
NEWEST = 200


class Pool:
    """The members of the teams of some rules.

    :param rules: with ``sudo()``; the queries are made once for all of them
    """

    def __init__(self, rules):
        self.env = rules.env
        if any(rule.method in ("round_robin", "least_loaded") for rule in rules):
            self._take_lock()
        Member = self.env["helpdesk.team.member"]
        members = Member.search([("team_id", "in", rules.team_id.ids)])
        members = members.filtered("user_id.active")
        absent = members._get_absences()
        #: user id to what the agent has to do
        self.work = {
            user_id: Work(count, load)
            for user_id, (count, load) in Member._get_loads(members.user_id).items()
        }
        self._candidates = defaultdict(list)
        for member in members:
            self._candidates[member.team_id].append(
                Candidate(
                    member.user_id.id,
                    self.work[member.user_id.id],
                    cap=member.cap,
                    share=member.share,
                    skills=member._get_skills(),
                    absent=member in absent,
                )
            )
        #: rule id to user id to the number of the agent's last turn
        self.turns = defaultdict(dict)
        if self.work:
            self._read_turns(rules)
            self._add_decisions_of_others()
        self._last_turn = max(
            (number for turns in self.turns.values() for number in turns.values()),
            default=0,
        )

    def get_candidates(self, rule):
        """Return the candidates of a rule, in the order of the team's members."""
        # archived agents, too: a rule for them alone must not choose others
        rule = rule.with_context(active_test=False)
        wanted = rule.user_id if rule.method == "fixed" else rule.member_ids
        candidates = self._candidates[rule.team_id]
        if not wanted:
            return candidates
        ids = set(wanted.ids)
        return [one for one in candidates if one.user_id in ids]

    def take(self, rule, candidate, ticket):
        """Count a ticket that a candidate gets by a rule."""
        Member = self.env["helpdesk.team.member"]
        candidate.work.add(Member._get_weight(ticket.priority, ticket.company_id))
        self._last_turn += 1
        self.turns[rule.id][candidate.user_id] = self._last_turn

    # ------------------------------------------------------------------
    # What others do at the same moment
    # ------------------------------------------------------------------

    def _take_lock(self):
        """Wait until no other transaction decides, but not for long.

        It asks again and again instead of waiting in the database, where two
        transactions could wait for each other.
        """
        deadline = time.monotonic() + LONGEST_WAIT
        query = SQL("SELECT pg_try_advisory_xact_lock(%s)", LOCK_KEY)
        while not self.env.execute_query(query)[0][0]:
            if time.monotonic() > deadline:
                _logger.info("Tickets are assigned while another transaction does so")
                return
            time.sleep(PAUSE)

    def _read_turns(self, rules):
        """Read the last turn of each agent from the decisions of the rules."""
        pairs = [
            (rule.id, user_id)
            for rule in rules
            if rule.method != "none"
            for user_id in self.work
        ]
        query = SQL(
            """
            SELECT pair.rule_id, pair.user_id, (
                       SELECT max(id) FROM helpdesk_assignment AS decision
                        WHERE decision.rule_id = pair.rule_id
                          AND decision.user_id = pair.user_id
                          AND decision.outcome = 'agent'
                   )
              FROM (VALUES %s) AS pair (rule_id, user_id)
            """,
            SQL(", ").join(pairs),
        )
        for rule_id, user_id, number in self.env.execute_query(query):
            if number:
                self.turns[rule_id][user_id] = number

    def _add_decisions_of_others(self):
        """Add what others have committed since this transaction began."""
        own = self.env.execute_query(
            SQL("SELECT id FROM helpdesk_assignment ORDER BY id DESC LIMIT %s", NEWEST)
        )
        seen = {decision_id for (decision_id,) in own}
        with self.env.registry.cursor() as fresh:
            fresh.execute(
                SQL(
                    """
                    SELECT decision.id, decision.rule_id, decision.user_id,
                           decision.outcome, ticket.priority, ticket.company_id
                      FROM helpdesk_assignment AS decision
                      JOIN helpdesk_ticket AS ticket
                        ON ticket.id = decision.ticket_id
                       AND ticket.user_id = decision.user_id
                       AND ticket.status_category = 'open'
                     WHERE decision.id > %s AND decision.user_id IN %s
                    """,
                    min(seen, default=0),
                    tuple(self.work),
                )
            )
            rows = fresh.fetchall()
        Member = self.env["helpdesk.team.member"]
        Company = self.env["res.company"]
        for decision_id, rule_id, user_id, outcome, priority, company_id in rows:
            if decision_id in seen:
                continue
            self.work[user_id].add(
                Member._get_weight(priority, Company.browse(company_id))
            )
            if outcome == "agent":
                turns = self.turns[rule_id]
                turns[user_id] = max(turns.get(user_id, 0), decision_id)
