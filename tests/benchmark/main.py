"""The second part of bin/bench: builds both schools, measures, prints the tables."""

import contextlib
import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bin/lib"))

import browser
import cases
import options as command_line
import profile_case
import school
import soak
from smtp_sink import SmtpSink
from suite import SuiteError, say
from tables import quantile, table

#: The cases that are measured again in a school of a tenth of the size.
GROWING = (
    "portal_list",
    "portal_search",
    "agent_queue",
    "agent_kanban",
    "agent_search",
    *cases.BOARDS,
)
#: Changes cost more than pages, so they have fewer rounds.
WRITING_ROUNDS, BATCH_ROUNDS = 0.5, 0.1
WARM_ROUNDS = 3


def measure(sides, name, rounds):
    """Measure a case on each side in turn.

    :return: a list for each side: milliseconds of each round
    """
    actions = [cases.CASES[name](side) for side in sides]
    for action in actions * WARM_ROUNDS:
        run(action)
    if name in cases.WRITING:
        rounds *= BATCH_ROUNDS if name == "create_batch" else WRITING_ROUNDS
    times = [[] for _side in sides]
    for number in range(max(3, round(rounds))):
        # in turn, and each side comes first as often as the other
        order = list(zip(actions, times, strict=True))
        for action, found in order if number % 2 else reversed(order):
            found.append(run(action) / getattr(action, "pages", 1))
    queries = [
        side.count_queries(lambda action=action: run(action))
        for side, action in zip(sides, actions, strict=True)
    ]
    return times, queries


def run(action):
    """Call the action; return the milliseconds that it takes."""
    prepare = getattr(action, "prepare", None)
    given = [prepare()] if prepare else []
    started = time.perf_counter()
    action(*given)
    return (time.perf_counter() - started) * 1000


class Results:
    """The measured figures, and how they are printed."""

    def __init__(self, options):
        self.options = options
        self.rows, self.ratios, self.growth, self.memory = [], {}, {}, None
        self.own_rows, self.own = [], {}
        self.page_rows, self.pages, self.first_numbers = [], {}, {}

    def add(self, name, times, queries):
        if name in cases.OWN:
            self._add_own(name, times[0], queries[0])
            return
        ours, stock = map(statistics.median, times)
        self.ratios[name] = round(ours / stock, 3)
        text = cases.CASES[name].__doc__
        cells = [
            text,
            f"{ours:.1f}",
            f"{quantile(times[0], 0.95):.1f}",
            str(queries[0]),
        ]
        cells += [f"{stock:.1f}", f"{quantile(times[1], 0.95):.1f}", str(queries[1])]
        self.rows.append([*cells, f"{self.ratios[name]:.2f}"])
        say(f"  {name:18} {ours:8.1f} ms {stock:8.1f} ms  {self.ratios[name]:.2f}")
        # a run takes long: one that is stopped keeps what it has measured
        self.write()

    def _add_own(self, name, times, queries):
        self.own[name] = round(statistics.median(times), 1)
        text = cases.CASES[name].__doc__
        cells = [f"{self.own[name]:.1f}", f"{quantile(times, 0.95):.1f}"]
        self.own_rows.append([text, *cells, str(queries)])
        say(f"  {name:18} {self.own[name]:8.1f} ms")

    def add_page(self, text, found):
        """Add what a page costs in the browser.

        :param list found: the dictionaries of ``browser.measure_page`` of ours and OCA
        """
        self.pages[text] = {
            key: round(found[0][key] / found[1][key], 3) for key in found[0]
        }
        ours, stock = (
            [f"{one['requests']}", *(f"{one[key]:.0f}" for key in list(one)[1:])]
            for one in found
        )
        self.page_rows.append([text, *ours, *stock])
        say(f"  {text:42} {' '.join(ours)} | {' '.join(stock)}")
        self.write()

    def add_first_number(self, name, milliseconds):
        self.first_numbers[name] = round(milliseconds, 1)
        say(f"  {name:18} {milliseconds:8.1f} ms")
        self.write()

    def print(self):
        return "\n".join(self._get_lines())

    def _get_lines(self):
        facts = school.environment()
        yield (
            f"{self.options.tickets:,} tickets, {facts['cores']} cores"
            f" ({facts['processor']}), PostgreSQL {facts['postgresql']}."
        )
        if self.rows:
            yield ""
            yield from table(
                [
                    "what",
                    "ms",
                    "p95",
                    "queries",
                    "OCA ms",
                    "OCA p95",
                    "OCA queries",
                    "ratio",
                ],
                self.rows,
            )
        if self.own:
            yield ""
            yield from table(["what", "ms", "p95", "queries"], self.own_rows)
        if self.pages:
            yield ""
            names = ["requests", "KiB", "cold ms", "warm ms"]
            stock = [f"OCA {name}" for name in names]
            yield from table(["page", *names, *stock], self.page_rows)
        if self.first_numbers:
            yield ""
            yield from table(
                ["board", "ms to the first number"],
                [[name, f"{ms:.0f}"] for name, ms in self.first_numbers.items()],
            )
        if self.memory:
            ours, stock = self.memory
            yield ""
            yield (
                f"Memory of a worker: {ours:.0f} MiB, OCA {stock:.0f} MiB,"
                f" ratio {ours / stock:.2f}."
            )
        if self.growth:
            yield ""
            yield from table(
                ["ten times the tickets", "times the time"],
                [
                    [cases.CASES[name].__doc__, f"{value:.2f}"]
                    for name, value in self.growth.items()
                ],
            )

    def write(self):
        """Write the files that the options name."""
        if self.options.markdown:
            self.options.markdown.write_text(f"{self.print()}\n")
        if not self.options.json:
            return
        content = {
            "ratios": self.ratios,
            "growth": self.growth,
            "own_ms": self.own,
            "browser": self.pages,
            "boards_first_number_ms": self.first_numbers,
        }
        if self.memory:
            content["memory"] = {
                "ours_mib": round(self.memory[0], 1),
                "ratio": round(self.memory[0] / self.memory[1], 3),
            }
        self.options.json.write_text(json.dumps(content, indent=2) + "\n")


def print_profile(options):
    """Print where the time of one case goes."""
    side = school.Side(True, options.tickets)
    side.build(options.rebuild)
    profile_case.enable(side.database)
    with SmtpSink(lambda *_mail: None) as sink, side.serve(sink.port):
        action = cases.CASES[options.profile](side)
        for _number in range(WARM_ROUNDS):
            run(action)
        for line in profile_case.profile(side, lambda: run(action), options.rounds):
            print(line)


def measure_in_browser(options):
    """Print how pages and boards load in Chromium."""
    results = Results(options)
    sides = [school.Side(ours, options.tickets) for ours in (True, False)]
    for side in sides:
        side.build(options.rebuild)
    with contextlib.ExitStack() as stack:
        sink = stack.enter_context(SmtpSink(lambda *_mail: None))
        for side in sides:
            stack.enter_context(side.serve(sink.port))
        chromium = stack.enter_context(browser.Browser())
        for page in browser.PAGES:
            results.add_page(
                page.text,
                [browser.measure_page(chromium, side, page) for side in sides],
            )
        names = list(cases.BOARDS.values())
        for name, milliseconds in browser.measure_boards(chromium, sides[0], names):
            results.add_first_number(name, milliseconds)
    print(results.print())
    results.write()


def main(options):
    """Do what the options say; return the exit status."""
    if options.soak:
        return soak.run(options)
    if options.browser:
        measure_in_browser(options)
        return 0
    names = [options.profile] if options.profile else options.only
    names = names or list(cases.CASES)
    if unknown := set(names) - set(cases.CASES):
        raise SuiteError(
            f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(cases.CASES)}"
        )
    if options.profile:
        print_profile(options)
        return 0
    results = Results(options)
    sides = [school.Side(True, options.tickets)]
    if set(names) - set(cases.OWN):
        sides.append(school.Side(False, options.tickets))
    growing = [name for name in GROWING if name in names and not options.no_growth]
    smaller = [school.Side(True, options.tickets // 10)] if growing else []
    for side in [*sides, *smaller]:
        side.build(options.rebuild)
    with contextlib.ExitStack() as stack:
        sink = stack.enter_context(SmtpSink(lambda *_mail: None))
        for side in sides:
            stack.enter_context(side.serve(sink.port))
        say(f"  {'':18} {'ours':>11} {'OCA':>11}  ratio")
        own = [name for name in names if name in cases.OWN]
        for name in names:
            if name not in own:
                results.add(name, *measure(sides, name, options.rounds))
        if len(sides) == 2:
            # both have done the same work
            results.memory = [side.measure_memory() for side in sides]
        for name in own:
            results.add(name, *measure(sides[:1], name, options.rounds))
    if growing:
        with contextlib.ExitStack() as stack:
            sink = stack.enter_context(SmtpSink(lambda *_mail: None))
            pair = [sides[0], smaller[0]]
            for side in pair:
                stack.enter_context(side.serve(sink.port))
            for name in growing:
                times, _queries = measure(pair, name, options.rounds)
                large, small = map(statistics.median, times)
                results.growth[name] = round(large / small, 2)
    print(results.print())
    results.write()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(command_line.parse()))
    except SuiteError as error:
        say(f"school-helpdesk: {error}")
        sys.exit(1)
