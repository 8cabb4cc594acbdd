"""The suite as a set of addons and databases, for the commands and the tests.

Runs in the environment that bin/lib/prepare.sh makes; a database is built under another
name and gets its own when it is whole, so that whatever cuts a build off leaves nothing
that looks finished.
"""

import ast
import contextlib
import ctypes
import fcntl
import functools
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg2
from psycopg2 import errors, sql

ROOT = Path(os.environ["SCHOOL_HELPDESK_ROOT"])
CACHE = Path(os.environ["SCHOOL_HELPDESK_CACHE"])
#: Where Odoo's own addons are.
ODOO_ADDONS = [Path(folder) for folder in os.environ["ODOO_ADDONS"].split(",")]
STAND_IN = "school_asset_management"
#: The addon that all others of the suite stand on.
BASE = "school_helpdesk_base"
#: What the tests' servers load besides Odoo's own (tests/addons/test_quick_server).
TEST_LOAD = "--load=base,rpc,web,test_quick_server"
LOG_DIR = CACHE / "log"
# Demo data reaches back over one school term: a build at one core takes minutes.
BUILD_TIMEOUT = 1800


class SuiteError(Exception):
    """Something a person can act on; its text is one line."""


def say(text):
    print(text, file=sys.stderr, flush=True)


# --- addons -------------------------------------------------------------------------


def addons_path():
    """The folders Odoo searches, first match wins: the settings', then the wheels."""
    text = Path(os.environ["ODOO_RC"]).read_text()
    line = re.search(r"^addons_path = (.*)$", text, re.MULTILINE).group(1)
    wheels = [
        Path(entry) / "odoo/addons" for entry in sys.path if "site-packages" in entry
    ]
    return [Path(folder) for folder in line.split(",")] + wheels + ODOO_ADDONS


def addons_in(folder):
    """Names of the addons that can be installed."""
    return sorted(
        path.parent.name
        for path in folder.glob("*/__manifest__.py")
        if ast.literal_eval(path.read_text()).get("installable", True)
    )


def suite_addons():
    """The addons a school installs: all at the top level of the checkout."""
    return addons_in(ROOT)


def test_addons():
    """What only the tests install, and the stand-in for the school's asset addon."""
    return addons_in(ROOT / "tests/addons")


def our_addons():
    return sorted({*suite_addons(), *test_addons(), STAND_IN})


@functools.cache
def addon_path(name):
    """The addon's folder, or None where the addon is nowhere on the path."""
    for folder in addons_path():
        if (folder / name / "__manifest__.py").is_file():
            return folder / name
    return None


@functools.cache
def manifest(name):
    path = addon_path(name)
    if path is None:
        raise SuiteError(f"the addon {name} is not on the addons path")
    return ast.literal_eval((path / "__manifest__.py").read_text())


def foreign_dependencies(names):
    """Addons not ours that ``names`` need directly or through ours, sorted."""
    ours, found, seen, queue = set(our_addons()), set(), set(), list(names)
    while queue:
        name = queue.pop()
        if name in seen:
            continue
        seen.add(name)
        for dependency in manifest(name).get("depends", []):
            if dependency in ours:
                queue.append(dependency)
            else:
                found.add(dependency)
    return sorted(found)


def key(*parts):
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def platform_key():
    """Changes with Odoo and the Python packages, whose folders are named by content."""
    return key(os.environ["ODOO_PATH"], os.environ["VENV"])


def addons_key(names):
    """Changes with any file of the named addons, tests, documents and caches aside."""
    digest = hashlib.sha256(platform_key().encode())
    for name in names:
        path = addon_path(name)
        for file in sorted(path.rglob("*")) if path else ():
            inside = file.relative_to(path)
            if {"__pycache__", "tests", "readme"} & set(
                inside.parts
            ) or not file.is_file():
                continue
            digest.update(f"{name}/{inside}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


# --- databases ----------------------------------------------------------------------


def execute(database, statement, *params):
    """Run one SQL statement outside a transaction; its rows, if it has any."""
    connection = psycopg2.connect(dbname=database)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, params or None)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def database_exists(name):
    return bool(
        execute("postgres", "SELECT 1 FROM pg_database WHERE datname = %s", name)
    )


def databases():
    return [row[0] for row in execute("postgres", "SELECT datname FROM pg_database")]


def filestore(name):
    return CACHE / "data/filestore" / name


def drop_database(name):
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    try:
        execute("postgres", drop + sql.SQL(" WITH (FORCE)"))
    except errors.InsufficientPrivilege:
        # PostgreSQL is just cleaning it up by itself, which only a superuser may end
        # by force; without force it ends that, and waits for it
        execute("postgres", drop)
    shutil.rmtree(filestore(name), ignore_errors=True)


def copy_database(source, target):
    """A copy of ``source`` with its files; about a second, whatever is in it."""
    drop_database(target)
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    names = sql.Identifier(target), sql.Identifier(source)
    with locked(f"copy-{source}"):  # PostgreSQL copies a template for one at a time
        execute("postgres", statement.format(*names))
    if filestore(source).is_dir():
        shutil.copytree(filestore(source), filestore(target), dirs_exist_ok=True)


def rename_database(source, target):
    shutil.rmtree(filestore(target), ignore_errors=True)
    if filestore(source).is_dir():
        filestore(source).rename(filestore(target))
    statement = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    names = sql.Identifier(source), sql.Identifier(target)
    execute("postgres", statement.format(*names))


@contextlib.contextmanager
def locked(name):
    """Hold the cache's lock ``name``; ends with the process, however that ends."""
    folder = CACHE / "locks"
    folder.mkdir(exist_ok=True)
    with open(folder / name, "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def parameter(database, name):
    rows = execute(
        database, "SELECT value FROM ir_config_parameter WHERE key = %s", name
    )
    return rows[0][0] if rows else None


def set_parameter(database, name, value):
    execute(
        database,
        "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        name,
        value,
    )


# --- Odoo ---------------------------------------------------------------------------


def die_with_parent():
    """Let the kernel end a child whose parent was killed (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def odoo_command(*arguments):
    return [sys.executable, "-m", "odoo", *arguments]


def start_odoo(log, *arguments):
    """Odoo with its output in the file ``log``, in a session of its own.

    Ctrl-C thus reaches the command alone, which ends Odoo in its own order.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "w") as output:
        return subprocess.Popen(
            odoo_command(*arguments),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )


def stop(process, patience=15):
    """End an Odoo and what it started (its browsers)."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


LOADING = re.compile(r"Loading module (\w+) \((\d+)/(\d+)\)")


def run_odoo(log, what, *arguments, quiet=False):
    """Run Odoo to its end, telling how far it is; SuiteError if it fails."""
    started = told = time.monotonic()
    terminal = sys.stderr.isatty()
    process = start_odoo(log, *arguments, "--stop-after-init", "--no-http")
    try:
        while process.poll() is None:
            time.sleep(0.3)
            now = time.monotonic()
            if now - started > BUILD_TIMEOUT:
                raise SuiteError(
                    f"{what} takes longer than {BUILD_TIMEOUT} s. Log: {log}"
                )
            if not quiet and now - told > (1 if terminal else 10):
                told = now
                progress = f"      {now - started:.0f} s{_module_progress(log)}"
                print(
                    f"\r{progress:60.60}" if terminal else progress,
                    end="" if terminal else "\n",
                    file=sys.stderr,
                    flush=True,
                )
    finally:
        stop(process)
        if terminal and not quiet:
            print(f"\r{'':60}\r", end="", file=sys.stderr, flush=True)
    text = log.read_text(errors="replace")
    demo = re.search(r"Module (\w+) demo data failed to install", text)
    if process.returncode or demo:
        problem = (
            f"the demo data of {demo[1]} does not load" if demo else _last_error(text)
        )
        raise SuiteError(f"{what} failed: {problem}. Log: {log}")


def _module_progress(log):
    with open(log, "rb") as handle:
        handle.seek(max(0, log.stat().st_size - 20000))
        tail = handle.read().decode(errors="replace")
    found = LOADING.findall(tail)
    return ", module {1} of {2}: {0}".format(*found[-1]) if found else ""


def _last_error(text):
    if "No space left on device" in text or shutil.disk_usage(CACHE).free < 20 << 20:
        return "the disk is full"
    # A traceback's last line starts at the margin and is not a log line.
    errors = re.findall(
        r"^(?:[\w.]+(?:Error|Exception|Interrupt)\b.*)$", text, re.MULTILINE
    )
    if errors:
        return errors[-1][:300]
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "Odoo ended without a word"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_http(url, process, patience=120):
    """True when ``url`` answers 200, False when the process ends or patience does."""
    deadline = time.monotonic() + patience
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with opener.open(url, timeout=patience) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


# --- the suite's databases ----------------------------------------------------------


def dependencies_template(addon=None, quiet=False):
    """Name of the database with all that is not ours installed, without demo; cached.

    For an addon that needs no more than ``BASE`` does, nothing else is in it: its tests
    show that it works without what other addons bring.

    Odoo's own demo data would fill a school with furniture sales, so it never loads.
    """
    small = foreign_dependencies([BASE])
    names = foreign_dependencies([*suite_addons(), *test_addons()])
    if addon and set(foreign_dependencies([addon])) <= set(small):
        names = small
    name = f"template-{key(platform_key(), *names)}"
    with locked(name):
        if not database_exists(name):
            if not quiet:
                say("      Odoo and the OCA addons (once, about a minute)")
            building = f"{name}-building"
            if names == small:
                drop_database(building)
            else:
                copy_database(dependencies_template(BASE, quiet=True), building)
            # Without our folders, so that no auto_install of ours slips in.
            run_odoo(
                LOG_DIR / f"{name}.log",
                "installing Odoo and the OCA addons",
                f"--addons-path={os.environ['ODOO_ADDONS']}",
                f"--database={building}",
                f"--init={','.join(names)}",
                quiet=quiet,
            )
            rename_database(building, name)
    return name


def install_suite(database, names, demo, log, *options, quiet=False):
    """Install ``names`` into ``database``; with ``demo``, ours alone load their data.

    Odoo loads an addon's demo data only where all its dependencies have theirs. So the
    others are marked for the time of the installation, and unmarked after it.
    """
    if demo:
        execute(database, "UPDATE ir_module_module SET demo = state = 'installed'")
    run_odoo(
        log,
        "installing the suite",
        f"--database={database}",
        f"--init={','.join(names)}",
        *(["--with-demo"] if demo else []),
        *options,
        quiet=quiet,
    )
    if demo:
        ours = tuple(our_addons())
        execute(
            database,
            "UPDATE ir_module_module SET demo = false WHERE name NOT IN %s",
            ours,
        )


#: What a first page of the site and of the backend would make on its way.
ASSETS = """
site = env["ir.qweb"].with_context(website_id=env["website"].search([], limit=1).id)
for qweb, bundle, part in (
    (site, "web.assets_frontend", "css"),
    (site, "web.assets_frontend_minimal", "js"),
    (site, "web.assets_frontend_lazy", "js"),
    (env["ir.qweb"], "web.assets_web", "css"),
    (env["ir.qweb"], "web.assets_web", "js"),
):
    parts = dict(css=part == "css", js=part == "js")
    getattr(qweb._get_asset_bundle(bundle, **parts), part)()
env.cr.commit()
"""


def make_assets(database):
    """Make style sheets and scripts once, and not in each copy of a template."""
    subprocess.run(
        odoo_command("shell", f"--database={database}", "--no-http"),
        input=ASSETS,
        check=True,
        capture_output=True,
        text=True,
        cwd="/",
    )


def suite_template(demo):
    """Name of the database with the whole suite, for tests to copy; cached."""
    names = suite_addons()
    content = addons_key([*names, STAND_IN])
    name = f"suite-{'demo' if demo else 'plain'}-{content}"
    with locked(name):
        if not database_exists(name):
            building = f"{name}-building"
            copy_database(dependencies_template(quiet=True), building)
            log = LOG_DIR / f"{name}.log"
            install_suite(building, names, demo, log, TEST_LOAD, quiet=True)
            make_assets(building)
            rename_database(building, name)
    return name
