"""bin/bench --profile: where the time of one case goes on our server.

Odoo's own profiler records the requests of the people who measure. It makes them
slower, so only the shares mean something.
"""

import json
import re
from collections import Counter, defaultdict

import suite

SHOWN = 25
#: Parts of paths that say nothing to a reader.
FOLDERS = re.compile(r"^.*?/(?=odoo/|school_)")
SPACES = re.compile(r"\s+")


def enable(database):
    """Allow the profiler; to be called before the server starts."""
    suite.set_parameter(database, "base.profiling_enabled_until", "9999-12-31 00:00:00")


def profile(side, action, rounds):
    """Call the action a few times, and yield the lines of the profile.

    :param side: our side, which serves
    """
    for client in (side.portal, side.agent, side.admin):
        options = {"profile": 1, "collectors": "sql,traces_async"}
        answer = client.session.get(f"{side.url}/web/set_profiling", params=options)
        answer.raise_for_status()
    suite.execute(side.database, "DELETE FROM ir_profile")
    for _number in range(rounds):
        action()
    requests = suite.execute(
        side.database, "SELECT duration, sql, traces_async FROM ir_profile"
    )
    suite.execute(side.database, "DELETE FROM ir_profile")
    total = sum(duration for duration, _sql, _traces in requests)
    yield f"{1000 * total / rounds:.0f} ms a round with the profiler, of them in:"
    yield from _get_function_lines(requests, rounds)
    yield ""
    yield from _get_query_lines(requests, rounds)


def _get_function_lines(requests, rounds):
    inside, own = defaultdict(float), defaultdict(float)
    for _duration, _sql, traces in requests:
        entries = json.loads(traces or "[]")
        for entry, following in zip(entries, entries[1:], strict=False):
            seconds = following["start"] - entry["start"]
            names = [
                f"{FOLDERS.sub('', file)} {function}"
                for file, _line, function, _text in entry["stack"]
            ]
            for name in set(names):
                inside[name] += seconds
            if names:
                own[names[-1]] += seconds
    yield f"{'total ms':>9} {'own ms':>8}  function"
    for name, seconds in Counter(inside).most_common(4 * SHOWN):
        yield f"{1000 * seconds / rounds:9.1f} {1000 * own[name] / rounds:8.1f}  {name}"


def _get_query_lines(requests, rounds):
    times, counts = Counter(), Counter()
    for _duration, sql, _traces in requests:
        for entry in json.loads(sql or "[]"):
            query = SPACES.sub(" ", entry["query"]).strip()
            times[query] += entry["time"]
            counts[query] += 1
    yield (
        f"{sum(counts.values()) / rounds:.0f} queries,"
        f" {1000 * sum(times.values()) / rounds:.1f} ms a round:"
    )
    for query, seconds in times.most_common(SHOWN):
        share = counts[query] / rounds
        yield f"{1000 * seconds / rounds:9.1f} ms {share:6.1f} x  {query[:160]}"
