"""Keep ``odoo shell`` open and run many scripts in it, each as in a new shell.

Starting the shell takes several seconds, most scripts take less than one.
"""

import json
import os
import subprocess

import suite

#: Runs in the shell. It reads scripts as JSON lines and answers with their output.
LOOP = """
import contextlib, io, json, os, traceback
import odoo.sql_db
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry

def run(code):
    # as another process would: nothing in a cache or a transaction remains
    registry = Registry(database).check_signaling()
    registry.clear_all_caches()
    registry.cache_invalidated.clear()
    with registry.cursor() as cr:
        context = Environment(cr, SUPERUSER_ID, {})["res.users"].context_get()
        own_env = Environment(cr, SUPERUSER_ID, context)
        names = {"__name__": "__main__", "odoo": odoo, "env": own_env}
        try:
            exec(code, names)
        finally:
            cr.rollback()

database = env.cr.dbname
env.cr.rollback()
with os.fdopen(requests) as scripts, os.fdopen(answers, "w") as results:
    for script in scripts:
        output, failure = io.StringIO(), None
        try:
            with contextlib.redirect_stdout(output):
                run(json.loads(script))
        except BaseException:
            failure = traceback.format_exc()
        # nobody could copy or delete a database with an open connection
        odoo.sql_db.close_db(database)
        results.write(json.dumps([output.getvalue(), failure]) + chr(10))
        results.flush()
"""


class OpenShell:
    """A running ``odoo shell`` of one database."""

    def __init__(self, database, log):
        self.database, self.log = database, log
        requests, self._requests = os.pipe()
        self._answers, answers = os.pipe()
        with open(log, "w") as output:
            self.process = subprocess.Popen(
                suite.odoo_command("shell", f"--database={database}", "--no-http"),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                cwd="/",
                pass_fds=(requests, answers),
                preexec_fn=suite.die_with_parent,
            )
        os.close(requests)
        os.close(answers)
        with self.process.stdin as stdin:
            stdin.write(f"requests, answers = {requests}, {answers}\n{LOOP}")
        self._requests = os.fdopen(self._requests, "w")
        self._answers = os.fdopen(self._answers)

    def run(self, code):
        """Run Python code; return what it printed. Its failure fails the test."""
        logged = self.log.stat().st_size
        try:
            self._requests.write(json.dumps(code) + "\n")
            self._requests.flush()
            answer = self._answers.readline()
        except BrokenPipeError:
            answer = ""
        with open(self.log, errors="replace") as log:
            log.seek(logged)
            text = log.read()
        assert answer, f"the shell ended by itself\n{text[-3000:]}"
        printed, failure = json.loads(answer)
        assert not failure, failure
        assert "Traceback" not in text, text[-3000:]
        return printed

    def close(self):
        self._requests.close()
        self._answers.close()
        suite.stop(self.process)
