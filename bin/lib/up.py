"""The second part of bin/up: the database, then the server.

bin/up prepares the environment and calls: up.py DATABASE PORT DEMO SERVE
"""

import os
import re
import shutil
import signal
import sys

import ports
import psycopg2
import suite
from mail_page import Gateway, MailPage
from suite import SuiteError, say

#: Marks a database to which Thai was added, so that it is not added again after the
#: school has removed it.
THAI_PARAMETER = "school_helpdesk.thai"
#: Adds Thai for users, and for visitors of the website.
THAI = """
thai = env["res.lang"]._activate_lang("th_TH")
addons = env["ir.module.module"].search([("state", "=", "installed")])
addons._update_translations(["th_TH"])
env["website"].search([]).language_ids |= thai
env.cr.commit()
"""
#: Marks a database with the user who hands over mails. If the school removes the user,
#: it stays away.
MAIL_PARAMETER = "school_helpdesk.mail_user"
MAIL_LOGIN = "mailbox"
#: Adds the user, whose only right is to hand over mails.
MAIL_USER = f"""
Users = env["res.users"].with_context(no_reset_password=True, active_test=False)
if not Users.search_count([("login", "=", "{MAIL_LOGIN}")]):
    Users.create({{
        "name": "Incoming mail",
        "login": "{MAIL_LOGIN}",
        "password": "{MAIL_LOGIN}-demo",
        "group_ids": [(6, 0, [
            env.ref("base.group_user").id,
            env.ref("school_helpdesk_base.group_mail_gateway").id,
        ])],
    }})
    env.cr.commit()
"""
#: The address of a server on this computer, as Odoo or bin/up enter it.
LOCAL_ADDRESS = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?/?")
DEMO_LOGINS = ("manager", "technician", "teacher", "student")


class Stopped(Exception):
    """Ctrl-C or a signal has ended the command; this is no error."""


def step(number, text):
    say(f"[{number}/{os.environ['STEPS']}] {text}")


def build(database, demo):
    """Create the database with the suite, under a temporary name until complete."""
    building = f"{database}-building"
    template = suite.dependencies_template()
    suite.copy_database(template, building)
    say(f"      the suite{' with its demo school' if demo else ''}")
    names = suite.suite_addons()
    log = suite.LOG_DIR / f"{database}-install.log"
    suite.install_suite(building, names, demo, log)
    add_thai(building)
    if demo:
        add_mail_user(building)
    suite.set_parameter(building, "school_helpdesk.demo", str(int(demo)))
    remember(building, names)
    suite.rename_database(building, database)
    # mails of a former database of this name
    shutil.rmtree(mail_folder(database), ignore_errors=True)


def add_thai(database):
    """Add Thai once: the language, the translations, and the website's language."""
    if suite.parameter(database, THAI_PARAMETER) is None:
        say("      the Thai language")
        suite.run_shell(database, THAI, "adding the Thai language")
        suite.set_parameter(database, THAI_PARAMETER, "1")


def add_mail_user(database):
    """Add once the user with whom the mails of the demo school are handed over."""
    if suite.parameter(database, MAIL_PARAMETER) is None:
        suite.run_shell(database, MAIL_USER, "adding the user for incoming mails")
        suite.set_parameter(database, MAIL_PARAMETER, "1")


def mail_folder(database):
    return suite.CACHE / "mail" / database


def set_address(database, port):
    """Let the links in mails lead to the server that is being started.

    An address that the school has entered or frozen stays.
    """
    if suite.parameter(database, "web.base.url.freeze"):
        return
    for name in ("web.base.url", "report.url"):
        value = suite.parameter(database, name)
        if value and LOCAL_ADDRESS.fullmatch(value):
            suite.set_parameter(database, name, f"http://127.0.0.1:{port}")


def remember(database, names):
    """Store what the database was built from, to find changes later."""
    suite.set_parameter(database, "school_helpdesk.platform", suite.platform_key())
    made_from = suite.addons_key([*names, suite.ASSET_ADDON])
    suite.set_parameter(database, "school_helpdesk.addons", made_from)


def update(database, demo):
    """Update the changed addons of the database and install new ones."""
    names = suite.suite_addons()
    wanted = suite.addons_key([*names, suite.ASSET_ADDON])
    if suite.parameter(database, "school_helpdesk.addons") == wanted:
        return
    say("      the addons have changed since it was built: updating")
    rows = suite.execute(
        database, "SELECT name FROM ir_module_module WHERE state != 'uninstalled'"
    )
    installed = {row[0] for row in rows}
    changed = {*suite.our_addons()} & installed
    if suite.parameter(database, "school_helpdesk.platform") != suite.platform_key():
        # The OCA addons may have changed too: they are outside Odoo's own folders.
        changed |= {
            name
            for name in installed
            if (path := suite.addon_path(name)) and path.parent not in suite.ODOO_ADDONS
        }
    log = suite.LOG_DIR / f"{database}-update.log"
    if changed:
        arguments = f"--database={database}", f"--update={','.join(sorted(changed))}"
        suite.run_odoo(log, "updating the database", *arguments)
    if new := [name for name in names if name not in installed]:
        log = suite.LOG_DIR / f"{database}-install.log"
        suite.install_suite(database, new, demo, log)
    remember(database, names)


def prepare_database(database, demo):
    """Create the database, or update an existing one.

    :raise SuiteError: the database is not one of bin/up, or has the other demo choice
    """
    with suite.locked(f"database-{database}"):
        if not suite.database_exists(database):
            build(database, demo)
            return
        created_with = suite.parameter(database, "school_helpdesk.demo")
        if created_with is None:
            raise SuiteError(
                f"the database {database} was not created by bin/up: choose another"
            )
        if created_with != str(int(demo)):
            kind = "with" if created_with == "1" else "without"
            raise SuiteError(
                f"the database {database} was created {kind} demo data:"
                " choose another --database"
            )
        update(database, demo)
        add_thai(database)
        if demo:
            add_mail_user(database)


def logins(database):
    """(login, name) of the demo users that exist and are active."""
    statement = (
        "SELECT u.login, p.name FROM res_users u"
        " JOIN res_partner p ON p.id = u.partner_id"
        " WHERE u.active AND u.login IN %s"
    )
    found = dict(suite.execute(database, statement, DEMO_LOGINS))
    return [(login, found[login]) for login in DEMO_LOGINS if login in found]


def free_port_after(port):
    """A free port, the next one if possible: it is the same at each start."""
    for candidate in range(int(port) + 1, min(int(port) + 10, 65536)):
        if ports.reserve(candidate):
            return candidate
    return ports.free_port()


def desk_addresses(database):
    """The addresses to which the help desk receives mail, the main one first."""
    statement = (
        "SELECT a.alias_full_name FROM mail_alias a"
        " JOIN ir_model m ON m.id = a.alias_model_id"
        " WHERE m.model = 'helpdesk.ticket' AND a.alias_full_name LIKE '%%@%%'"
        " ORDER BY a.alias_full_name NOT LIKE 'helpdesk@%%', a.id"
    )
    return [address for (address,) in suite.execute(database, statement)]


def start_mail(database, port):
    """Start the page with the mails of the demo school."""
    statement = (
        "SELECT p.email FROM res_users u JOIN res_partner p ON p.id = u.partner_id"
        " WHERE u.active AND u.login IN %s AND p.email IS NOT NULL"
        " ORDER BY u.login != 'teacher', u.id"
    )
    people = [row[0] for row in suite.execute(database, statement, DEMO_LOGINS)]
    gateway = Gateway(
        f"http://127.0.0.1:{port}",
        database,
        MAIL_LOGIN,
        f"{MAIL_LOGIN}-demo",
        lambda: desk_addresses(database),
    )
    page_port = free_port_after(port)
    return MailPage(
        mail_folder(database),
        gateway,
        next(iter(desk_addresses(database)), ""),
        people,
        page_port,
        free_port_after(page_port),
    )


def serve(database, port, demo):
    """Start Odoo, print the address and the logins, and wait until Odoo ends.

    :raise SuiteError: Odoo does not start, or ends by itself
    """
    log = suite.LOG_DIR / f"{database}.log"
    set_address(database, port)
    mail = start_mail(database, port) if demo else None
    process = suite.start_odoo(
        log,
        f"--database={database}",
        f"--db-filter=^{re.escape(database)}$",
        f"--http-port={port}",
        "--http-interface=127.0.0.1",
        suite.LOAD,
        # an outgoing mail server that somebody enters in Odoo comes first
        *(("--smtp=127.0.0.1", f"--smtp-port={mail.smtp.port}") if mail else ()),
    )
    try:
        address = f"http://127.0.0.1:{port}"
        if not suite.wait_for_http(f"{address}/web/login", process):
            raise SuiteError(f"Odoo does not answer at {address}. Log: {log}")
        say(f"\nThe help desk is at {address}")
        for login, name in logins(database) if demo else ():
            say(f"  {login:<11} password {login + '-demo':<16} {name}")
        say("  admin       password admin            the system administrator")
        if mail:
            say(f"Its mails are at {mail.url}: read, answer and write them there.")
            say(f"  Mail programs can send by SMTP to 127.0.0.1:{mail.smtp.port}.")
        say(f"Log: {log}. Ctrl-C ends it.")
        if process.wait():
            raise SuiteError(f"Odoo ended by itself. Log: {log}")
    finally:
        suite.stop(process)
        if mail:
            mail.stop()


def stopped(_number, _frame):
    """End the command in an orderly way after a signal."""
    raise Stopped


def main(database, port, demo, serving):
    signal.signal(signal.SIGINT, stopped)
    signal.signal(signal.SIGTERM, stopped)
    signal.signal(signal.SIGHUP, stopped)
    try:
        number = int(os.environ["STEP"])
        step(number + 1, f"Database {database}")
        prepare_database(database, demo == "1")
        if serving == "1":
            step(number + 2, "Odoo")
            serve(database, port, demo == "1")
    except Stopped:
        say("\nstopped")
        return 130
    except SuiteError as error:
        problem = str(error)
    except (psycopg2.Error, OSError) as error:
        problem = str(error).strip().splitlines()[0]
    else:
        return 0
    say(f"school-helpdesk: {problem}")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
