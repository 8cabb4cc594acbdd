"""A PostgreSQL server with a read replica, of a test's own."""

import os
import signal
import subprocess
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import suite
from common import wait_until

PROGRAMS = Path(os.environ["PG_BIN"])
ADMIN = "cluster_admin"
#: Each statement is written to the log, so that a test sees who was asked.
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
port = {port}
shared_buffers = 128MB
fsync = off
log_statement = all
log_line_prefix = '%m [%p] %d '
hot_standby_feedback = on
"""


#: PostgreSQL refuses to run as root. It then runs as the owner of the suite's cluster.
OWNER = (suite.CACHE / "cluster/data").stat()
AS_ACCOUNT = (
    {"user": OWNER.st_uid, "group": OWNER.st_gid, "extra_groups": []}
    if os.getuid() == 0
    else {}
)


def run(program, *arguments):
    """Run a program of PostgreSQL as the account of its servers."""
    subprocess.run(
        [PROGRAMS / program, *arguments],
        cwd="/",
        check=True,
        stdout=subprocess.DEVNULL,
        **AS_ACCOUNT,
    )


class PostgresServer:
    """One of the two servers, reached by a socket in ``folder``."""

    def __init__(self, folder, name, port):
        self.folder = folder
        self.data = folder / name
        self.port = port
        self.log = folder / f"{name}.log"
        self.seen = 0
        self.process = None

    def start(self):
        with open(self.log, "a") as output:
            self.process = subprocess.Popen(
                [PROGRAMS / "postgres", "-D", self.data],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=suite.die_with_parent,
                **AS_ACCOUNT,
            )
        wait_until(self._answers, f"PostgreSQL does not start: {self.log}")

    def _answers(self):
        assert self.process.poll() is None, self.log.read_text()[-2000:]
        try:
            return self.execute("SELECT 1")
        except psycopg2.OperationalError:
            return False

    def stop(self):
        """End it at once, as after a power cut."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(30)

    def execute(self, statement, database="postgres"):
        """Run a statement as the administrator; return its rows, if any."""
        with closing(
            psycopg2.connect(
                host=str(self.folder), port=self.port, user=ADMIN, dbname=database
            )
        ) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else None

    def read_log(self):
        """Return what was logged since the last call."""
        with open(self.log, "rb") as log:
            log.seek(self.seen)
            new = log.read()
        self.seen += len(new)
        return new.decode(errors="replace")


class Replication:
    """
    :ivar primary: the ``PostgresServer`` that Odoo writes to
    :ivar replica: the one that follows it
    """

    def __init__(self, folder):
        self.folder = folder
        self.primary = PostgresServer(folder, "primary", 5432)
        self.replica = PostgresServer(folder, "replica", 5433)

    def create(self):
        primary, replica = self.primary, self.replica
        run(
            "initdb",
            *("-D", primary.data, "-U", ADMIN, "-E", "UTF8", "--locale=C.UTF-8"),
            # nobody else may enter the folder with the sockets
            *("--auth=trust", "--no-sync"),
        )
        self._configure(primary)
        primary.start()
        role = os.environ["PGUSER"]
        primary.execute(f"CREATE ROLE {role} LOGIN CREATEDB")
        run(
            "pg_basebackup",
            *("-h", self.folder, "-p", str(primary.port), "-U", ADMIN),
            *("-D", replica.data, "-R", "-X", "stream", "-c", "fast", "--no-sync"),
        )
        self._configure(replica)
        replica.start()

    def _configure(self, server):
        text = SETTINGS.format(folder=self.folder, port=server.port)
        with open(server.data / "postgresql.conf", "a") as settings:
            settings.write(text)

    def copy(self, database):
        """Copy a database of the tests into the primary, with the same name."""
        place = ["-h", str(self.folder), "-p", str(self.primary.port)]
        dump = subprocess.Popen(
            [str(PROGRAMS / "pg_dump"), "--no-owner", database],
            stdout=subprocess.PIPE,
        )
        subprocess.run(
            [PROGRAMS / "createdb", *place, "-T", "template0", database], check=True
        )
        subprocess.run(
            [PROGRAMS / "psql", *place, "-qX", "-v", "ON_ERROR_STOP=1", database],
            stdin=dump.stdout,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        dump.stdout.close()
        assert dump.wait(60) == 0
        self.wait_for_replica()

    def wait_for_replica(self):
        """Wait until the replica has everything that the primary has now."""
        [[position]] = self.primary.execute("SELECT pg_current_wal_lsn()")
        question = f"SELECT pg_last_wal_replay_lsn() >= '{position}'"
        wait_until(
            lambda: self.replica.execute(question) == [(True,)],
            "the replica does not follow",
            seconds=60,
        )

    def get_options(self):
        """The options with which Odoo uses both servers."""
        return (
            f"--db_host={self.folder}",
            f"--db_port={self.primary.port}",
            f"--db_replica_host={self.folder}",
            f"--db_replica_port={self.replica.port}",
        )

    def set_waiting(self, waits):
        """Let a commit wait until the replica shows it, or not."""
        names, level = ("*", "remote_apply") if waits else ("", "local")
        self.primary.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
        self.primary.execute(f"ALTER SYSTEM SET synchronous_commit = '{level}'")
        self.primary.execute("SELECT pg_reload_conf()")
        question = "SHOW synchronous_commit"
        wait_until(lambda: self.primary.execute(question) == [(level,)], "not reloaded")


@contextmanager
def run_replication():
    """Run both servers; yield the ``Replication``."""
    # not in pytest's folder, which other accounts may not enter
    with tempfile.TemporaryDirectory(prefix="replica-") as name:
        folder = Path(name)
        if AS_ACCOUNT:
            os.chown(folder, OWNER.st_uid, OWNER.st_gid)
        replication = Replication(folder)
        try:
            replication.create()
            yield replication
        finally:
            for server in (replication.replica, replication.primary):
                server.stop()
