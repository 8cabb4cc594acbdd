"""A help desk as in production, and what can happen to it.

``run_cluster`` runs a PostgreSQL of its own that may be killed. ``Service`` is Odoo
with workers, restarted when it ends. ``Mails`` is a mail server that can go away. The
functions in ``FAULTS`` break one of them.
"""

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import postgres
import proof
import psycopg2
import suite
from client import Client
from ports import free_port
from smtp_sink import SmtpSink

#: As docker/manage.py configures it.
PRODUCTION = (
    suite.LOAD,
    "--proxy-mode",
    "--limit-time-cpu=120",
    "--limit-time-real=240",
    f"--limit-memory-soft={1 << 30}",
    f"--limit-memory-hard={3 << 29}",
    "--log-handler=:WARNING",
)
WORKERS = {"http": 2, "cron": 1, "websocket": 1}
#: Seconds without a problem after which the service counts as back.
STABLE = 3
#: Seconds for which the disk is full, after the first write has failed.
DISK_PAUSE = 3
#: Seconds until it must be back.
LONGEST = 180
FAILED_MAIL = "SELECT 1 FROM helpdesk_notification WHERE state = 'failed' LIMIT 1"
PSS = re.compile(r"^Pss:\s+(\d+)", re.MULTILINE)


class Database:
    """A database of the suite's cluster, or of another one.

    :param server: ``host`` and ``user`` of the other cluster
    """

    def __init__(self, name, **server):
        self.name, self.server = name, server

    def execute(self, statement, *params):
        return suite.execute(self.name, statement, *params, **self.server)

    def answers(self):
        try:
            return bool(self.execute("SELECT 1"))
        except psycopg2.Error:
            return False

    def wake(self):
        """Let the worker of the scheduled actions look for work now."""
        Database("postgres", **self.server).execute(
            "SELECT pg_notify('cron_trigger', %s)", self.name
        )

    @property
    def options(self):
        """The options with which Odoo uses the database."""
        options = [f"--database={self.name}", f"--db-filter=^{re.escape(self.name)}$"]
        names = {"host": "--db_host", "user": "--db_user"}
        return options + [f"{names[key]}={value}" for key, value in self.server.items()]


class Disk:
    """A file system in memory, which can become full at any time."""

    #: More than a test writes. Only what is written takes memory.
    MEBIBYTES = 8192

    def __init__(self, folder):
        self.folder = folder

    @contextlib.contextmanager
    def mount(self):
        """Mount it on the folder; only root may.

        :raise SuiteError: it cannot be mounted
        """
        owner = self.folder.stat()
        who = f"mode=700,uid={owner.st_uid},gid={owner.st_gid}"
        self._mount(f"size={self.MEBIBYTES}m,{who}", "tmpfs")
        try:
            yield self
        finally:
            subprocess.run(["umount", "--lazy", self.folder], check=True)

    def fill(self):
        """Leave no space."""
        known = os.statvfs(self.folder)
        used = (known.f_blocks - known.f_bfree) * known.f_frsize
        self._mount(f"remount,size={used}")

    def empty(self):
        """Have space again."""
        self._mount(f"remount,size={self.MEBIBYTES}m")

    def _mount(self, options, source="none"):
        command = ["mount", "-t", "tmpfs", "-o", options, source, self.folder]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise suite.SuiteError(f"mount failed: {done.stderr.strip()}")


@contextlib.contextmanager
def run_cluster():
    """Run a PostgreSQL server that may be killed; yield it, and its disk.

    It has the settings of PostgreSQL, so what it has confirmed is on the disk.

    :return: a ``PostgresServer``, and a ``Disk`` or, if this is not root, None
    """
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(postgres.make_folder("soak-"))
        disk = None
        if os.geteuid() == 0:
            disk = stack.enter_context(Disk(folder).mount())
        cluster = postgres.PostgresServer(folder, shared_buffers="256MB")
        stack.callback(cluster.stop)
        cluster.create()
        yield cluster, disk


def take(cluster, name):
    """Copy a database of the suite's cluster; return the ``Database``."""
    cluster.take(name)
    return Database(name, host=str(cluster.folder), user=os.environ["PGUSER"])


class Mails:
    """A mail server that keeps who got which mail, and no texts.

    :ivar Counter received: how often each ``proof.Mail`` was received
    """

    def __init__(self):
        self.received, self.lock = Counter(), threading.Lock()
        self.sink = SmtpSink(self._keep)
        self.port = self.sink.port

    def _keep(self, recipients, source):
        mails = proof.read_mails(recipients, source)
        with self.lock:
            self.received.update(mails)

    def stop(self):
        self.sink.shutdown()
        self.sink.server_close()

    def start(self):
        self.sink = SmtpSink(self._keep, self.port)


class Service:
    """Odoo with workers, on a database, restarted as Docker restarts it.

    :param Path log: the folder of its logs, one for each start
    :param options: further options of Odoo
    :ivar int restarts: how often it has ended and was started again
    """

    def __init__(self, database, log, smtp_port, *options):
        self.database, self.log = database, log
        self.port, self.gevent_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.options = [
            *database.options,
            "--no-database-list",
            f"--http-port={self.port}",
            f"--gevent-port={self.gevent_port}",
            "--http-interface=127.0.0.1",
            "--smtp=127.0.0.1",
            f"--smtp-port={smtp_port}",
            "--email-from=noreply@school.example",
            f"--workers={WORKERS['http']}",
            f"--max-cron-threads={WORKERS['cron']}",
            *options,
        ]
        self.process, self.restarts = None, 0
        self.stopping = threading.Event()
        self.probe = None

    def __enter__(self):
        # The kernel ends Odoo together with the thread that has started it, so one
        # thread starts it each time.
        self.thread = threading.Thread(target=self._supervise)
        self.thread.start()
        try:
            self.wait_until_back()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception):
        self.stopping.set()
        self.thread.join()

    def _supervise(self):
        while not self.stopping.is_set():
            # as the entry script of the image does
            if not self.database.answers():
                self.stopping.wait(0.5)
                continue
            log = self.log.with_name(f"{self.log.name}-{self.restarts}.out")
            self.process = suite.start_odoo(log, *self.options)
            while self.process.poll() is None and not self.stopping.is_set():
                self.stopping.wait(0.2)
            # also what it has left behind, as the end of a container does
            suite.stop(self.process)
            if not self.stopping.is_set():
                self.restarts += 1

    def get_workers(self):
        """Return the kind of each worker, by process id; a server has three kinds."""
        workers = {}
        try:
            parent = self.process.pid
            own = os.getpriority(os.PRIO_PROCESS, parent)
            path = f"/proc/{parent}/task/{parent}/children"
            children = [int(pid) for pid in Path(path).read_text().split()]
        except (AttributeError, OSError):
            return workers
        for pid in children:
            with contextlib.suppress(OSError):
                command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                if b"gevent" in command:
                    workers[pid] = "websocket"
                elif os.getpriority(os.PRIO_PROCESS, pid) > own:
                    # Odoo lets its cron workers be nice to the others
                    workers[pid] = "cron"
                else:
                    workers[pid] = "http"
        return workers

    def measure_memory(self):
        """Return kind and memory in MiB (PSS) of each worker, by process id."""
        sizes = {}
        for pid, kind in self.get_workers().items():
            with contextlib.suppress(OSError, TypeError):
                text = Path(f"/proc/{pid}/smaps_rollup").read_text()
                sizes[pid] = (kind, int(PSS.search(text)[1]) / 1024)
        return sizes

    def find_busy(self, kind):
        """Return a worker of a kind, if possible one that is in a transaction.

        It waits some seconds for such a worker.
        """
        deadline = time.monotonic() + 10
        while True:
            workers = [pid for pid, one in self.get_workers().items() if one == kind]
            rows = self.database.execute(
                "SELECT application_name FROM pg_stat_activity WHERE datname = %s"
                " AND state IN ('active', 'idle in transaction')",
                self.database.name,
            )
            busy = {name for (name,) in rows}
            found = [pid for pid in workers if f"odoo-{pid}" in busy]
            if found or (workers and time.monotonic() > deadline):
                return (found or workers)[0]
            time.sleep(0.01)

    def works(self):
        """Whether a signed-in person gets an answer from the database, now."""
        try:
            if not self.probe:
                self.probe = Client(self.url, "admin", "admin", timeout=10)
            return self.probe.call("res.users", "search_count", []) > 0
        except Exception:  # noqa: BLE001 - it does not work, for any reason
            # Odoo may have signed us out
            self.probe = None
            return False

    def wait_until_back(self):
        """Wait until the service works and stays so.

        :return: the moment from which on it worked, of ``time.monotonic``
        """
        deadline = time.monotonic() + LONGEST
        since, known = None, None
        while time.monotonic() < deadline:
            now = time.monotonic()
            workers = self.get_workers()
            is_complete = dict(Counter(workers.values())) == WORKERS
            if not (is_complete and self.works()):
                since = None
            elif since is None or workers != known:
                since, known = now, workers
            elif now - since > STABLE:
                return since
            time.sleep(0.1)
        raise suite.SuiteError(
            f"Odoo does not work after {LONGEST} s. Logs: {self.log}-*.out"
        )


# --- faults ---------------------------------------------------------------------------


@dataclass(frozen=True)
class World:
    """All that can break.

    :ivar disk: the ``Disk`` of PostgreSQL; None if it has none of its own
    :ivar float mail_pause: for how many seconds the mail server is away, at least
    """

    service: Service
    mails: Mails
    cluster: postgres.PostgresServer
    disk: Disk | None = None
    mail_pause: float = 20

    @property
    def faults(self):
        """The faults that are possible here."""
        return [fault for fault in FAULTS if self.disk or fault is not fill_disk]


def kill_worker(world):
    """a worker was killed"""
    return _kill(world.service.find_busy("http"))


def kill_cron_worker(world):
    """the worker of the scheduled actions was killed"""
    return _kill(world.service.find_busy("cron"))


def _kill(pid):
    os.kill(pid, signal.SIGKILL)
    return time.monotonic()


def stop_mail_server(world):
    """the mail server was away"""
    mails, database = world.mails, world.service.database
    mails.stop()
    start = time.monotonic()
    # at least one mail must have met no server
    _wait(lambda: database.execute(FAILED_MAIL), "no mail has failed")
    time.sleep(max(0, start + world.mail_pause - time.monotonic()))
    before = sum(mails.received.values())
    mails.start()
    _wait(lambda: sum(mails.received.values()) > before, "no mail is sent")
    return start


def kill_database(world):
    """PostgreSQL was killed and started again"""
    start = time.monotonic()
    world.cluster.kill()
    _wait(lambda: not world.service.works(), "nobody misses PostgreSQL")
    world.cluster.start()
    return start


def fill_disk(world):
    """the disk of PostgreSQL was full"""
    start = time.monotonic()
    world.cluster.execute("CREATE TABLE IF NOT EXISTS ballast (words text)")
    world.disk.fill()
    try:
        _wait(lambda: not _can_write(world.cluster), "the disk does not become full")
        time.sleep(DISK_PAUSE)
    finally:
        world.disk.empty()
    if world.cluster.process.poll() is not None:
        # without space for its log, PostgreSQL ends
        world.cluster.start()
    _wait(lambda: _can_write(world.cluster), "PostgreSQL does not write")
    return start


def _can_write(cluster):
    words = "SELECT repeat(md5(random()::text), 3000) FROM generate_series(1, 50)"
    try:
        cluster.execute(f"INSERT INTO ballast {words}")
    except psycopg2.Error:
        return False
    return True


def _wait(check, failure):
    deadline = time.monotonic() + LONGEST
    while not check():
        if time.monotonic() > deadline:
            raise suite.SuiteError(f"{failure} for {LONGEST} s")
        time.sleep(0.1)


#: What can happen, in this order. Each function returns the moment of the fault, of
#: ``time.monotonic``; its docstring is the text in the table.
#:
#: Each with whether the mail that is being sent at that moment may be sent again: SMTP
#: has no transactions, so a sender that dies after the last line does not know whether
#: the mail was accepted.
FAULTS = {
    kill_worker: False,
    kill_cron_worker: True,
    stop_mail_server: False,
    kill_database: True,
    fill_disk: True,
}


@dataclass(frozen=True)
class Outcome:
    """What a fault has done.

    :ivar str what: what happened
    :ivar float start: its moment
    :ivar float back: the moment from which on the service worked without a problem
    :ivar int restarts: how often Odoo had to be started again
    :ivar bool may_repeat_mail: see ``FAULTS``
    """

    what: str
    start: float
    back: float
    restarts: int
    may_repeat_mail: bool

    def count_failed(self, actions):
        """Return how many actions have failed that overlap with the fault."""
        return sum(bool(one.error) and self.covers(one) for one in actions)

    def covers(self, action):
        return action.start <= self.back and action.end >= self.start


def strike(fault, world):
    """Let a fault happen, and wait until the service is back; return the outcome."""
    restarts = world.service.restarts
    start = fault(world)
    back = world.service.wait_until_back()
    return Outcome(
        fault.__doc__,
        start,
        back,
        world.service.restarts - restarts,
        FAULTS[fault],
    )


def find_unexpected(ledger, outcomes):
    """Return the failed actions that belong to no fault."""
    return [
        action
        for action in ledger.errors
        if not any(outcome.covers(action) for outcome in outcomes)
    ]
