"""The image's entry script: what it refuses, installs, updates and does not touch."""

import configparser
import json
import stat
import subprocess
import sys
import urllib.request
import xmlrpc.client
from pathlib import Path

import pytest
import suite
from commands.test_needs import make_wheel
from ports import free_port

from .conftest import ENTRY, PASSWORD


def sign_in(desk, password):
    common = xmlrpc.client.ServerProxy(f"{desk.url}/xmlrpc/2/common")
    return common.authenticate(desk.database, "admin", password, {})


def rows(desk, statement, *params):
    return suite.execute(desk.database, statement, *params)


@pytest.fixture(scope="module")
def installed(desk, tmp_path_factory):
    """Start the desk for the first time; return the script's lines and its process.

    The addons of Odoo and OCA are already installed, which saves a minute.
    """
    secret = tmp_path_factory.mktemp("secrets") / "admin_password"
    secret.write_text(f"{PASSWORD}\n")
    suite.copy_database(suite.dependencies_template(quiet=True), desk.database)
    desk.environment |= {
        "BASE_URL": "https://help.school.example",
        "MAIL_DOMAIN": "school.example",
        "EMAIL_FROM": "desk@school.example",
        "SMTP_HOST": "smtp.school.example",
        "IMAP_HOST": "imap.school.example",
        "IMAP_USER": "helpdesk@school.example",
        "IMAP_PASSWORD": "imap secret",
        "TIMEZONE": "Asia/Bangkok",
    }
    return desk.start(ADMIN_PASSWORD_FILE=str(secret))


class TestRefusals:
    def test_without_password(self, desk):
        assert "ADMIN_PASSWORD" in desk.refuse()
        assert not suite.database_exists(desk.database)

    def test_short_password(self, desk):
        assert "10 characters" in desk.refuse(ADMIN_PASSWORD="admin")
        assert not suite.database_exists(desk.database)

    def test_unreadable_secret(self, desk):
        said = desk.refuse(ADMIN_PASSWORD_FILE="/nowhere/password")
        assert "ADMIN_PASSWORD_FILE names /nowhere/password" in said

    def test_no_database_password(self, desk):
        said = desk.refuse(DB_HOST="localhost", ADMIN_PASSWORD=PASSWORD)
        assert "DB_PASSWORD" in said

    def test_unknown_timezone(self, desk):
        said = desk.refuse(TIMEZONE="Bangkok", ADMIN_PASSWORD=PASSWORD)
        assert "TIMEZONE is Bangkok, an unknown time zone" in said
        assert not suite.database_exists(desk.database)

    def test_no_database(self, desk):
        said = desk.refuse(
            DB_HOST="127.0.0.1",
            DB_PORT=str(free_port()),
            DB_PASSWORD="x",
            ADMIN_PASSWORD=PASSWORD,
        )
        assert "no database after 2 s" in said

    @pytest.mark.parametrize("need", ["no_such_1", "no_such_2>=3", "no such"])
    def test_a_package_of_the_school_that_cannot_be_installed(self, desk, need):
        needs = desk.extra_addons / suite.ASSET_ADDON / "requirements.txt"
        needs.write_text(need)
        said = desk.refuse(ADMIN_PASSWORD=PASSWORD, PIP_NO_INDEX="1")
        needs.unlink()
        [line] = said.strip().splitlines()[-1:]
        assert line.startswith("school-helpdesk: ")
        assert need in line and str(needs) in line
        assert not suite.database_exists(desk.database)


@pytest.mark.parametrize(
    ("sessions", "loaded"), [("", False), ("school-sessions", True)]
)
def test_sessions_in_a_database_need_an_addon(desk, sessions, loaded):
    subprocess.run(
        [sys.executable, suite.ROOT / "docker/manage.py", "configure"],
        env={**desk.environment, "SESSION_DB_URI": sessions},
        check=True,
    )
    config = configparser.RawConfigParser()
    config.read(desk.config)
    names = config["options"]["server_wide_modules"].split(",")
    assert ("session_db" in names) == loaded
    assert {"base", "rpc", "web", "school_helpdesk_monitor"} <= set(names)


def test_packages_of_the_school_are_installed(desk, tmp_path):
    """They are installed into the volume, where Odoo finds them."""
    make_wheel(tmp_path / "index", "school_need")
    needs = desk.extra_addons / suite.ASSET_ADDON / "requirements.txt"
    needs.write_text("school_need")
    environment = {
        **desk.environment,
        "DATA_DIR": str(tmp_path / "volume"),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(tmp_path / "index"),
    }

    def manage(command):
        return subprocess.run(
            [sys.executable, suite.ROOT / "docker/manage.py", command],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )

    folder = Path(manage("packages").stdout.strip())
    assert folder.parent == tmp_path / "volume"
    assert "installing school_need" in manage("needs").stderr
    assert manage("needs").stderr == ""
    needs.unlink()
    assert [path.name for path in folder.glob("*.py")] == ["school_need.py"]


def without_mail(said):
    """The script's lines without those about mail: the servers are unknown here."""
    mail = [line for line in said if " mail DOES NOT WORK: " in line]
    assert [line.split()[1] for line in mail] == ["outgoing", "incoming"]
    return [line for line in said if line not in mail]


class TestLife:
    """The tests run in order: first start, start after a change, unchanged start."""

    def test_installs(self, desk, installed):
        said, _process = installed
        assert any(line.startswith("school-helpdesk: installing ") for line in said)
        found = rows(
            desk,
            "SELECT name FROM ir_module_module WHERE state = 'installed'"
            " AND name LIKE 'school_%%'",
        )
        assert {name for (name,) in found} == {*suite.suite_addons(), suite.ASSET_ADDON}

    def test_admin_has_the_given_password(self, desk, installed):
        assert sign_in(desk, PASSWORD)
        assert not sign_in(desk, "admin")

    def test_secrets_stay_secret(self, desk, installed):
        _said, process = installed
        assert stat.S_IMODE(desk.config.stat().st_mode) == 0o600
        environment = Path(f"/proc/{process.pid}/environ").read_text()
        assert PASSWORD not in environment
        assert "imap secret" not in environment

    def test_no_database_manager(self, desk, installed):
        config = desk.config.read_text()
        assert "list_db = False" in config
        assert "proxy_mode = True" in config
        assert "admin_passwd = admin\n" not in config
        request = urllib.request.Request(
            f"{desk.url}/web/database/list",
            data=b"{}",
            headers={"Content-Type": "application/json"},
        )
        answer = json.load(urllib.request.urlopen(request))
        assert answer["error"]["data"]["name"] == "odoo.exceptions.AccessDenied"

    def test_settings_are_written(self, desk, installed):
        config = desk.config.read_text()
        assert "smtp_server = smtp.school.example" in config
        assert "email_from = desk@school.example" in config
        parameter = "SELECT value FROM ir_config_parameter WHERE key = %s"
        assert rows(desk, parameter, "web.base.url") == [
            ("https://help.school.example",)
        ]
        assert rows(desk, "SELECT name, default_from FROM mail_alias_domain") == [
            ("school.example", "desk")
        ]
        assert rows(
            desk,
            "SELECT d.name, c.tz FROM resource_calendar c JOIN ir_model_data d"
            " ON d.model = 'resource.calendar' AND d.res_id = c.id"
            " AND d.name IN ('calendar_school_hours', 'resource_calendar_std')"
            " ORDER BY 1",
        ) == [
            ("calendar_school_hours", "Asia/Bangkok"),
            ("resource_calendar_std", "Asia/Bangkok"),
        ]
        assert rows(
            desk, 'SELECT server, "user", object_id, state FROM fetchmail_server'
        ) == [("imap.school.example", "helpdesk@school.example", None, "done")]

    def test_a_changed_addon_is_updated(self, desk, installed):
        """An update does not change the password, even if the environment does."""
        desk.stop()
        manifest = desk.extra_addons / suite.ASSET_ADDON / "__manifest__.py"
        manifest.write_text(f"{manifest.read_text()}# changed\n")
        said, _process = desk.start(ADMIN_PASSWORD="another good password")
        assert any(line.startswith("school-helpdesk: updating ") for line in said)
        assert not any("installing" in line for line in said)
        assert sign_in(desk, PASSWORD)
        assert not sign_in(desk, "another good password")

    def test_changed_settings_are_written(self, desk, installed):
        """Only settings that changed in the environment overwrite those in Odoo."""
        desk.stop()
        suite.execute(
            desk.database, "UPDATE mail_alias_domain SET default_from = 'by-hand'"
        )
        desk.environment |= {
            "IMAP_HOST": "imap2.school.example",
            "BASE_URL": "https://desk.school.example",
        }
        said, _process = desk.start()
        assert without_mail(said) == [
            "school-helpdesk: writing the settings",
            "school-helpdesk: serving",
        ]
        parameter = "SELECT value FROM ir_config_parameter WHERE key = %s"
        assert rows(desk, parameter, "web.base.url") == [
            ("https://desk.school.example",)
        ]
        assert rows(desk, 'SELECT server, "user" FROM fetchmail_server') == [
            ("imap2.school.example", "helpdesk@school.example")
        ]
        assert rows(desk, "SELECT name, default_from FROM mail_alias_domain") == [
            ("school.example", "by-hand")
        ]

    def test_an_unchanged_desk_is_served_immediately(self, desk, installed):
        """It needs no administrator's password, and runs its workers."""
        desk.stop()
        said, process = desk.start(WORKERS="1")
        assert without_mail(said) == ["school-helpdesk: serving"]
        assert sign_in(desk, PASSWORD)
        websocket = f"http://127.0.0.1:{desk.websocket_port}/websocket/health"
        assert suite.wait_for_http(websocket, process)


class TestBackup:
    """The commands that docs/docker.md names, on the desk of the tests above."""

    @pytest.fixture
    def empty(self, desk):
        name = f"{desk.database}2"
        yield name
        suite.drop_database(name)

    def test_backup_and_restore(self, desk, installed, empty, tmp_path):
        path = tmp_path / "school.tar"

        def run(command, database, **streams):
            subprocess.run(
                [ENTRY, *command.split()],
                env={**desk.environment, "DB_NAME": database},
                check=True,
                timeout=300,
                **streams,
            )

        with open(path, "wb") as output:
            run("backup", desk.database, stdout=output)
        with open(path, "rb") as backup:
            run("restore --copy", empty, stdin=backup)
        counts = (
            "SELECT (SELECT count(*) FROM ir_attachment),"
            " (SELECT count(*) FROM ir_cron WHERE active)"
        )
        [(files, jobs)] = suite.execute(desk.database, counts)
        assert jobs
        assert suite.execute(empty, counts) == [(files, 0)]
        run("go-live", empty)
        assert suite.execute(empty, counts) == [(files, jobs)]
        assert "is live already" in desk.refuse("go-live", DB_NAME=empty)
