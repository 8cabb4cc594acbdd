"""A PostgreSQL server with a read replica, of a test's own."""

from contextlib import contextmanager

from common import wait_until
from postgres import PostgresServer, make_folder

SETTINGS = {
    "shared_buffers": "128MB",
    "fsync": "off",
    # a test sees who was asked
    "log_statement": "all",
    "log_line_prefix": "%m [%p] %d ",
    "hot_standby_feedback": "on",
}


class LoggingServer(PostgresServer):
    """A server that writes each statement to its log."""

    def __init__(self, folder, name, port):
        super().__init__(folder, name, port, **SETTINGS)
        self.seen = 0

    def read_log(self):
        """Return what was logged since the last call."""
        with open(self.log, "rb") as log:
            log.seek(self.seen)
            new = log.read()
        self.seen += len(new)
        return new.decode(errors="replace")


class Replication:
    """
    :ivar primary: the ``LoggingServer`` that Odoo writes to
    :ivar replica: the one that follows it
    """

    def __init__(self, folder):
        self.folder = folder
        self.primary = LoggingServer(folder, "primary", 5432)
        self.replica = LoggingServer(folder, "replica", 5433)

    def create(self):
        self.primary.create()
        self.replica.follow(self.primary)

    def take(self, database):
        """Copy a database of the tests into both, with the same name."""
        self.primary.take(database)
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
    with make_folder("replica-") as folder:
        replication = Replication(folder)
        try:
            replication.create()
            yield replication
        finally:
            for server in (replication.replica, replication.primary):
                server.kill()
