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
    suite.set_parameter(made, up.THAI_PARAMETER, "1")
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


@pytest.mark.parametrize(
    "kept, port, expected",
    [
        ("http://localhost:8069", 8070, "http://127.0.0.1:8070"),
        ("http://127.0.0.1:8070", 8071, "http://127.0.0.1:8071"),
        ("http://[::1]:8070/", 80, "http://127.0.0.1:80"),
        ("http://localhost", 8069, "http://127.0.0.1:8069"),
        # addresses that somebody has entered
        ("https://help.school.example", 8070, "https://help.school.example"),
        ("http://192.0.2.7:8069", 8070, "http://192.0.2.7:8069"),
        ("http://localhost.school.example", 8070, "http://localhost.school.example"),
    ],
)
@pytest.mark.parametrize("name", ["web.base.url", "report.url"])
def test_links_lead_to_the_server(database, name, kept, port, expected):
    suite.set_parameter(database, name, kept)
    up.set_address(database, port)
    assert suite.parameter(database, name) == expected


def test_a_frozen_address_stays(database):
    suite.set_parameter(database, "web.base.url.freeze", "True")
    for address in ("http://localhost:8069", "http://127.0.0.1:1", "http://[::1]"):
        suite.set_parameter(database, "web.base.url", address)
        up.set_address(database, 8070)
        assert suite.parameter(database, "web.base.url") == address


#: Whether Thai is active, on the website, and in the texts of two of our addons.
THAI = """
    SELECT COALESCE(active, FALSE),
        EXISTS (SELECT 1 FROM website_lang_rel WHERE lang_id = res_lang.id),
        EXISTS (SELECT 1 FROM ir_ui_view
                 WHERE key LIKE 'school_helpdesk_portal.%' AND arch_db ? code),
        EXISTS (SELECT 1 FROM ir_model_fields
                 WHERE model = 'helpdesk.ticket' AND name = 'status_category'
                   AND field_description ? code)
      FROM res_lang
     WHERE code = 'th_TH'
"""
REMOVE_THAI = """
thai = env.ref("base.lang_th")
env["website"].search([]).language_ids -= thai
thai.active = False
env.cr.commit()
"""


def test_thai_is_added_once(make_database, run_shell):
    """An older database gets Thai too, but not again after a school has removed it."""
    database = make_database(demo=False)
    [found] = suite.execute(database, THAI)
    assert found == (False, False, False, False)
    up.add_thai(database)
    [found] = suite.execute(database, THAI)
    assert found == (True, True, True, True)
    run_shell(database, REMOVE_THAI)
    up.add_thai(database)
    [found] = suite.execute(database, THAI)
    assert found[:2] == (False, False)
