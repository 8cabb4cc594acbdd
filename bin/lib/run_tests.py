"""The second part of bin/test: choose the tests, run two jobs at a time, count results.

bin/test prepares the environment and calls: run_tests.py [SELECTION]...
"""

import concurrent.futures
import fcntl
import itertools
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import odoo_log
import psycopg2
import suite
from ports import free_port
from suite import SuiteError, say

# How many jobs run at the same time.
LANES = 2
# Seconds after which a job is ended, so that a hanging browser cannot block a run.
JOB_TIMEOUT = 1500
KEPT_RUNS = 10
TAG = re.compile(r"^(?P<tag>\*|\w*)(?:/(?P<addon>\w+))?(?P<rest>(?::\w+)?(?:\.\w+)?)$")
#: How long each job took in the last run on this computer.
DURATIONS = suite.CACHE / "test-durations.json"
#: How long the jobs took on an idle computer with two cores, for the first run on
#: another one. Only the order matters, so the numbers may be old.
USUAL_DURATIONS = Path(__file__).with_name("usual_durations.json")
#: For jobs that are in neither file.
UNKNOWN_DURATION = 30


@dataclass
class Result:
    passed: int = 0
    failures: list = field(
        default_factory=list
    )  # texts; the first line has the name of the test
    skips: list = field(default_factory=list)  # "test: reason"
    warnings: list = field(default_factory=list)


class Run:
    """One run of bin/test: its log folder and its databases."""

    def __init__(self):
        stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
        token = secrets.token_hex(4)
        self.prefix = f"test-{token}-"
        self.folder = suite.LOG_DIR / f"test-{stamp}-{token}"
        self.folder.mkdir(parents=True)
        self.mark = open(run_mark(token), "w")  # locked during the run
        fcntl.flock(self.mark, fcntl.LOCK_EX)
        self.numbers = itertools.count(1)
        self.stopping = threading.Event()

    def wait(self, process, log):
        """Wait for a process; return its exit status, negative if we had to end it."""
        try:
            deadline = time.monotonic() + JOB_TIMEOUT
            while process.poll() is None:
                if self.stopping.is_set() or time.monotonic() > deadline:
                    break
                time.sleep(0.2)
            timed_out = process.poll() is None and not self.stopping.is_set()
        finally:
            suite.stop(process)
        if timed_out:
            with open(log, "a") as handle:
                handle.write(f"\nended after {JOB_TIMEOUT} s\n")
        return process.returncode

    def close(self):
        self.stopping.set()
        for name in suite.databases():
            if name.startswith(self.prefix):
                suite.drop_database(name)
        self.mark.close()


def run_mark(token):
    """The file that a test run keeps locked while it runs.

    A process id could not be used: --fresh has its own process namespace.
    """
    (suite.CACHE / "locks").mkdir(exist_ok=True)
    return suite.CACHE / "locks" / f"test-{token}"


def is_over(token):
    """Whether the test run with this token has ended: its mark is not locked."""
    try:
        with open(run_mark(token), "r+") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True


def sweep():
    """Remove the databases, the marks and all but the latest logs of earlier runs."""
    for name in suite.databases():
        match = re.match(r"test-(\w+)-", name)
        if match and is_over(match[1]):
            suite.drop_database(name)
    for mark in (suite.CACHE / "locks").glob("test-*"):
        if is_over(mark.name.removeprefix("test-")):
            mark.unlink(missing_ok=True)
    for folder in sorted(suite.LOG_DIR.glob("test-*-*"))[:-KEPT_RUNS]:
        if is_over(folder.name.rpartition("-")[2]):
            shutil.rmtree(folder, ignore_errors=True)
    sweep_bytecode(suite.CACHE / "bytecode")


def sweep_bytecode(cache):
    """Remove the compiled files of folders that are gone, such as old checkouts."""
    for folder, names, _files in os.walk(cache):
        for name in list(names):
            compiled = Path(folder, name)
            if not Path("/", compiled.relative_to(cache)).is_dir():
                shutil.rmtree(compiled, ignore_errors=True)
                names.remove(name)


# --- jobs ---------------------------------------------------------------------------


@dataclass(frozen=True)
class OdooJob:
    """The tests of one addon, in Odoo's test runner, on their own database."""

    addon: str
    tags: tuple

    @property
    def name(self):
        return self.addon

    @property
    def timed_as(self):
        """The key of the job's duration, which depends on the selected tests."""
        return " ".join((self.addon, *self.tags))

    def run(self, run):
        # Without the addon's name: messages about the database would count as ours.
        database = f"{run.prefix}{next(run.numbers)}"
        log = run.folder / f"{self.addon}.log"
        template = suite.dependencies_template(self.addon, quiet=True)
        suite.copy_database(template, database)
        process = suite.start_odoo(
            log,
            f"--database={database}",
            f"--init={self.addon}",
            f"--test-tags={','.join(self.tags)}",
            f"--http-port={free_port()}",
            f"--screenshots={run.folder}",
            suite.TEST_LOAD,
            "--stop-after-init",
        )
        status = run.wait(process, log)
        suite.drop_database(database)
        with open(log, errors="replace") as lines:
            report = odoo_log.read(lines, suite.our_addons())
        failures = list(report.failures.values())
        if status and not failures:
            failures = [f"Odoo ended with status {status}\n{tail(log)}"]
        skips = [f"{test}: {reason}" for test, reason in sorted(report.skips.items())]
        return Result(report.passed, failures, skips, report.warnings)


@dataclass(frozen=True)
class PytestJob:
    """A file below tests/, or one of its tests, run by pytest."""

    path: str

    @property
    def name(self):
        return self.path

    timed_as = name

    def run(self, run):
        number = next(run.numbers)
        label = re.sub(r"\W+", "-", f"{number} {self.name}")[:80].strip("-")
        log, report = run.folder / f"{label}.txt", run.folder / f"{label}.xml"
        with open(log, "w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider"]
                + ["-c", "/dev/null", f"--rootdir={suite.ROOT}", f"--junitxml={report}"]
                + [str(suite.ROOT / self.path)],
                cwd=suite.ROOT,
                env={
                    **os.environ,
                    "SCHOOL_HELPDESK_RUN": str(run.folder),
                    "SCHOOL_HELPDESK_RUN_PREFIX": f"{run.prefix}{number}-",
                    "PYTHONPATH": f"{suite.ROOT / 'bin/lib'}",
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=suite.die_with_parent,
            )
        status = run.wait(process, log)
        result = read_junit(report) if report.exists() else Result()
        if status not in (0, 5) and not result.failures:  # 5: no tests found
            result.failures = [f"pytest ended with status {status}\n{tail(log)}"]
        return result


@dataclass(frozen=True)
class NodeJob:
    """The JavaScript unit tests of an addon, run by Node's own test runner."""

    addon: str
    paths: tuple

    @property
    def name(self):
        return f"{self.addon}, scripts"

    @property
    def timed_as(self):
        """The key of the job's duration, which depends on the selected tests."""
        return " ".join((self.name, *self.paths))

    def run(self, run):
        label = f"{self.addon}-scripts"
        log, report = run.folder / f"{label}.txt", run.folder / f"{label}.jsonl"
        # Node of Debian 12 has no JUnit report, and Node's text reports may change.
        tools = Path(__file__).parent / "node"
        with open(log, "w") as output:
            process = subprocess.Popen(
                ["node", "--import", str(tools / "odoo_modules.mjs"), "--test"]
                + [f"--test-reporter={tools / 'reporter.mjs'}"]
                + [f"--test-reporter-destination={report}", *self.paths],
                cwd=suite.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=suite.die_with_parent,
            )
        status = run.wait(process, log)
        result = read_node_report(report) if report.exists() else Result()
        if status and not result.failures:
            result.failures = [f"node ended with status {status}\n{tail(log)}"]
        return result


def read_node_report(path):
    """The result of the tests, from the lines of bin/lib/node/reporter.mjs."""
    result = Result()
    for case in map(json.loads, path.read_text().splitlines()):
        name = f"{case['file']}: {case['name']}".removesuffix(": ")
        if "failure" in case:
            result.failures.append(f"FAIL: {name}\n{case['failure']}\n")
        elif "skipped" in case:
            reason = case["skipped"]
            reason = reason if isinstance(reason, str) else "no reason given"
            result.skips.append(f"{name}: {reason}")
        else:
            result.passed += 1
    return result


def read_junit(path):
    result = Result()
    for case in ElementTree.parse(path).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        bad = [node for node in case if node.tag in ("failure", "error")]
        skipped = case.find("skipped")
        if bad:
            texts = "\n".join(node.text or node.get("message", "") for node in bad)
            result.failures.append(f"FAIL: {name}\n{texts}\n")
        elif skipped is not None:
            result.skips.append(f"{name}: {skipped.get('message')}")
        else:
            result.passed += 1
    return result


def tail(log, lines=15):
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


# --- selection ----------------------------------------------------------------------


def pytest_paths(folder="tests"):
    """The test files in ``folder``, without those of addons."""
    files = sorted((suite.ROOT / folder).rglob("test_*.py"))
    paths = [file.relative_to(suite.ROOT) for file in files]
    return [str(path) for path in paths if path.parts[1] != "addons"]


def node_paths(path):
    """The files at or below ``path`` with JavaScript unit tests of addons."""
    place = suite.ROOT / path
    files = [place] if place.is_file() else sorted(place.rglob("*.test.mjs"))
    paths = [file.relative_to(suite.ROOT) for file in files]
    return [path for path in paths if path.match("static/tests/*.test.mjs")]


def select(selections):
    """The jobs for the selections; without a selection, the jobs for everything."""
    addons = [*suite.suite_addons(), *suite.test_addons()]
    if not selections:
        selections = [*addons, "tests"]
    tags, scripts, paths = {}, {}, []
    for text in selections:
        wanted = selection_path(text)
        found = node_paths(wanted) if wanted else []
        for file in found:
            scripts.setdefault(file.parts[0], []).append(str(file))
        if found and "static" in wanted.parts:
            continue
        if wanted and wanted.parts[0] == "tests" and wanted.parts[1:2] != ("addons",):
            if (suite.ROOT / wanted).is_dir():
                paths += pytest_paths(wanted)
            else:
                suffix = text[text.index("::") :] if "::" in text else ""
                paths.append(f"{wanted}{suffix}")
        else:
            for addon, tag in addon_tags(text, wanted, addons):
                tags.setdefault(addon, []).append(tag)
    jobs = [OdooJob(addon, tuple(found)) for addon, found in tags.items()]
    for addon, found in scripts.items():
        jobs.append(NodeJob(addon, tuple(dict.fromkeys(found))))
    return jobs + [PytestJob(path) for path in dict.fromkeys(paths)]


def selection_path(text):
    """The path of a selected file or folder, relative to the checkout, or None."""
    path = Path(text.partition("::")[0])
    path = path if path.is_absolute() else suite.ROOT / path
    if path.exists() and path.resolve().is_relative_to(suite.ROOT.resolve()):
        relative = path.resolve().relative_to(suite.ROOT.resolve())
        return relative if relative.parts else None
    return None


def addon_tags(text, path, addons):
    """Pairs of addon and Odoo test tag for a selection.

    The selection is an addon, a file in an addon, or a test tag.
    """
    if path:
        parts = path.parts[2:] if path.parts[0] == "tests" else path.parts
        if parts and parts[0] in addons:
            is_file = path.suffix == ".py"
            return [(parts[0], f"/{'/'.join(parts)}" if is_file else f"/{parts[0]}")]
    elif text in addons:
        return [(text, f"/{text}")]
    elif match := TAG.match(text):
        chosen = [match["addon"]] if match["addon"] else addons
        if set(chosen) <= set(addons) and (match["addon"] or match["rest"]):
            return [(name, f"{match['tag']}/{name}{match['rest']}") for name in chosen]
    raise SuiteError(f"{text} is neither an addon, a test tag nor a path with tests")


# --- the run ------------------------------------------------------------------------


def load_durations(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


def longest_first(jobs, durations):
    """Return the jobs in the order in which they start.

    A long job that starts last would leave the other lane idle.
    """
    usual = load_durations(USUAL_DURATIONS)

    def guess(job):
        default = usual.get(job.name, UNKNOWN_DURATION)
        return durations.get(job.timed_as, default)

    return sorted(jobs, key=guess, reverse=True)


def run_jobs(run, jobs):
    """Run the jobs, the longest first, and yield each finished one."""
    jobs = longest_first(jobs, load_durations(DURATIONS))
    took = {}
    with concurrent.futures.ThreadPoolExecutor(LANES) as lanes:
        futures = {lanes.submit(timed, job, run): job for job in jobs}
        try:
            for future in concurrent.futures.as_completed(futures):
                job = futures[future]
                result, seconds = future.result()
                took[job.timed_as] = round(seconds)
                yield job, result, seconds
        finally:
            run.stopping.set()
            lanes.shutdown(cancel_futures=True)
    # another run may have written meanwhile
    durations = load_durations(DURATIONS) | took
    DURATIONS.write_text(json.dumps(durations, indent=1, sort_keys=True))


def timed(job, run):
    """Run a job; return its result and how many seconds it took."""
    started = time.monotonic()
    if run.stopping.is_set():
        return Result(), 0
    try:
        result = job.run(run)
    except (SuiteError, psycopg2.Error, OSError) as error:
        result = Result(failures=[f"{job.name} could not run: {str(error).strip()}"])
    return result, time.monotonic() - started


def log_warnings(folder):
    """Our warnings in the logs of servers and installations that pytest started."""
    warnings = []
    # The cached databases of the suite may have been installed in an earlier run.
    names = {f"{name}.log" for name in suite.databases() if name.startswith("suite-")}
    used = folder / "templates.txt"
    used = set(used.read_text().split()) if used.exists() else set()
    installs = [
        suite.LOG_DIR / name for name in names if name.removesuffix(".log") in used
    ]
    # a log that was deleted has been read in the run that wrote it
    installs = [log for log in installs if log.exists()]
    # OdooJob reports the warnings in the logs of an addon's own tests.
    reported = {folder / f"{addon}.log" for addon in suite.our_addons()}
    for log in sorted({*folder.glob("*.log"), *installs} - reported):
        with open(log, errors="replace") as lines:
            found = odoo_log.read(lines, suite.our_addons()).warnings
        warnings += [f"{text}  [{log.name}]" for text in found]
    return warnings


def report(run, jobs):
    """Run the jobs and print their results; return whether the run has failed."""
    total = Result()
    for job, result, seconds in run_jobs(run, jobs):
        for text in result.failures:
            say(f"\n{text.rstrip()}\n")
        for text in dict.fromkeys(result.warnings):
            say(f"\nwarning: {text}\n")
        say(
            f"{'FAILED' if result.failures or result.warnings else 'ok':<6} {job.name}:"
            f" {result.passed} passed, {len(result.failures)} failed,"
            f" {len(result.skips)} skipped ({seconds:.0f} s)"
        )
        total.passed += result.passed
        total.failures += result.failures
        total.skips += result.skips
        total.warnings += result.warnings
    for text in log_warnings(run.folder):
        say(f"\nwarning: {text}\n")
        total.warnings.append(text)
    for text in total.skips:
        say(f"skipped: {text}")
    say(f"Logs: {run.folder}")
    if total.warnings:
        say(
            f"{len(total.warnings)} warning(s) logged by our addons: the run has failed"
        )
    nothing = not (total.passed or total.failures or total.skips)
    if nothing:
        say("no test ran: the run has failed")
    failed, skipped = len(total.failures), len(total.skips)
    print(f"{total.passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return bool(total.failures or total.warnings or nothing)


def interrupt(_number, _frame):
    """Handle SIGTERM like Ctrl-C, so that databases are removed."""
    raise KeyboardInterrupt


def main(selections):
    signal.signal(signal.SIGTERM, interrupt)
    run = None
    try:
        jobs = select(selections)
        sweep()
        run = Run()
        if any(isinstance(job, OdooJob) for job in jobs):
            suite.dependencies_template()
        say(f"{len(jobs)} test job(s), {LANES} at a time")
        return int(report(run, jobs))
    except KeyboardInterrupt:
        say("stopped")
        return 130
    except (SuiteError, psycopg2.Error, OSError) as error:
        say(f"school-helpdesk: {str(error).strip().splitlines()[0]}")
        return 1
    finally:
        if run:
            run.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
