"""People who use the help desk at the same time, at the pace of the clock.

The database has people and devices with the names that ``populate.py`` gives them. Each
kind of person works in threads of its own. What they do, and each report that they
send, is kept in a ``Ledger``.
"""

import itertools
import queue
import secrets
import threading
import time
from dataclasses import dataclass

import boards
import cases
from client import Client, read_form, read_specification

PASSWORD = "bench-demo"
#: Seconds after which a person gives up waiting for an answer.
PATIENCE = 60
#: What ``attempt`` returns for an action that has failed.
FAILED = object()
#: Signed-in people who send reports by each way, and agents who work on tickets.
REPORTERS, AGENTS = 20, 12
#: The ways to report.
KINDS = ("report by form", "report by scan", "report by mail", "walk-in")


@dataclass(frozen=True)
class Pace:
    """How many of each kind begin in a minute."""

    forms: float
    scans: float
    mails: float
    walk_ins: float
    #: Steps of agents: a ticket takes five.
    steps: float
    boards: float

    @property
    def reports(self):
        return self.forms + self.scans + self.mails + self.walk_ins


@dataclass
class Report:
    """A report that somebody sends, and whether the server has accepted it."""

    kind: str
    accepted: bool = False


@dataclass(frozen=True)
class Action:
    """A request or a group of them; the times are those of ``time.monotonic``."""

    kind: str
    start: float
    end: float
    error: str | None


class Ledger:
    """What people have done.

    :ivar list actions: each ``Action`` that has ended
    :ivar dict reports: the marker in the title of each report to its ``Report``
    """

    def __init__(self):
        self.prefix = f"Soak-{secrets.token_hex(3)}-"
        self.numbers = itertools.count(1)
        self.actions = []
        self.reports = {}

    def begin_report(self, kind):
        """Return the marker of a new report and the report."""
        marker = f"{self.prefix}{next(self.numbers)}"
        report = self.reports[marker] = Report(kind)
        return marker, report

    def attempt(self, kind, function, *args, **kwargs):
        """Call the function; return its result, or ``FAILED``."""
        start, error = time.monotonic(), None
        try:
            return function(*args, **kwargs)
        except Exception as failure:  # noqa: BLE001 - this counts what goes wrong
            text = (str(failure).strip() or "no text").splitlines()[0]
            error = f"{type(failure).__name__}: {text[:300]}"
            return FAILED
        finally:
            self.note(kind, start, error)

    def note(self, kind, start, error):
        """Keep an action that ends now."""
        self.actions.append(Action(kind, start, time.monotonic(), error))

    @property
    def errors(self):
        return [action for action in self.actions if action.error]

    def count_accepted(self):
        return sum(report.accepted for report in list(self.reports.values()))


class Seat:
    """A signed-in person, as the cases of the benchmark expect them."""

    ours = True

    def __init__(self, client, facts):
        self.url, self.facts = client.url, facts
        self.portal = self.agent = self.manager = self.admin = client


class Load:
    """Everybody who uses the help desk.

    :param str url: the address of the server
    :param database: a ``Database`` with the school
    :param Ledger ledger: gets what they do
    :param Pace pace: how often
    :param bool resend: whether people send a report again that has failed, and sign in
        again; otherwise each failure is final
    """

    def __init__(self, url, database, ledger, pace, resend=False):
        self.url, self.ledger, self.pace, self.resend = url, ledger, pace, resend
        self.facts = read_facts(database)
        self.stopping = threading.Event()
        #: New tickets on which no agent works yet.
        self.tickets = queue.Queue()
        self.threads = []
        #: Exceptions that have ended a thread: mistakes in this file.
        self.failures = []

    def __enter__(self):
        facts, pace = self.facts, self.pace
        people = iter(facts["people"])
        reporters = [list(itertools.islice(people, REPORTERS)) for _way in range(2)]
        # a small school has fewer people, who then use both ways
        reporters = [group or reporters[0] for group in reporters]
        agents = facts["agents"]
        workers, counter = agents[:-1][:AGENTS], agents[-1]
        self._start(self._report_by_form(reporters[0]), pace.forms)
        self._start(self._report_by_scan(reporters[1]), pace.scans)
        self._start(self._report_by_mail(), pace.mails)
        self._start(self._report_walk_in(counter), pace.walk_ins)
        for login in workers:
            self._start(self._work(login), pace.steps / len(workers))
        self._start(self._read_boards(), pace.boards)
        return self

    def __exit__(self, *_exception):
        self.stopping.set()
        for thread in self.threads:
            thread.join()
        if self.failures:
            raise self.failures[0]

    def _start(self, steps, per_minute):
        thread = threading.Thread(target=self._run, args=(steps, 60 / per_minute))
        self.threads.append(thread)
        thread.start()

    def _run(self, steps, period):
        """Take a step in each period; after a long one, the next follows at once."""
        # not all at the same moment
        due = time.monotonic() + secrets.randbelow(1000) / 1000 * period
        while not self.stopping.wait(max(0, due - time.monotonic())):
            try:
                next(steps, None)
            except Exception as error:  # noqa: BLE001 - raised at the end of the load
                self.failures.append(error)
                return
            # who is late does not hurry: the queue would only get longer
            due = max(due + period, time.monotonic())

    # --- one person -------------------------------------------------------------------

    def _sign_in(self, login, password=PASSWORD):
        """Return a signed-in client; None if the load ends before it succeeds."""
        while True:
            client = self.ledger.attempt(
                "sign in", Client, self.url, login, password, PATIENCE
            )
            if client is not FAILED:
                return client
            if self.stopping.wait(1):
                return None

    def _sit_down(self, login, password=PASSWORD):
        """Return the seat of a signed-in agent, or None."""
        client = self._sign_in(login, password)
        return client and Seat(client, self.facts)

    def _attempt(self, kind, client, function, *args, **kwargs):
        result = self.ledger.attempt(kind, function, *args, **kwargs)
        if result is FAILED and self.resend:
            self._recover(client)
        return result

    def _recover(self, client):
        """Wait until the help desk answers, and sign in again if needed.

        Odoo signs people out whose request arrives while the database is away. If
        this takes too long, it is noted as a failed action.
        """
        start = time.monotonic()
        while not self.stopping.wait(0.5):
            if time.monotonic() > start + PATIENCE:
                self.ledger.note("come back", start, "the help desk does not answer")
                start = time.monotonic()
            try:
                answer = client.session.get(f"{self.url}/my", allow_redirects=False)
                if answer.status_code == 200:
                    return
                if answer.status_code == 303:
                    client.sign_in()
                    self.ledger.attempt("sign in again", lambda: None)
                    return
            except Exception:  # noqa: BLE001 - it is not back yet
                continue

    # --- reports ----------------------------------------------------------------------

    def _send(self, kind, client, send):
        """Send a report, and send the same again until it is accepted.

        :param send: function that gets the marker, and whether it was sent before; it
            returns the id of the ticket, or True if that is unknown
        """
        marker, report = self.ledger.begin_report(kind)
        for number in itertools.count():
            ticket = self._attempt(kind, client, send, marker, bool(number))
            if ticket is not FAILED:
                report.accepted = True
                if ticket is not True:
                    self.tickets.put(ticket)
                return
            if not self.resend or self.stopping.is_set():
                return

    def _report_by_form(self, logins):
        return self._report_on_page(logins, "form", itertools.repeat("/new/ticket"))

    def _report_by_scan(self, logins):
        pages = (f"/helpdesk/scan/{token}" for token in self.facts["tokens"])
        return self._report_on_page(logins, "scan", itertools.cycle(list(pages)))

    def _report_on_page(self, logins, kind, pages):
        clients = {}
        for login, page in zip(itertools.cycle(logins), pages, strict=False):
            client = clients[login] = clients.get(login) or self._sign_in(login)
            if not client:
                return
            form = self._attempt(f"open the {kind}", client, read_form, client, page)
            if form is not FAILED:
                self._send(f"report by {kind}", client, _FormSender(client, page, form))
            yield

    def _report_by_mail(self):
        client = self._sign_in("admin", "admin")
        sources = {}

        def send(marker, is_repeated):
            source = sources.setdefault(
                marker, cases.mail_text(f"{marker}: no picture", next(senders))
            )
            ticket = client.call(
                "mail.thread", "message_process", "helpdesk.ticket", source
            )
            if not ticket and not is_repeated:
                raise AssertionError("the mail has become no ticket")
            return ticket or True

        senders = itertools.cycle(self.facts["people"])
        while client:
            self._send("report by mail", client, send)
            yield

    def _report_walk_in(self, login):
        seat = self._sit_down(login)
        if not seat:
            return
        client = seat.agent
        specification = FAILED
        while specification is FAILED and not self.stopping.is_set():
            specification = self._attempt(
                "load the desk", client, _read_form_specification, seat
            )
        if specification is FAILED:
            return

        def send(marker, is_repeated):
            if is_repeated:
                # as an agent who looks whether the ticket was saved
                found = client.call(
                    "helpdesk.ticket", "search", [("name", "=like", f"{marker}:%")]
                )
                if found:
                    return found[0]
            client.call("helpdesk.ticket", "onchange", [], {}, [], specification)
            values = cases.new_values(seat) | {"name": f"{marker}: no picture"}
            [saved] = client.call(
                "helpdesk.ticket", "web_save", [], values, specification
            )
            return saved["id"]

        while True:
            self._send("walk-in", client, send)
            yield

    # --- the desk ---------------------------------------------------------------------

    def _work(self, login):
        """An agent takes one new ticket after the other until it is resolved."""
        seat = self._sit_down(login)
        backend = FAILED
        while seat and backend is FAILED and not self.stopping.is_set():
            backend = self._attempt("load the desk", seat.agent, cases.Backend, seat)
        if not seat or backend is FAILED:
            return
        client = seat.agent
        specification = read_specification(backend.views, "form")
        domain = cases.read_filter(backend.views, "queue_open")
        open_queue = backend.search("list", domain, 80)

        def attempt(kind, function, *args, **kwargs):
            return self._attempt(kind, client, function, *args, **kwargs)

        def answer(ticket, action):
            # the proof looks for mails with the same words
            words = f"<p>Please try it once more ({next(cases.numbers)}).</p>"
            values = {"ticket_id": ticket, "body": words}
            [dialog] = client.call("helpdesk.ticket.answer", "create", [values])
            client.call("helpdesk.ticket.answer", action, [dialog])

        while True:
            attempt("open the queue", open_queue)
            yield
            try:
                ticket = self.tickets.get_nowait()
            except queue.Empty:
                continue
            attempt(
                "open a ticket",
                client.call,
                "helpdesk.ticket",
                "web_read",
                [ticket],
                specification,
            )
            yield
            attempt("answer", answer, ticket, "action_send")
            yield
            attempt(
                "change the stage",
                client.call,
                "helpdesk.ticket",
                "write",
                [ticket],
                {"stage_id": self.facts["stage"]},
            )
            yield
            attempt("resolve", answer, ticket, "action_send_and_resolve")
            yield

    def _read_boards(self):
        seat = self._sit_down("benchmanager")
        if not seat:
            return
        for name in itertools.cycle(boards.BOARDS):
            make = cases.CASES[f"board_{name}"]
            load = self._attempt("prepare a board", seat.agent, make, seat)
            if load is not FAILED:
                self._attempt("read a board", seat.agent, load)
            yield


class _FormSender:
    """Sends one form of the portal, and the same again.

    :param form: the result of ``read_form``
    """

    def __init__(self, client, page, form):
        self.client, self.page = client, page
        self.path, self.values = form

    def __call__(self, marker, is_repeated):
        if is_repeated:
            # The browser has kept the form. After signing in, it has another token.
            _path, values = read_form(self.client, self.page)
            self.values["csrf_token"] = values["csrf_token"]
        words = f"{marker}: the projector shows no picture"
        name = "subject" if "subject" in self.values else "words"
        return self.client.send_report(self.path, {**self.values, name: words})


def _read_form_specification(seat):
    return read_specification(cases.Backend(seat).views, "form")


def read_facts(database):
    """Return the people, devices and ids that the load needs, by name."""

    def column(statement):
        return [value for (value,) in database.execute(statement)]

    logins = "SELECT login FROM res_users WHERE active AND login ~ '{}' ORDER BY id"
    facts = {
        # the first two have so many tickets that they would be the slowest
        "people": column(logins.format("^bench([3-9]|[1-9][0-9]+)$")),
        "agents": column(logins.format("^benchagent[0-9]+$")),
        "tokens": column(
            "SELECT qr_token FROM asset_asset WHERE qr_token IS NOT NULL"
            " ORDER BY id DESC LIMIT 200"
        ),
    }
    for name, statement in {
        "partner": "SELECT partner_id FROM res_users WHERE login = 'bench3'",
        "agent": "SELECT id FROM res_users WHERE login = 'benchagent1'",
        "team": "SELECT min(id) FROM helpdesk_ticket_team",
        "category": "SELECT min(id) FROM helpdesk_ticket_category",
    }.items():
        [facts[name]] = column(statement)
    # the second of the stages in which agents work
    facts["stage"] = column(
        "SELECT id FROM helpdesk_ticket_stage WHERE NOT COALESCE(closed, FALSE)"
        " ORDER BY sequence, id"
    )[1]
    return facts
