"""Chooses an agent among several: who is there, not full, and whose turn it is.

Plain Python without database, so that it can be tested on its own.
"""

from dataclasses import dataclass


@dataclass
class Work:
    """What an agent has to do: one object for all teams of the agent."""

    #: Open tickets, and their number weighted by priority.
    open_count: int = 0
    load: float = 0.0

    def add(self, weight):
        self.open_count += 1
        self.load += weight


@dataclass
class Candidate:
    """A member of a team who may get a ticket."""

    user_id: int
    work: Work
    #: The agent gets no ticket while the load has reached it; 0 means no limit.
    cap: float = 0.0
    #: The agent's share: 0.5 for somebody who has half as much time as others.
    share: float = 1.0
    #: Ids of categories, with those below them; empty for everything.
    skills: frozenset = frozenset()
    absent: bool = False

    @property
    def full(self):
        return self.cap > 0 and self.work.load >= self.cap


@dataclass(frozen=True)
class Choice:
    """The chosen agent, if any, and why there is none."""

    candidate: Candidate | None
    preferred: bool = False
    absent_count: int = 0
    full_count: int = 0


def choose(candidates, method, category_id, turns, preferred=()):
    """Choose an agent for a ticket.

    Agents who are absent or full are passed over. Agents with skills get only tickets
    of these categories, unless nobody has the skill for the ticket.

    :param candidates: in the order in which round robin begins
    :param method: "fixed", "round_robin" or "least_loaded"
    :param category_id: the category of the ticket; may be empty
    :param dict turns: user id to a number that grows with each ticket that the agent
        got by this rule; agents who never got one are missing
    :param preferred: ids of users who come first, the best one first
    :return: a ``Choice``
    """
    skilled = [
        one
        for one in candidates
        if not category_id or not one.skills or category_id in one.skills
    ] or list(candidates)
    present = [one for one in skilled if not one.absent]
    free = {one.user_id: one for one in present if not one.full}
    counts = {
        "absent_count": len(skilled) - len(present),
        "full_count": len(present) - len(free),
    }
    if not free:
        return Choice(None, **counts)
    for user_id in preferred:
        if user_id in free:
            return Choice(free[user_id], preferred=True, **counts)

    def turn(one):
        # the agent whose last turn is the oldest comes first
        return turns.get(one.user_id, 0)

    if method == "least_loaded":
        chosen = min(
            free.values(), key=lambda one: (one.work.load / one.share, turn(one))
        )
    else:
        chosen = min(free.values(), key=turn)
    return Choice(chosen, **counts)
