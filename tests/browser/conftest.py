"""A demo school in two languages, and a way to open each page of the table."""

import pytest
from conftest import collect_errors

from .pages import DESKTOP, LANGUAGES, make_scene
from .shots import compare


@pytest.fixture(scope="module")
def admin(demo_server):
    """Call a method as the administrator: ``admin(model, method, *args)``."""
    return demo_server.rpc("admin", "admin")


@pytest.fixture(scope="module")
def database(make_database):
    return make_database(demo=True)


@pytest.fixture(scope="module")
def scene(database, run_shell):
    return make_scene(run_shell, database)


@pytest.fixture(scope="module")
def server(database, scene, start_server):
    """A server on the database that ``pages.set_scene`` has filled."""
    return start_server(database)


@pytest.fixture(scope="module")
def visit(browser, server, scene, sign_in):
    """``visit(line, language)``: open the page of a line of ``pages.PAGES``.

    It is opened by the person the line names, in that language.
    """
    contexts, errors = {}, {}

    def open_context(login, language):
        if login:
            call = server.rpc("admin", "admin")
            users = call("res.users", "search", [("login", "=", login)])
            call("res.users", "write", users, {"lang": LANGUAGES[language]})
        context = browser.new_context(
            viewport={"width": DESKTOP[0], "height": DESKTOP[1]},
            locale=LANGUAGES[language].replace("_", "-"),
        )
        context.set_default_timeout(60000)
        errors[login, language] = found = collect_errors(context)

        def note_outside(request):
            """Nobody else may learn what somebody reads; pages work offline."""
            if not request.url.startswith((f"{server.url}/", "data:", "blob:")):
                found.append(f"request to {request.url}")

        context.on("request", note_outside)
        context.add_cookies(
            [
                {
                    "name": "frontend_lang",
                    "value": LANGUAGES[language],
                    "url": server.url,
                }
            ]
        )
        if login:
            sign_in(context, server, login, f"{login}-demo").close()
        return context

    def visit(line, language):
        key = line.login, language
        if key not in contexts:
            contexts[key] = open_context(*key)
        page = contexts[key].new_page()
        page.goto(f"{server.url}{line.path.format(**scene)}")
        if line.act:
            line.act(page)
        return page

    yield visit
    for context in contexts.values():
        context.close()
    assert not any(errors.values()), errors


@pytest.fixture
def language():
    """The language of the everyday stories; pictures.py runs them in each language."""
    return "en"


@pytest.fixture
def picture():
    """``picture(page, name, folder)``: the place of a picture in a story.

    Here the screen is only compared with the texts of the picture. pictures.py takes
    the picture.
    """
    return compare
