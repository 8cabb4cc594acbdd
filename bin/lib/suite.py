"""The addons and the databases of the suite, for the commands and the tests.

It runs in the environment that bin/lib/prepare.sh prepares. A database is built under a
temporary name and renamed when it is complete, so that an interrupted build leaves no
database that looks finished.
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
#: The folders of Odoo's own addons.
ODOO_ADDONS = [Path(folder) for folder in os.environ["ODOO_ADDONS"].split(",")]
#: The school's asset addon; tests/addons has a minimal replacement.
ASSET_ADDON = "school_asset_management"
#: The addon that all others of the suite depend on.
BASE = "school_helpdesk_base"
#: The addons that a server loads before any database. bin/up also loads the monitoring,
#: the test servers tests/addons/test_quick_server.
LOAD = "--load=base,rpc,web,school_helpdesk_monitor"
TEST_LOAD = "--load=base,rpc,web,test_quick_server"
LOG_DIR = CACHE / "log"
# Seconds. The demo data covers a school term: on one core a build takes minutes.
BUILD_TIMEOUT = 1800


class SuiteError(Exception):
    """An error that the user can do something about; its text is one line."""


def say(text):
    print(text, file=sys.stderr, flush=True)


# --- addons -------------------------------------------------------------------------


def addons_path():
    """The folders in which Odoo searches addons, in this order."""
    text = Path(os.environ["ODOO_RC"]).read_text()
    line = re.search(r"^addons_path = (.*)$", text, re.MULTILINE).group(1)
    wheels = [
        Path(entry) / "odoo/addons" for entry in sys.path if "site-packages" in entry
    ]
    return [Path(folder) for folder in line.split(",")] + wheels + ODOO_ADDONS


def addons_in(folder):
    """Names of the installable addons in a folder."""
    return sorted(
        path.parent.name
        for path in folder.glob("*/__manifest__.py")
        if ast.literal_eval(path.read_text()).get("installable", True)
    )


def suite_addons():
    """The addons for schools: all at the top level of the checkout."""
    return addons_in(ROOT)


def test_addons():
    """The addons that only tests install, and the replacement of the asset addon."""
    return addons_in(ROOT / "tests/addons")


def our_addons():
    return sorted({*suite_addons(), *test_addons(), ASSET_ADDON})


@functools.cache
def addon_path(name):
    """The addon's folder, or None if the addon is not on the addons path."""
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
    """The addons of Odoo and OCA that these addons need, directly or through ours."""
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
    """A hash that changes with Odoo and with the Python packages."""
    return key(os.environ["ODOO_PATH"], os.environ["VENV"])


def addons_key(names):
    """A hash of the files of these addons, without tests, documents and caches."""
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


def execute(database, statement, *params, **server):
    """Run one SQL statement outside a transaction; return its rows, if any.

    :param server: ``host`` and ``user`` of another PostgreSQL than that of the suite
    """
    connection = psycopg2.connect(dbname=database, **server)
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
        # Autovacuum is working on the database, and only a superuser may end it by
        # force. Without force, PostgreSQL ends autovacuum itself and waits for it.
        execute("postgres", drop)
    shutil.rmtree(filestore(name), ignore_errors=True)


def copy_database(source, target):
    """Copy a database with its files; this takes about a second."""
    drop_database(target)
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    names = sql.Identifier(target), sql.Identifier(source)
    with locked(f"copy-{source}"):  # PostgreSQL allows one copy of a template at a time
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
    """Hold the lock ``name`` of the cache; it is free again when the process ends."""
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
    """Let the kernel end a child process when its parent dies (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def odoo_command(*arguments):
    return [sys.executable, str(Path(__file__).with_name("odoo_main.py")), *arguments]


def start_odoo(log, *arguments):
    """Start Odoo in its own session, with its output in the file ``log``.

    Ctrl-C therefore reaches only the command, which then stops Odoo.
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
    """Stop an Odoo process and the browsers that it has started.

    :param patience: seconds until the process is killed
    """
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


LOADING = re.compile(r"Loading module (\w+) \((\d+)/(\d+)\)")


def run_odoo(log, what, *arguments, quiet=False):
    """Run Odoo until it ends, and print the progress.

    :raise SuiteError: Odoo fails, takes too long, or cannot load demo data
    """
    started = last_printed = time.monotonic()
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
            if not quiet and now - last_printed > (1 if terminal else 10):
                last_printed = now
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
    return lines[-1][:300] if lines else "Odoo has logged nothing"


def wait_for_http(url, process, patience=120):
    """Wait until ``url`` answers; return whether its status is 200.

    False if the process ends, or after ``patience`` seconds.
    """
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
    """Name of the database in which all addons of others are installed; cached.

    If ``addon`` needs no more than ``BASE`` needs, the database contains only that. The
    tests of such an addon show that it works without other addons.

    There is no demo data, because Odoo's demo data is a furniture shop.
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
            # Without our folders, so that no addon of ours is installed automatically.
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
    """Install the addons ``names``; with ``demo``, only ours load their demo data.

    Odoo loads the demo data of an addon only if all its dependencies have demo data.
    Therefore the other addons are marked as having it during the installation.
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


#: Builds the asset bundles of the website and of the backend.
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


def run_shell(database, code, what):
    """Run Python in Odoo's shell.

    :raise SuiteError: the code fails; the text begins with ``what``
    """
    done = subprocess.run(
        odoo_command("shell", f"--database={database}", "--no-http"),
        input=code,
        capture_output=True,
        text=True,
        cwd="/",
    )
    if done.returncode:
        log = LOG_DIR / f"{database}-shell.log"
        log.write_text(done.stdout + done.stderr)
        raise SuiteError(f"{what} failed: {_last_error(done.stderr)}. Log: {log}")


def make_assets(database):
    """Build the asset bundles once, and not in each copy of a template."""
    run_shell(database, ASSETS, "building the asset bundles")


def suite_template(demo):
    """Name of the database with the whole suite, for tests to copy; cached."""
    names = suite_addons()
    content = addons_key([*names, ASSET_ADDON])
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
