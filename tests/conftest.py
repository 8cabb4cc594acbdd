"""The fixtures of tests with several addons: databases, servers, browsers.

bin/test prepares the environment and runs the tests. Fixtures:

- ``make_database(demo=False)``: a new database with the whole suite (a copy, 1 s)
- ``start_server(database, *options)``: a running Odoo on it, as a ``Server``
- ``plain_server``, ``demo_server``: a server on a new database, one for each test file
- ``run_odoo(database, *options)``, ``run_shell(database, code)``: run Odoo or its shell
- ``phone``, ``tablet``, ``desktop``: Chromium browser contexts of these sizes; an error
  in the console of the browser makes the test fail
- ``each_screen``, ``screen_name``: run the test with each of them; the current size
- ``open_screen(name, locale)``: another context of a size
- ``launch_browser(*arguments, program="chromium")``: another browser with its own
  arguments
- ``sign_in(context, server, login, password)``: an empty page of a signed-in context
"""

import os
import re
import shutil
import xmlrpc.client
from itertools import count
from pathlib import Path

import pytest
import suite
from ports import free_port
from tools.open_shell import OpenShell

collect_ignore = ["addons"]

RUN_FOLDER = Path(os.environ["SCHOOL_HELPDESK_RUN"])
PREFIX = os.environ["SCHOOL_HELPDESK_RUN_PREFIX"]
# The address of a running server to use as demo_server (bin/test --fresh).
GIVEN_URL = os.environ.get("SCHOOL_HELPDESK_TEST_URL")
SCREENS = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "is_mobile": True,
        "has_touch": True,
    },
    "tablet": {"viewport": {"width": 820, "height": 1180}, "has_touch": True},
    "desktop": {"viewport": {"width": 1400, "height": 900}},
}
#: The browsers are in the school: a user without a time zone gets that of the browser.
TIME_ZONE = "Asia/Bangkok"
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Only the last --disable-features counts, so this repeats Playwright's list. We add
    # the first name: it stops Chromium from preloading pages for each window.
    "--disable-features=PreloadTopChromeWebUI,AcceptCHFrame,AutoDeElevate,"
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,"
    "DialMediaRouteProvider,GlobalMediaControls,HttpsUpgrades,LensOverlay,MediaRouter,"
    "PaintHolding,ThirdPartyStoragePartitioning,Translate",
)
#: Console errors that are expected. Tests check failed requests themselves. The content
#: security policy of our pages refuses styles in the login page where a script gets it
#: as an answer. Chromium treats a context of a test as a private window, which has no
#: push notifications.
EXPECTED_ERRORS = (
    "does not support the Push API in incognito mode",
    "Failed to load resource",
    "Applying inline style",
)
numbers = count(1)


class Server:
    """A running Odoo: its address, and access to it without a browser."""

    def __init__(self, url, database=None, log=None, process=None):
        self.url = url
        self.database = database
        self.log = log
        self.process = process

    def stop(self):
        """Stop it before the end of the test, as after a power cut."""
        suite.stop(self.process)

    def rpc(self, login, password):
        """A function ``call(model, method, *args, **kwargs)`` with a user's access."""
        database = self.database
        common = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/common")
        models = xmlrpc.client.ServerProxy(
            f"{self.url}/xmlrpc/2/object", allow_none=True
        )
        uid = common.authenticate(database, login, password, {})
        assert uid, f"{login} cannot sign in"

        def call(model, method, *args, **kwargs):
            return models.execute_kw(
                database, uid, password, model, method, args, kwargs
            )

        return call


def note_template(name):
    """Tell bin/test that this run used a template: it reads the template's log."""
    with open(RUN_FOLDER / "templates.txt", "a") as handle:
        handle.write(f"{name}\n")


@pytest.fixture(scope="session")
def make_database():
    made = []

    def make(demo=False):
        template = suite.suite_template(demo)
        note_template(template)
        name = f"{PREFIX}{next(numbers)}"
        made.append(name)
        suite.copy_database(template, name)
        return name

    yield make
    for name in made:
        suite.drop_database(name)


@pytest.fixture(scope="module")
def start_server():
    processes = []

    def start(database, *options):
        port = free_port()
        log = RUN_FOLDER / f"server-{database}-{port}.log"
        process = suite.start_odoo(
            log,
            f"--database={database}",
            f"--db-filter=^{database}$",
            f"--http-port={port}",
            # a scheduled action that deletes asset bundles makes a loading page blank
            "--max-cron-threads=0",
            suite.TEST_LOAD,
            *options,
        )
        processes.append(process)
        url = f"http://127.0.0.1:{port}"
        assert suite.wait_for_http(f"{url}/web/login", process), (
            f"Odoo does not answer: {log}"
        )
        return Server(url, database, log, process)

    yield start
    for process in processes:
        suite.stop(process)


@pytest.fixture(scope="session")
def run_odoo():
    """``run_odoo(database, *options)``: run Odoo until it ends; return its log's path.

    Raises SuiteError if Odoo fails. bin/test looks for warnings in the log.
    """

    def run(database, *options):
        log = RUN_FOLDER / f"server-run-{database}-{next(numbers)}.log"
        suite.run_odoo(log, "Odoo", f"--database={database}", *options, quiet=True)
        return log

    return run


@pytest.fixture(scope="session")
def run_shell():
    """``run_shell(database, code)``: run Python in ``odoo shell``; return its output.

    Each script has its own transaction and empty caches. The shell of the database
    stays open until another database is used. With ``fresh=True``, a new process
    of Odoo is started. bin/test looks for warnings in the log.
    """
    shells = []

    def close():
        while shells:
            shells.pop().close()

    def run(database, code, fresh=False):
        if fresh or not shells or shells[0].database != database:
            close()
            log = RUN_FOLDER / f"server-shell-{database}-{next(numbers)}.log"
            shells.append(OpenShell(database, log))
        return shells[0].run(code)

    yield run
    close()


@pytest.fixture(scope="module")
def start_shell():
    """``start_shell(database)``: another process with ``odoo shell``."""
    shells = []

    def start(database):
        log = RUN_FOLDER / f"server-shell-{database}-{next(numbers)}.log"
        shells.append(OpenShell(database, log))
        return shells[-1]

    yield start
    for shell in shells:
        shell.close()


@pytest.fixture(scope="module")
def plain_server(make_database, start_server):
    return start_server(make_database(demo=False))


@pytest.fixture(scope="module")
def demo_server(request):
    if GIVEN_URL:
        return Server(GIVEN_URL)
    make_database = request.getfixturevalue("make_database")
    start_server = request.getfixturevalue("start_server")
    return start_server(make_database(demo=True))


# --- browsers -----------------------------------------------------------------------


@pytest.fixture(scope="session")
def launch_browser():
    """Start Chromium: ``launch_browser(*arguments, program="chromium")``."""
    from playwright.sync_api import expect, sync_playwright

    # The first page builds its assets, which can take longer than the default of 5 s.
    expect.set_options(timeout=30000)
    with sync_playwright() as playwright:

        def launch(*arguments, program="chromium"):
            executable = shutil.which(program)
            assert executable, f"bin/test installs the package {program}"
            return playwright.chromium.launch(
                executable_path=executable,
                args=[*CHROMIUM_ARGUMENTS, *arguments],
                env={**os.environ, "TZ": TIME_ZONE},
            )

        yield launch


@pytest.fixture(scope="session")
def browser(launch_browser):
    # Chromium itself needs six times the processor time for each context.
    browser = launch_browser(program="chromium-headless-shell")
    yield browser
    browser.close()


def collect_errors(context):
    """The unexpected console errors of a context's pages, as a list that grows."""
    errors = []

    def note(message):
        if message.type == "error" and not any(
            expected in message.text for expected in EXPECTED_ERRORS
        ):
            errors.append(f"{message.text} ({message.location.get('url')})")

    context.on("console", note)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    return errors


@pytest.fixture
def open_screen(browser, request):
    opened = []

    def open_screen(name, locale="en-US"):
        context = browser.new_context(**SCREENS[name], locale=locale)
        context.set_default_timeout(60000)
        opened.append((name, context, collect_errors(context)))
        return context

    yield open_screen
    if getattr(request.node, "failed", False):
        pages = [(name, page) for name, context, _ in opened for page in context.pages]
        for number, (name, page) in enumerate(pages, 1):
            page.screenshot(
                path=RUN_FOLDER / f"{request.node.name}-{name}-{number}.png"
            )
    errors = []
    for _name, context, found in opened:
        context.close()
        errors += found
    assert not errors, "there are errors in the browser's console"


def _screen(name):
    @pytest.fixture(name=name)
    def screen(open_screen):
        return open_screen(name)

    return screen


phone = _screen("phone")
tablet = _screen("tablet")
desktop = _screen("desktop")


@pytest.fixture(params=SCREENS)
def screen_name(request):
    return request.param


@pytest.fixture
def each_screen(request, screen_name):
    return request.getfixturevalue(screen_name)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    if outcome.get_result().failed:
        item.failed = True


@pytest.fixture(scope="session")
def sign_in():
    """Sign in and return an empty page, because few tests need the next page."""

    def sign_in(context, server, login, password):
        address = f"{server.url}/web/login"
        form = context.request.get(address).text()
        token = re.search(r'name="csrf_token" value="([^"]+)"', form)[1]
        answer = context.request.post(
            address,
            form={"csrf_token": token, "login": login, "password": password},
            max_redirects=0,
        )
        assert answer.status == 303, f"{login} cannot sign in"
        return context.new_page()

    return sign_in
