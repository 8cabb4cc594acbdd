"""bin/bench --soak: a whole school uses our help desk for a long time.

The load is twice the peak of a school of 5,000 people: 40 reports a minute. With
``--kill``, parts of the help desk are killed on the way. The proof at the end says
whether anything was lost or done twice.
"""

import contextlib
import json
import statistics
import threading
import time
from collections import defaultdict

import faults
import proof
import school
import suite
from load import KINDS, Ledger, Load, Pace
from suite import say
from tables import quantile, table

PACE = Pace(forms=15, scans=10, mails=10, walk_ins=5, steps=60, boards=4)
#: Seconds between two looks at the memory and at the queues.
INTERVAL = 5
#: Seconds to wait until everything is told. Mails that met no mail server are tried
#: again after two minutes.
TIME_BEFORE, TIME_AFTER = 120, 400
#: One person may send as many reports as they like. What was noted while the database
#: was built is not told: one of its people has no mail address.
PREPARE = (
    "UPDATE res_company SET helpdesk_portal_limit = 0, helpdesk_mail_limit = 0",
    "UPDATE helpdesk_notification SET state = 'dropped' WHERE state <> 'queued'",
    "UPDATE mail_mail SET state = 'cancel' WHERE state IN ('outgoing', 'exception')",
)


class Watch:
    """Looks at memory and queues every few seconds, in a thread.

    :ivar list memory: pairs of the moment and of the result of ``measure_memory``
    :ivar dict lags: kind to the longest time that something waited, in seconds
    """

    def __init__(self, service, database):
        self.service, self.database = service, database
        self.memory, self.lags = [], dict.fromkeys(proof.LAGS, 0)
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._look)

    def __enter__(self):
        self.start = time.monotonic()
        self.thread.start()
        return self

    def __exit__(self, *_exception):
        self.stopping.set()
        self.thread.join()

    def _look(self):
        while True:
            self.memory.append((time.monotonic(), self.service.measure_memory()))
            # the database may be away
            with contextlib.suppress(Exception):
                for name, seconds in proof.read_lags(self.database).items():
                    self.lags[name] = max(self.lags[name], seconds)
            if self.stopping.wait(INTERVAL):
                return

    def get_memory_rows(self):
        """Return a row for each worker that lives at the end.

        :return: kind, and MiB at its first look, after a quarter, in the middle and at
            the end of the time; None before it was started
        """
        first, last = self.memory[0][0], self.memory[-1][0]
        rows = []
        for pid, (kind, end) in sorted(self.memory[-1][1].items()):
            sizes = []
            for share in (0, 0.25, 0.5):
                moment = first + share * (last - first)
                looks = [look for when, look in self.memory if when >= moment]
                sizes.append(looks[0].get(pid, (kind, None))[1])
            rows.append((kind, *sizes, end))
        return rows


class Results:
    """The figures of a run, and how they are printed."""

    def __init__(self, options, minutes, ledger, watch, outcomes, service):
        self.options, self.minutes = options, minutes
        self.ledger, self.watch, self.outcomes = ledger, watch, outcomes
        self.restarts = service.restarts
        self.unexpected = faults.find_unexpected(ledger, outcomes)
        self.problems, self.repeated, self.mails = [], 0, 0

    @property
    def failed(self):
        return bool(self.unexpected or self.problems)

    def _get_times(self):
        """Return the seconds of the successful actions, by kind."""
        times = defaultdict(list)
        for action in self.ledger.actions:
            if not action.error:
                times[action.kind].append(action.end - action.start)
        return times

    def get_lines(self):
        facts, ledger = school.environment(), self.ledger
        accepted = ledger.count_accepted()
        yield (
            f"{self.options.tickets:,} tickets, {self.minutes:.0f} minutes,"
            f" {facts['cores']} cores ({facts['processor']}),"
            f" PostgreSQL {facts['postgresql']}."
        )
        yield ""
        yield (
            f"{accepted} reports were accepted, {accepted / self.minutes:.0f} a minute"
            f" ({PACE.reports} begun); {self.mails} mails were sent;"
            f" {len(ledger.errors)} requests failed, {len(self.unexpected)} of them"
            " without a fault."
        )
        yield ""
        yield from table(
            ["what", "times", "failed", "p50 s", "p95 s", "slowest s"],
            list(self._get_time_rows()),
        )
        yield ""
        yield from table(
            ["worker", "start MiB", "quarter", "middle", "end", "growth"],
            [
                [kind, *map(_show, sizes), _get_growth(sizes)]
                for kind, *sizes in self.watch.get_memory_rows()
            ],
        )
        yield ""
        lags = ", ".join(f"{name} {lag:.0f} s" for name, lag in self.watch.lags.items())
        yield f"The longest wait in the queues: {lags}."
        if self.outcomes:
            yield ""
            yield from table(
                ["fault", "requests that failed", "back after s", "restarts of Odoo"],
                [
                    [
                        outcome.what,
                        str(outcome.count_failed(ledger.actions)),
                        f"{outcome.back - outcome.start:.1f}",
                        str(outcome.restarts),
                    ]
                    for outcome in self.outcomes
                ],
            )
        if self.restarts:
            yield ""
            yield (
                f"Odoo ended {self.restarts} times and was started again, as Docker"
                " does it (restart: unless-stopped)."
            )
        if self.repeated:
            yield ""
            yield (
                f"{self.repeated} mails were sent twice, with the same Message-ID:"
                " the sender was killed after the mail server had taken them."
            )
        for action in self.unexpected:
            yield f"ERROR {action.kind}: {action.error}"
        for problem in self.problems:
            yield f"PROBLEM {problem}"
        if not self.failed:
            yield ""
            yield (
                "Proof: each accepted report is one ticket, each ticket has one open"
                " row in the status log, nothing waits, each mail about a report has"
                " arrived, no mail was sent twice"
                + (" without a kill." if self.outcomes else ".")
            )

    def _get_time_rows(self):
        times, failed = self._get_times(), defaultdict(int)
        for action in self.ledger.errors:
            failed[action.kind] += 1
        for kind in sorted(times.keys() | failed.keys()):
            values = times[kind] or [0]
            yield [
                kind,
                str(len(times[kind])),
                str(failed[kind]),
                f"{statistics.median(values):.2f}",
                f"{quantile(values, 0.95):.2f}",
                f"{max(values):.2f}",
            ]

    def get_content(self):
        """Return the figures for a program."""
        return {
            "tickets": self.options.tickets,
            "minutes": self.minutes,
            "accepted": self.ledger.count_accepted(),
            "mails": self.mails,
            "actions": {
                kind: {
                    "times": len(values),
                    "p50_s": round(statistics.median(values), 3),
                    "p95_s": round(quantile(values, 0.95), 3),
                    "slowest_s": round(max(values), 3),
                }
                for kind, values in sorted(self._get_times().items())
            },
            "errors": [
                {"what": action.kind, "error": action.error}
                for action in self.ledger.errors
            ],
            "unexpected_errors": len(self.unexpected),
            "memory_mib": [
                {
                    "worker": kind,
                    "start": start,
                    "quarter": quarter,
                    "middle": middle,
                    "end": end,
                }
                for kind, start, quarter, middle, end in self.watch.get_memory_rows()
            ],
            "longest_wait_s": self.watch.lags,
            "faults": [
                {
                    "what": outcome.what,
                    "failed": outcome.count_failed(self.ledger.actions),
                    "back_s": round(outcome.back - outcome.start, 1),
                    "restarts": outcome.restarts,
                }
                for outcome in self.outcomes
            ],
            "repeated_mails": self.repeated,
            "problems": self.problems,
        }


def _show(size):
    return "-" if size is None else f"{size:.0f}"


def _get_growth(sizes):
    """Return by how much a worker has grown after the first quarter, as a text."""
    _start, quarter, _middle, end = sizes
    return "-" if quarter is None else f"{100 * (end / quarter - 1):.1f} %"


def run(options):
    """Run the load; print the figures, and return the exit status."""
    side = school.Side(True, options.tickets)
    side.build(options.rebuild)
    # the scheduled actions change many tickets: the benchmark keeps its own
    name = f"soak-{options.tickets}"
    say(f"Copying {side.database}")
    suite.copy_database(side.database, name)
    try:
        for statement in PREPARE:
            suite.execute(name, statement)
        with contextlib.ExitStack() as stack:
            cluster, disk = None, None
            database = faults.Database(name)
            if options.kill:
                cluster, disk = stack.enter_context(faults.run_cluster())
                database = faults.take(cluster, name)
            results = _run_load(options, stack, database, cluster, disk)
    finally:
        suite.drop_database(name)
    text = "\n".join(results.get_lines())
    print(text)
    if options.markdown:
        options.markdown.write_text(f"{text}\n")
    if options.json:
        options.json.write_text(json.dumps(results.get_content(), indent=2) + "\n")
    return int(results.failed)


def _run_load(options, stack, database, cluster, disk):
    mails, ledger = faults.Mails(), Ledger()
    stack.callback(mails.stop)
    log = suite.LOG_DIR / database.name
    service = stack.enter_context(
        faults.Service(database, log, mails.port, *faults.PRODUCTION)
    )
    say("Waiting until the scheduled actions have nothing to do")
    known = proof.wait_until_told(database, TIME_BEFORE)
    if known:
        say(f"      {len(known)} notifications and mails still wait")
    say(f"{PACE.reports} reports a minute for {options.soak:g} minutes")
    seconds = 60 * options.soak
    world = faults.World(service, mails, cluster, disk)
    start = time.monotonic()
    outcomes = []
    with (
        Watch(service, database) as watch,
        Load(service.url, database, ledger, PACE, resend=options.kill) as load,
    ):
        if options.kill:
            pause = seconds / (len(world.faults) + 1)
            for number, fault in enumerate(world.faults, 1):
                load.stopping.wait(max(0, start + number * pause - time.monotonic()))
                outcomes.append(faults.strike(fault, world))
                say(f"      {outcomes[-1].what}")
        load.stopping.wait(max(0, start + seconds - time.monotonic()))
    minutes = (time.monotonic() - start) / 60
    say("Waiting until everything is told")
    left = proof.wait_until_told(database, TIME_AFTER, known=known)
    results = Results(options, minutes, ledger, watch, outcomes, service)
    allowed = sum(outcome.may_repeat_mail for outcome in outcomes)
    results.problems = proof.find_problems(database, ledger, mails.received, allowed)
    results.problems += proof.find_silent(ledger, KINDS)
    results.problems += [f"not told: {text}" for text in left]
    results.repeated = sum(proof.find_repeated(mails.received).values())
    results.mails = sum(mails.received.values())
    return results
