"""How bin/test reads a log and a selection: this decides whether a run passes."""

import fcntl

import odoo_log
import pytest
import run_tests
import suite

OURS = ["school_asset_management", "school_helpdesk_base"]
BASE, ASSET_ADDON = "school_helpdesk_base", "school_asset_management"
STORY = "tests/browser/test_story.py"
SCRIPTS = f"{BASE}/static/tests/draft.test.mjs"


def record(level, logger, message):
    return f"2026-03-02 09:00:00,123 42 {level} some-db {logger}: {message}"


def read(*lines):
    return odoo_log.read("\n".join(lines).splitlines(True), OURS)


def test_methods_are_counted_once():
    logger = "odoo.addons.school_helpdesk_base.tests.test_life"
    report = read(
        record("INFO", logger, "Starting TestLife.test_open ... "),
        record("INFO", logger, "Starting TestLife.test_close ... "),
        record("ERROR", logger, "FAIL: Subtest TestLife.test_close (stage='a')"),
        "Traceback (most recent call last):",
        "AssertionError: 1 != 2",
        record("ERROR", logger, "FAIL: Subtest TestLife.test_close (stage='b')"),
        record("INFO", logger, "Starting TestLife.test_wait ... "),
        record("INFO", logger, "skipped TestLife.test_wait : no Chromium"),
        record("ERROR", logger, f"ERROR: setUpClass ({logger}.TestMore)"),
    )
    assert report.passed == 1
    assert len(report.failures) == 2
    assert "1 != 2" in report.failures[f"{logger}: TestLife.test_close"]
    assert list(report.skips.values()) == ["no Chromium"]
    assert report.warnings == []


@pytest.mark.parametrize(
    "level, logger, message, ours",
    [
        ("WARNING", f"odoo.addons.{BASE}.models.ticket", "late", True),
        ("WARNING", "odoo.addons.helpdesk_mgmt.models.ticket", "late", False),
        ("WARNING", f"odoo.addons.{BASE}_extra.x", "late", False),
        ("INFO", f"odoo.addons.{BASE}.models.ticket", "late", False),
        ("WARNING", "odoo.registry", f"Field x in module {BASE} has no label", True),
        (
            "WARNING",
            "py.warnings",
            f"/srv/{BASE}/models/a.py:3: DeprecationWarning: old",
            True,
        ),
        (
            "WARNING",
            "py.warnings",
            "/srv/helpdesk_mgmt/models/a.py:3: DeprecationWarning: old\n"
            f'  File "/srv/{BASE}/models/a.py", line 9, in write',
            False,
        ),
        (
            "ERROR",
            "odoo.http",
            "Exception during request\nTraceback (most recent call last):\n"
            f'  File "/srv/{BASE}/controllers/main.py", line 9, in ticket',
            True,
        ),
        (
            "ERROR",
            "odoo.modules.loading",
            f"Module {BASE}: 1 failures, 0 errors of 76 tests",
            False,
        ),
        ("ERROR", "odoo.sql_db", "bad query: SELECT 1 FROM mail_message", False),
    ],
)
def test_which_warnings_are_ours(level, logger, message, ours):
    assert bool(read(record(level, logger, message)).warnings) == ours


def test_the_lines_of_our_commands_belong_to_no_record():
    """They name our addons, and no message of Odoo continues after them."""
    report = read(
        record("WARNING", "odoo.addons.base.models.ir_cron", "Exception in cron"),
        "psycopg2.InterfaceError: cursor already closed",
        f"school-helpdesk: updating helpdesk_mgmt,{BASE}",
        f"{BASE} is installed",
        record("WARNING", "odoo.registry", f"Field x in module {BASE} has no label"),
    )
    assert len(report.warnings) == 1


@pytest.mark.parametrize(
    "name", ["server-a.log", "server-shell-a.log", "server-entrypoint-a.log", "a.log"]
)
def test_warnings_of_what_tests_start(tmp_path, name):
    """The logs of servers, shells and updates are read, and each log only once."""
    late = record("WARNING", f"odoo.addons.{BASE}.models.ticket", "late")
    (tmp_path / f"{BASE}.log").write_text(late)
    assert run_tests.log_warnings(tmp_path) == []
    (tmp_path / name).write_text(late)
    [warning] = run_tests.log_warnings(tmp_path)
    assert warning.endswith(f"late  [{name}]")


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with one addon, the asset addon, and a folder of pytest tests."""
    for folder in (BASE, f"tests/addons/{ASSET_ADDON}"):
        (tmp_path / folder / "tests").mkdir(parents=True)
        (tmp_path / folder / "__manifest__.py").write_text("{'depends': ['mail']}")
        (tmp_path / folder / "tests/test_life.py").touch()
    (tmp_path / BASE / "static/tests").mkdir(parents=True)
    (tmp_path / SCRIPTS).touch()
    # a test for Hoot, which Odoo runs
    (tmp_path / BASE / "static/tests/dialog.test.js").touch()
    (tmp_path / "tests/browser").mkdir()
    (tmp_path / STORY).touch()
    (tmp_path / "tests/test_removal.py").touch()
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(suite, "ROOT", tmp_path)
    return tmp_path


def odoo_jobs(*selections):
    jobs = run_tests.select(selections)
    return {job.addon: job.tags for job in jobs if isinstance(job, run_tests.OdooJob)}


def pytest_jobs(*selections):
    jobs = run_tests.select(selections)
    return [job.path for job in jobs if isinstance(job, run_tests.PytestJob)]


def node_jobs(*selections):
    jobs = run_tests.select(selections)
    return {job.addon: job.paths for job in jobs if isinstance(job, run_tests.NodeJob)}


def test_without_a_selection_everything_runs(checkout):
    assert odoo_jobs() == {name: (f"/{name}",) for name in OURS}
    assert node_jobs() == {BASE: (SCRIPTS,)}
    assert pytest_jobs() == [STORY, "tests/test_removal.py"]


@pytest.mark.parametrize(
    "selection, expected",
    [
        (BASE, {BASE: (f"/{BASE}",)}),
        (f"{BASE}/", {BASE: (f"/{BASE}",)}),
        (f"{BASE}/tests/test_life.py", {BASE: (f"/{BASE}/tests/test_life.py",)}),
        (f"tests/addons/{ASSET_ADDON}", {ASSET_ADDON: (f"/{ASSET_ADDON}",)}),
        (f"/{BASE}:TestLife.test_open", {BASE: (f"/{BASE}:TestLife.test_open",)}),
        (":TestLife", {name: (f"/{name}:TestLife",) for name in OURS}),
        (f"slow/{BASE}", {BASE: (f"slow/{BASE}",)}),
    ],
)
def test_selecting_addons_tests(checkout, selection, expected):
    assert odoo_jobs(selection) == expected
    assert pytest_jobs(selection) == []


def test_selecting_paths(checkout):
    assert pytest_jobs(STORY) == [STORY]
    two = [f"{STORY}::test_a", f"{STORY}::test_b"]
    assert pytest_jobs(*two) == two
    assert pytest_jobs("tests") == [STORY, "tests/test_removal.py"]
    assert pytest_jobs(str(checkout / "tests/browser")) == [STORY]


@pytest.mark.parametrize(
    "selection", [SCRIPTS, f"{BASE}/static/tests", f"{BASE}/static"]
)
def test_selecting_tests_of_scripts(checkout, selection):
    assert node_jobs(selection, selection) == {BASE: (SCRIPTS,)}
    assert odoo_jobs(selection) == {}
    assert pytest_jobs(selection) == []


def test_selecting_an_addon_selects_its_javascript_tests(checkout):
    for selection in (BASE, f"{BASE}/", str(checkout / BASE)):
        assert node_jobs(selection) == {BASE: (SCRIPTS,)}
    for selection in (f"/{BASE}", f"{BASE}/tests/test_life.py", ":TestLife", STORY):
        assert node_jobs(selection) == {}


@pytest.mark.parametrize("selection", ["nothing", "docs", "/mail:TestX", "/etc/passwd"])
def test_selecting_something_unknown(checkout, selection):
    with pytest.raises(suite.SuiteError):
        run_tests.select([selection])


def test_addons_key_changes_with_installed_files(tmp_path, monkeypatch):
    addon = tmp_path / "some_addon"
    (addon / "tests").mkdir(parents=True)
    (addon / "__manifest__.py").write_text("{}")
    monkeypatch.setattr(suite, "addon_path", lambda name: addon)
    before = suite.addons_key(["some_addon"])
    (addon / "tests/test_new.py").write_text("# a database does not contain tests\n")
    assert suite.addons_key(["some_addon"]) == before
    (addon / "view.xml").write_text("<odoo/>")
    assert suite.addons_key(["some_addon"]) != before


def test_foreign_dependencies_are_found_through_ours():
    names = suite.foreign_dependencies(suite.suite_addons())
    assert "helpdesk_mgmt_merge" in names
    assert not set(names) & set(suite.our_addons())


def test_logs_of_a_running_test_run_stay(monkeypatch, tmp_path):
    monkeypatch.setattr(suite, "LOG_DIR", tmp_path)
    monkeypatch.setattr(run_tests, "KEPT_RUNS", 1)
    token = "alive" + tmp_path.name.rpartition("-")[2]
    for name in (f"test-20200101-000000-{token}", "test-20200101-000001-over"):
        (tmp_path / name).mkdir()
    (tmp_path / "test-20200101-000002-over").mkdir()
    mark = run_tests.run_mark(token)
    with open(mark, "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        run_tests.sweep()
        assert sorted(folder.name for folder in tmp_path.iterdir()) == [
            f"test-20200101-000000-{token}",
            "test-20200101-000002-over",
        ]
    run_tests.sweep()
    assert [folder.name for folder in tmp_path.iterdir()] == [
        "test-20200101-000002-over"
    ]
    assert not mark.exists()


def test_compiled_files_of_old_checkouts_are_removed(tmp_path):
    checkout, cache = tmp_path / "checkout", tmp_path / "bytecode"
    (checkout / "models").mkdir(parents=True)
    for name in ("models", "models_of_before", "models/old"):
        folder = cache / str(checkout / name)[1:]
        folder.mkdir(parents=True)
        (folder / "ticket.cpython-311.pyc").touch()
    run_tests.sweep_bytecode(cache)
    left = [str(file.relative_to(cache).parent) for file in cache.rglob("*.pyc")]
    assert left == [str(checkout / "models")[1:]]


def test_long_jobs_start_first():
    """This is also true on a new computer, and for jobs with a new name."""
    jobs = run_tests.select([])
    first = run_tests.longest_first(jobs, {})
    assert sorted(map(str, first)) == sorted(map(str, jobs))
    usual = run_tests.load_durations(run_tests.USUAL_DURATIONS)
    guesses = [usual.get(job.name, run_tests.UNKNOWN_DURATION) for job in first]
    assert guesses == sorted(guesses, reverse=True)
    # the names are still those of jobs, and the long ones are among them
    assert set(usual) <= {job.name for job in jobs}
    assert guesses[0] > 2 * run_tests.UNKNOWN_DURATION
    for job in jobs[:3]:
        known = {job.timed_as: 9999, jobs[-1].timed_as: 0}
        order = run_tests.longest_first(jobs, known)
        assert order[0] == job
        assert order[-1] == jobs[-1]


def test_an_unreadable_list_of_durations_is_ignored(tmp_path):
    broken = tmp_path / "durations.json"
    for text in (None, "", "{", "[1"):
        if text is not None:
            broken.write_text(text)
        assert run_tests.load_durations(broken) == {}
