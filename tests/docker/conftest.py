"""Run the entry script of the image without Docker."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import suite
from common import wait_until
from ports import free_port

PREFIX = os.environ["SCHOOL_HELPDESK_RUN_PREFIX"]
RUN_FOLDER = Path(os.environ["SCHOOL_HELPDESK_RUN"])
ENTRY = suite.ROOT / "docker/entrypoint.sh"
PASSWORD = "correct horse battery"


class Desk:
    """A help desk as in production: its settings, and methods to start it."""

    def __init__(self, folder, database):
        self.database = database
        self.port = free_port()
        self.websocket_port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.config = folder / "odoo.conf"
        self.extra_addons = folder / "extra-addons"
        # bin/test looks for warnings of our addons in logs with this prefix
        self.log = RUN_FOLDER / f"server-entrypoint-{database}.log"
        self.processes = []
        # The image has a command "odoo", and Odoo's workers are started with its name.
        command = folder / "odoo"
        command.write_text(
            f"#!{sys.executable}\nfrom odoo.cli.command import main\nmain()\n"
        )
        command.chmod(0o755)
        self.environment = {
            "PATH": f"{folder}:{os.environ['PATH']}",
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "PYTHON": sys.executable,
            "ODOO_RC": str(self.config),
            "CORE_ADDONS": os.environ["ODOO_ADDONS"],
            "EXTRA_ADDONS": str(self.extra_addons),
            "DATA_DIR": str(suite.CACHE / "data"),
            "DB_HOST": os.environ["PGHOST"],
            "DB_USER": os.environ["PGUSER"],
            "DB_NAME": database,
            "DB_WAIT_SECONDS": "2",
            "HTTP_PORT": str(self.port),
            "GEVENT_PORT": str(self.websocket_port),
            "WORKERS": "0",
        }
        shutil.copytree(
            suite.ROOT / "tests/addons" / suite.ASSET_ADDON,
            self.extra_addons / suite.ASSET_ADDON,
        )

    def refuse(self, *arguments, **settings):
        """Start the desk so that it fails; return its error output."""
        result = subprocess.run(
            [ENTRY, *arguments],
            env={**self.environment, **settings},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert result.returncode, f"it started: {result.stderr}"
        assert "Traceback" not in result.stderr
        return result.stderr

    def start(self, **settings):
        """Start the desk and wait until it serves; return its lines and the process."""
        already = self.log.stat().st_size if self.log.exists() else 0
        with open(self.log, "a") as output:
            process = subprocess.Popen(
                [ENTRY],
                env={**self.environment, **settings},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=suite.die_with_parent,
            )
        self.processes.append(process)

        def read_until_serving():
            said = self.read_log(already)
            assert process.poll() is None, said[-3000:]
            return said if "school-helpdesk: serving" in said else None

        said = wait_until(read_until_serving, "it did not finish", seconds=600)
        assert suite.wait_for_http(f"{self.url}/web/health", process)
        lines = [
            line for line in said.splitlines() if line.startswith("school-helpdesk:")
        ]
        return lines, process

    def read_log(self, start):
        with open(self.log, "rb") as log:
            log.seek(start)
            return log.read().decode(errors="replace")

    def stop(self):
        for process in self.processes:
            suite.stop(process)
        self.processes.clear()


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A desk whose database does not exist yet."""
    made = Desk(tmp_path_factory.mktemp("desk"), f"{PREFIX}desk")
    yield made
    made.stop()
    suite.drop_database(made.database)
