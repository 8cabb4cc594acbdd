"""A PostgreSQL server of a test's own, which it may configure, kill and start again.

PostgreSQL refuses to run as root. It then runs as the owner of the suite's cluster.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg2
import suite

PROGRAMS = Path(os.environ["PG_BIN"])
#: The administrator, as in the suite's cluster.
ADMIN = "cluster_admin"
#: Seconds after which a server that does not answer counts as broken.
PATIENCE = 180


def _get_account():
    """Return the options of ``subprocess`` for the account that runs PostgreSQL."""
    if os.geteuid():
        return {}
    owner = (suite.CACHE / "cluster/data").stat()
    return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}


@contextlib.contextmanager
def make_folder(prefix):
    """Yield a temporary folder for servers; only their account may enter it."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        if account := _get_account():
            os.chown(folder, account["user"], account["group"])
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(program, *arguments, **options):
    """Run a program of PostgreSQL.

    :param options: of ``subprocess.run``
    :raise SuiteError: it fails; the text is the last line of its output
    """
    done = subprocess.run(
        [PROGRAMS / program, *arguments],
        cwd="/",
        capture_output=True,
        text=True,
        **options,
    )
    if done.returncode:
        last = (done.stderr.strip() or "no output").splitlines()[-1]
        raise suite.SuiteError(f"{program} failed: {last}")


class PostgresServer:
    """A server with its data in ``folder / name``, reached by a socket in ``folder``.

    :param Path folder: from ``make_folder``; two servers may share it
    :param int port: part of the socket's name; the server has no port of the network
    :param settings: of ``postgresql.conf``
    """

    def __init__(self, folder, name="data", port=5432, **settings):
        self.folder, self.port = folder, port
        self.data = folder / name
        self.log = folder / f"{name}.log"
        self.settings = {
            "listen_addresses": "",
            "unix_socket_directories": folder,
            "port": port,
            **settings,
        }
        self.process = None

    def create(self):
        """Make an empty cluster, start it, and add the role that Odoo uses."""
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        options += [f"--username={ADMIN}", f"--pgdata={self.data}"]
        run("initdb", *options, **_get_account())
        self.start()
        self.execute(f"CREATE ROLE {os.environ['PGUSER']} LOGIN CREATEDB")

    def follow(self, primary):
        """Copy a running server, start, and follow it from now on as its replica."""
        server = ["-h", primary.folder, "-p", str(primary.port), "-U", ADMIN]
        options = ["-D", self.data, "-R", "-X", "stream", "-c", "fast"]
        run("pg_basebackup", *server, *options, **_get_account())
        self.start()

    def start(self):
        """Start the server, and wait until it has repaired its data and answers."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [PROGRAMS / "postgres", "-D", self.data]
                + [f"--{name}={value}" for name, value in self.settings.items()],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=suite.die_with_parent,
                **_get_account(),
            )
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                text = self.log.read_text(errors="replace")
                raise suite.SuiteError(f"PostgreSQL does not start: {text[-300:]}")
            time.sleep(0.1)

    def answers(self):
        try:
            return bool(self.execute("SELECT 1"))
        except psycopg2.Error:
            return False

    def kill(self):
        """End the server at once, without writing its data, as after a power cut."""
        self._end(signal.SIGQUIT)

    def stop(self):
        """End the server and its connections, if it runs."""
        self._end(signal.SIGINT)

    def _end(self, number):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait()

    def execute(self, statement, database="postgres"):
        """Run a statement as the administrator; return its rows, if any."""
        return suite.execute(
            database, statement, host=str(self.folder), port=self.port, user=ADMIN
        )

    def take(self, name):
        """Copy a database of the suite's cluster, with the same name."""
        where = ["-h", self.folder, "-p", str(self.port), "-U", os.environ["PGUSER"]]
        run("createdb", *where, "-T", "template0", "-E", "UTF8", "--lc-collate=C", name)
        with tempfile.TemporaryDirectory(prefix="dump-") as folder:
            dump = Path(folder) / "dump"
            options = ["--format=directory", "--jobs=2", "--compress=0"]
            run("pg_dump", *options, f"--file={dump}", name)
            options = ["--no-owner", "--no-privileges", "--exit-on-error", "--jobs=2"]
            run("pg_restore", *options, *where, "-d", name, dump)
        self.execute("ANALYZE", name)
