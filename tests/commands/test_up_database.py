"""What bin/up makes of a database that is there already."""

import os
from pathlib import Path

import pytest
import suite
import up

#: One that no other addon of the suite needs.
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
    """As bin/up leaves one."""
    made = make_database(demo=False)
    suite.set_parameter(made, "school_helpdesk.demo", "0")
    up.remember(made, suite.suite_addons())
    return made


@pytest.fixture(autouse=True)
def log_folder(database, monkeypatch):
    """The run's own: its logs are read for warnings, and go with it.

    From after the first database on: the log of its template outlasts the run.
    """
    folder = Path(os.environ["SCHOOL_HELPDESK_RUN"])
    monkeypatch.setattr(suite, "LOG_DIR", folder)
    return folder


def logs(folder, database):
    return {path.name for path in folder.glob(f"{database}-*.log")}


def test_another_database_is_left_alone(make_database):
    foreign = make_database(demo=False)
    with pytest.raises(suite.SuiteError, match="was not made by bin/up"):
        up.prepare_database(foreign, demo=False)


def test_with_and_without_demo_are_not_mixed(database):
    with pytest.raises(suite.SuiteError, match="was made without demo"):
        up.prepare_database(database, demo=True)


def test_unchanged_is_served_as_it_is(database, log_folder):
    up.prepare_database(database, demo=False)
    assert logs(log_folder, database) == set()


def test_demo_people_that_are_there(database, run_shell):
    run_shell(database, PEOPLE)
    assert up.logins(database) == [("teacher", "Teacher")]


def test_changed_is_updated_and_new_is_installed(database, log_folder, run_shell):
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
