"""What bin/up does with a database that already exists."""

import os
from pathlib import Path

import pytest
import suite
import up

#: Uninstalling it does not uninstall the articles, whose menus the test changes.
ADDON = "school_helpdesk_portal"
MENU = (
    "UPDATE ir_ui_menu SET sequence = %s FROM ir_model_data AS data"
    " WHERE data.model = 'ir.ui.menu' AND data.res_id = ir_ui_menu.id"
    " AND data.module = 'school_helpdesk_kb' RETURNING ir_ui_menu.id"
)
PEOPLE = """
for login, active in (("teacher", True), ("student", False), ("head", True)):
    env["res.users"].create({"name": login.title(), "login": login, "active": active})
env.cr.commit()
"""


@pytest.fixture(scope="module")
def database(make_database):
    """A database as bin/up creates it."""
    made = make_database(demo=False)
    suite.set_parameter(made, "school_helpdesk.demo", "0")
    up.remember(made, suite.suite_addons())
    return made


@pytest.fixture(autouse=True)
def log_folder(database, monkeypatch):
    """Write logs to the folder of the test run, where bin/test looks for warnings.

    Not for the first database: the log of its template must remain after the run.
    """
    folder = Path(os.environ["SCHOOL_HELPDESK_RUN"])
    monkeypatch.setattr(suite, "LOG_DIR", folder)
    return folder


def logs(folder, database):
    return {path.name for path in folder.glob(f"{database}-*.log")}


def test_a_database_of_others_is_refused(make_database):
    foreign = make_database(demo=False)
    with pytest.raises(suite.SuiteError, match="was not created by bin/up"):
        up.prepare_database(foreign, demo=False)


def test_demo_is_not_added_later(database):
    with pytest.raises(suite.SuiteError, match="was created without demo"):
        up.prepare_database(database, demo=True)


def test_an_unchanged_database_is_not_updated(database, log_folder):
    up.prepare_database(database, demo=False)
    assert logs(log_folder, database) == set()


def test_logins_of_active_demo_users(database, run_shell):
    run_shell(database, PEOPLE)
    assert up.logins(database) == [("teacher", "Teacher")]


def test_addons_are_updated_and_installed(database, log_folder, run_shell):
    run_shell(
        database, f'env.ref("base.module_{ADDON}").button_immediate_uninstall()\n'
    )
    menus = suite.execute(database, MENU, 4711)
    assert menus
    suite.set_parameter(database, "school_helpdesk.addons", "of yesterday")
    up.prepare_database(database, demo=False)
    statement = "SELECT state FROM ir_module_module WHERE name = %s"
    assert suite.execute(database, statement, ADDON) == [("installed",)]
    statement = "SELECT count(*) FROM ir_ui_menu WHERE sequence = 4711"
    assert suite.execute(database, statement) == [(0,)]
    ran = {f"{database}-update.log", f"{database}-install.log"}
    assert logs(log_folder, database) == ran
    up.prepare_database(database, demo=False)
    assert logs(log_folder, database) == ran
