"""The steps of the entry script that come before Odoo runs.

manage.py configure  write Odoo's configuration file
manage.py wait       wait until the database server answers
manage.py packages   print the folder of the packages that the school's addons need
manage.py needs      install the packages that the school's addons need
manage.py check      fail on a wrong setting, or without a password for the first start
manage.py state      print new, changed, settings or ready: what to do before serving
manage.py modules missing|installed   print the addons to install or to update
manage.py settings   print a hash of each group of settings in the database, as JSON
manage.py fingerprint   print a hash of the addons and the pinned packages
manage.py health     fail if the server does not answer
"""

import ast
import configparser
import hashlib
import importlib.metadata
import json
import os
import re
import secrets
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg2
import pytz

HERE = Path(__file__).resolve().parent
SUITE = HERE.parent
ENV = os.environ
#: The fingerprint of the last complete start; settings.py writes it last.
STATE_PARAMETER = "school_helpdesk.docker_state"
#: The hashes of the settings that settings.py has written.
SETTINGS_PARAMETER = "school_helpdesk.docker_settings"
#: The settings that settings.py writes to the database: group to variables.
SETTINGS = {
    "address": ("BASE_URL",),
    "mail": ("MAIL_DOMAIN", "EMAIL_FROM"),
    "imap": ("IMAP_HOST", "IMAP_PORT", "IMAP_SSL", "IMAP_USER", "IMAP_PASSWORD"),
    "timezone": ("TIMEZONE",),
}
WAIT_SECONDS = int(ENV.get("DB_WAIT_SECONDS") or 120)
SHORTEST_PASSWORD = 10
OCA = "Odoo Community Association (OCA)"


def setting(name, default=""):
    return ENV.get(name) or default


def fail(text):
    sys.exit(f"school-helpdesk: {text}")


def database():
    return setting("DB_NAME", "school")


def connect(name):
    return psycopg2.connect(
        host=setting("DB_HOST", "db"),
        port=setting("DB_PORT", "5432"),
        user=setting("DB_USER", "odoo"),
        password=setting("DB_PASSWORD") or None,
        dbname=name,
    )


def query(statement, *params):
    """Return the rows of a query; an empty list without the database or the table."""
    try:
        connection = connect(database())
    except psycopg2.OperationalError:
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchall()
    except psycopg2.errors.UndefinedTable:
        return []
    finally:
        connection.close()


# --- addons -------------------------------------------------------------------------


def addons_folders():
    """The folders of the school's own addons, followed by ours."""
    own = setting("EXTRA_ADDONS", "/mnt/extra-addons").split(":")
    return [Path(folder) for folder in own if Path(folder).is_dir()] + [SUITE]


def found_addons():
    """The addons in these folders: name to dependencies."""
    found = {}
    for folder in addons_folders():
        for path in sorted(folder.glob("*/__manifest__.py")):
            manifest = ast.literal_eval(path.read_text(encoding="utf-8"))
            found.setdefault(path.parent.name, manifest.get("depends", []))
    return found


def suite_modules():
    """Our addons whose dependencies are all available.

    Without the school's asset addon, this is the help desk without assets.
    """
    if setting("MODULES"):
        return [name.strip() for name in setting("MODULES").split(",")]
    found = found_addons()
    ours = {path.parent.name for path in SUITE.glob("*/__manifest__.py")}

    def missing(name):
        return name.startswith("school_") and (
            name not in found or any(map(missing, found[name]))
        )

    return sorted(name for name in ours if not missing(name))


def fingerprint():
    """A hash of all files of the addons and of the pinned packages."""
    version = importlib.metadata.version("odoo")
    digest = hashlib.sha256(",".join([version, *suite_modules()]).encode())
    for folder in addons_folders():
        for path in sorted(folder.glob("*/__manifest__.py")):
            for file in sorted(path.parent.rglob("*")):
                if file.is_file() and "__pycache__" not in file.parts:
                    digest.update(str(file.relative_to(folder)).encode())
                    digest.update(file.read_bytes())
    for name in ("requirements.txt", "requirements-18.0.txt"):
        digest.update((SUITE / name).read_bytes())
    return digest.hexdigest()


def settings_hashes():
    """Return a hash of the values of each group of settings that is not empty."""
    return {
        group: hashlib.sha256(json.dumps(values).encode()).hexdigest()
        for group, names in SETTINGS.items()
        if any(values := [setting(name) for name in names])
    }


# --- commands -----------------------------------------------------------------------


def check():
    timezone = setting("TIMEZONE")
    if timezone and timezone not in pytz.all_timezones_set:
        fail(f"TIMEZONE is {timezone}, an unknown time zone. Example: Asia/Bangkok")
    if state() != "new":
        return
    password = setting("ADMIN_PASSWORD")
    if not password:
        fail("set ADMIN_PASSWORD or ADMIN_PASSWORD_FILE: there is no default")
    if len(password) < SHORTEST_PASSWORD:
        fail(f"ADMIN_PASSWORD needs at least {SHORTEST_PASSWORD} characters")


def server_wide_modules():
    """The addons that the server loads before any database."""
    # the health page answers without a database, and the log can be JSON
    names = ["base", "rpc", "web", "school_helpdesk_monitor"]
    # several nodes share their sessions in a database (docs/scaling.md)
    return names + ["session_db"] if setting("SESSION_DB_URI") else names


def configure():
    # On a socket, PostgreSQL can identify us by the system account, without a password.
    if not setting("DB_PASSWORD") and not setting("DB_HOST", "db").startswith("/"):
        fail("set DB_PASSWORD or DB_PASSWORD_FILE")
    config = configparser.RawConfigParser()
    folders = [str(folder) for folder in addons_folders()]
    options = {
        "addons_path": ",".join(folders + setting("CORE_ADDONS").split()),
        "data_dir": setting("DATA_DIR", "/var/lib/odoo"),
        "db_host": setting("DB_HOST", "db"),
        "db_port": setting("DB_PORT", "5432"),
        "db_user": setting("DB_USER", "odoo"),
        "db_password": setting("DB_PASSWORD", "False"),
        "db_name": database(),
        "dbfilter": f"^{re.escape(database())}$",
        "db_template": "template0",
        "list_db": "False",
        "server_wide_modules": ",".join(server_wide_modules()),
        "admin_passwd": setting("MASTER_PASSWORD") or secrets.token_urlsafe(32),
        "proxy_mode": "True",
        "http_port": setting("HTTP_PORT", "8069"),
        "gevent_port": setting("GEVENT_PORT", "8072"),
        "workers": setting("WORKERS", "2"),
        "max_cron_threads": setting("MAX_CRON_THREADS", "1"),
        "limit_time_cpu": setting("LIMIT_TIME_CPU", "120"),
        "limit_time_real": setting("LIMIT_TIME_REAL", "240"),
        "limit_memory_soft": setting("LIMIT_MEMORY_SOFT", str(1024**3)),
        "limit_memory_hard": setting("LIMIT_MEMORY_HARD", str(1536 * 1024**2)),
        "email_from": setting("EMAIL_FROM", "noreply@school.com"),
        "from_filter": setting("EMAIL_FROM_FILTER")
        or setting("EMAIL_FROM", "noreply@school.com").partition("@")[2],
    }
    if setting("SMTP_HOST"):
        options |= {
            "smtp_server": setting("SMTP_HOST"),
            "smtp_port": setting("SMTP_PORT", "587"),
            "smtp_ssl": setting("SMTP_STARTTLS", "True"),
            "smtp_user": setting("SMTP_USER", "False"),
            "smtp_password": setting("SMTP_PASSWORD", "False"),
        }
    config["options"] = options
    path = Path(ENV["ODOO_RC"])
    path.touch(mode=0o600)
    with path.open("w") as file:
        config.write(file)


def wait():
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connect("postgres").close()
            return
        except psycopg2.OperationalError as error:
            if time.monotonic() > deadline:
                reason = str(error).strip().splitlines()[0]
                fail(f"no database after {WAIT_SECONDS} s: {reason}")
            time.sleep(1)


def state():
    """Compare the database with the addons and settings: see the top of this file."""
    parameters = dict(
        query(
            "SELECT key, value FROM ir_config_parameter WHERE key IN %s",
            (STATE_PARAMETER, SETTINGS_PARAMETER),
        )
    )
    if STATE_PARAMETER not in parameters:
        return "new"
    if parameters[STATE_PARAMETER] != fingerprint():
        return "changed"
    written = json.loads(parameters.get(SETTINGS_PARAMETER, "{}"))
    return "ready" if written == settings_hashes() else "settings"


def settings():
    return json.dumps(settings_hashes())


def modules(which):
    """Names of the suite's addons to install, or of the suite's and OCA's to update.

    :param str which: ``missing`` or ``installed``
    """
    ours = set(suite_modules())
    rows = query(
        "SELECT name, author FROM ir_module_module"
        " WHERE state IN ('installed', 'to upgrade')"
    )
    if which == "missing":
        return ",".join(sorted(ours - {name for name, _author in rows}))
    return ",".join(
        sorted(name for name, author in rows if name in ours or OCA in (author or ""))
    )


def packages():
    """The folder of the school's packages for this Python, in the files' volume."""
    version = "{}.{}".format(*sys.version_info)
    return setting("DATA_DIR", "/var/lib/odoo") + f"/python{version}"


def needs():
    folders = [str(folder) for folder in addons_folders() if folder != SUITE]
    script = SUITE / "bin/lib/needs.py"
    command = [sys.executable, str(script), "--target", packages(), *folders]
    if done := subprocess.run(command).returncode:
        sys.exit(done)


def health():
    port = setting("HTTP_PORT", "8069")
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health", timeout=8):
            return
    except OSError as error:
        fail(str(error))


def main(command, *arguments):
    commands = {
        "check": check,
        "configure": configure,
        "wait": wait,
        "needs": needs,
        "packages": packages,
        "state": state,
        "modules": modules,
        "health": health,
        "fingerprint": fingerprint,
        "settings": settings,
    }
    try:
        text = commands[command](*arguments)
    except psycopg2.Error as error:
        fail(str(error).strip().splitlines()[0])
    if text is not None:
        print(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
