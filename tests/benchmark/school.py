"""The databases and servers that bin/bench compares."""

import contextlib
import os
import re
import time
from pathlib import Path

import suite
from client import Client
from ports import free_port

FOLDER = Path(__file__).parent
#: What makes the tickets; a change of it builds the databases again.
SOURCES = ("populate.py", "school.py")
PASSWORD = "bench-demo"
#: The people who measure: a requester with 200 tickets, an agent of the first team, and
#: a manager.
REQUESTER, AGENT, MANAGER = "bench1", "benchagent1", "benchmanager"
#: Two workers, as on a small school's server. Scheduled actions are off, so that only
#: the requests are measured.
SERVER_OPTIONS = (
    "--workers=2",
    "--max-cron-threads=0",
    "--proxy-mode",
    "--log-handler=:WARNING",
    "--log-handler=werkzeug:INFO",
    "--limit-time-real=1200",
    "--limit-time-cpu=1200",
    f"--limit-memory-soft={4 << 30}",
    f"--limit-memory-hard={5 << 30}",
)
#: The end of a line of the access log: status, size, queries, seconds in the database,
#: seconds in Python.
LOG_LINE = re.compile(r'" \d+ \S+ (\d+) ([\d.]+) ([\d.]+)', re.MULTILINE)


class Side:
    """One of the two systems: its database, its server and its signed-in people.

    :ivar bool ours: whether it has our addons, or only those of OCA
    :ivar dict facts: ids that the cases need, made when the database was built
    """

    def __init__(self, ours, tickets):
        self.ours = ours
        self.tickets = tickets
        self.name = "ours" if ours else "OCA"
        self.database = f"bench-{self.name.lower()}-{tickets}"
        self.log = suite.LOG_DIR / f"{self.database}.log"

    # --- the database

    def build(self, again=False):
        """Build the database, if it is missing or was made from other files."""
        made_from = self._get_key()
        if (
            not again
            and suite.database_exists(self.database)
            and suite.parameter(self.database, "bench.key") == made_from
        ):
            return
        building = f"{self.database}-building"
        suite.say(f"Building {self.database}")
        started = time.monotonic()
        template = suite.suite_template(True) if self.ours else None
        suite.copy_database(template or suite.dependencies_template(), building)
        os.environ["BENCH_TICKETS"] = str(self.tickets)
        script = (FOLDER / "populate.py").read_text()
        suite.run_shell(building, script, "making the tickets")
        suite.make_assets(building)
        # as autovacuum does in a school
        suite.execute(building, "VACUUM (ANALYZE)")
        suite.set_parameter(building, "bench.key", made_from)
        suite.drop_database(self.database)
        suite.rename_database(building, self.database)
        suite.say(f"      {time.monotonic() - started:.0f} s")

    def _get_key(self):
        addons = [*suite.suite_addons(), suite.ASSET_ADDON] if self.ours else []
        sources = [(FOLDER / name).read_text() for name in SOURCES]
        return suite.key(suite.addons_key(addons), *sources)

    # --- the server

    @contextlib.contextmanager
    def serve(self, smtp_port):
        """Run the server, and sign in the people who measure.

        :param int smtp_port: the server that takes the mails of both sides
        """
        port, gevent_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.process = suite.start_odoo(
            self.log,
            f"--database={self.database}",
            f"--db-filter=^{re.escape(self.database)}$",
            "--no-database-list",
            f"--http-port={port}",
            f"--gevent-port={gevent_port}",
            "--http-interface=127.0.0.1",
            "--smtp=127.0.0.1",
            f"--smtp-port={smtp_port}",
            *SERVER_OPTIONS,
        )
        try:
            if not suite.wait_for_http(f"{self.url}/web/login", self.process):
                raise suite.SuiteError(f"Odoo does not start. Log: {self.log}")
            self.portal = Client(self.url, REQUESTER, PASSWORD)
            self.agent = Client(self.url, AGENT, PASSWORD)
            self.manager = Client(self.url, MANAGER, PASSWORD)
            self.admin = Client(self.url, "admin", "admin")
            self.facts = self._read_facts()
            if self.ours:
                self._lift_limits()
            yield self
        finally:
            suite.stop(self.process)

    def _lift_limits(self):
        """Let one person send more tickets in an hour than our help desk allows."""
        limits = {"helpdesk_portal_limit": 0, "helpdesk_mail_limit": 0}
        companies = self.admin.call("res.company", "search", [])
        self.admin.call("res.company", "write", companies, limits)

    def _read_facts(self):
        """Return ids of records, by name."""

        def search(model, domain, limit=None, order="id"):
            return self.admin.call(model, "search", domain, limit=limit, order=order)

        [partner] = self.admin.call(
            "res.users",
            "search_read",
            [("login", "=", REQUESTER)],
            fields=["partner_id"],
        )
        own = [("partner_id", "=", partner["partner_id"][0])]
        open_tickets = search(
            "helpdesk.ticket",
            [*own, ("stage_id.closed", "=", False), ("number", "=like", "HB%")],
        )
        facts = {
            "partner": partner["partner_id"][0],
            "agent": self.admin.call("res.users", "search", [("login", "=", AGENT)])[0],
            "tickets": search(
                "helpdesk.ticket",
                [("stage_id.closed", "=", False), ("number", "=like", "HB%")],
                limit=400,
            ),
            "own_ticket": open_tickets[0],
            "team": search("helpdesk.ticket.team", [], limit=1)[0],
            "category": search("helpdesk.ticket.category", [], limit=1)[0],
            "stages": search(
                "helpdesk.ticket.stage",
                [("closed", "=", False)],
                limit=2,
                order="sequence, id",
            ),
        }
        if self.ours:
            [device] = self.admin.call(
                "asset.asset",
                "search_read",
                [("asset_code", "=", "BENCH-1")],
                fields=["qr_token"],
            )
            facts["scan_token"] = device["qr_token"]
        return facts

    def count_queries(self, action):
        """Call the action and return the queries of all its requests.

        A server logs a request after it has answered, so this waits for the lines.
        """
        position = self.log.stat().st_size
        action()
        lines, size = [], -1
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline and (not lines or size != self._log_size()):
            size = self._log_size()
            time.sleep(0.05)
            with open(self.log) as log:
                log.seek(position)
                lines = LOG_LINE.findall(log.read())
        return sum(int(queries) for queries, _sql, _python in lines)

    def _log_size(self):
        return self.log.stat().st_size

    def measure_memory(self):
        """Return the memory of a worker in MiB (PSS), the mean of those that worked."""
        sizes = []
        for pid in self._get_worker_pids():
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            sizes.append(int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1]) / 1024)
        # the largest two: the server for websockets takes part in no case
        return sum(sorted(sizes)[-2:]) / 2

    def _get_worker_pids(self):
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        return [int(pid) for pid in Path(children).read_text().split()]


def environment():
    """Return what a reader needs to know about this computer."""
    model = re.search(
        r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE
    )
    version = suite.execute("postgres", "SHOW server_version")[0][0]
    return {
        "processor": model[1] if model else "unknown",
        "cores": os.cpu_count(),
        "postgresql": version.split()[0],
    }
