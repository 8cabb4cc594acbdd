"""Mails look right: wide and narrow, light and dark, in English and Thai.

The mails are real: Odoo writes them as it would send them. The browser is like a
mail program, without access to any server.
"""

import base64
import json

import pytest
import suite
from axe_playwright_python.sync_playwright import Axe

from .shots import MANUAL, save
from .test_accessibility import BUTTON, RULES, RUN_AXE, TOO_WIDE

NAMES = ("receipt", "assigned", "answer", "resolved", "overview")
LANGUAGES = ("en", "th")
WIDTHS = (600, 390)
SCHEMES = ("light", "dark")
#: The pictures in docs/mail.md: mail, language, width, colours.
SHOWN = {
    "mail-resolved-dark": ("resolved", "en", 390, "dark"),
    "mail-overview": ("overview", "th", 600, "light"),
}
BUTTONS = """() => [...document.querySelectorAll(".o_mail_button, .o_mail_choice")]
    .map(node => [node.tagName, node.getAttribute("href") || "",
        Math.round(node.getBoundingClientRect().height),
        Math.round(node.getBoundingClientRect().width)])"""
#: Thai marks above and below a letter that begin a line: a word was cut in a cluster.
CUT_CLUSTERS = """() => {
    const found = [], range = document.createRange();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        for (let at = 1; at < node.data.length; at++) {
            if (/[\\u0e31\\u0e33-\\u0e3a\\u0e47-\\u0e4e]/.test(node.data[at])) {
                range.setStart(node, at - 1);
                range.setEnd(node, at + 1);
                const tops = [...range.getClientRects()].map(box => box.top | 0);
                if (new Set(tops).size > 1) {
                    found.push(node.data.slice(at - 5, at + 5));
                }
            }
        }
    }
    return found;
}"""


@pytest.fixture(scope="module")
def mails(make_database, run_shell):
    """The mails, as ``mails[name][language]["html"]``."""
    code = (suite.ROOT / "tests/browser/mail_scene.py").read_text()
    output = run_shell(make_database(demo=True), code + "\nprint(make_mails(env))\n")
    return json.loads(output.strip().splitlines()[-1])


@pytest.fixture
def read(browser, mails):
    """``read(name, language, width, scheme)``: open a mail as a mail program does."""
    contexts, logo = [], base64.b64decode(mails["logo"])

    def read(name, language, width, scheme):
        context = browser.new_context(
            viewport={"width": width, "height": 300}, color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.loaded = []

        def answer(route):
            page.loaded.append(route.request.url)
            if "/logo.png?" in route.request.url:
                route.fulfill(body=logo, content_type="image/png")
            else:
                route.abort()

        context.route("**/*", answer)
        page.set_content(mails[name][language]["html"])
        return page

    yield read
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_mail(name, language, scheme, read):
    problems = []
    for width in WIDTHS:
        page = read(name, language, width, scheme)
        found = [f"wider than the screen: {html}" for html in page.evaluate(TOO_WIDE)]
        page.evaluate(Axe().axe_script)
        for violation in page.evaluate(RUN_AXE, [None, RULES])["violations"]:
            found += [
                f"{violation['id']}: {node['html'][:120]} {node['failureSummary']}"
                for node in violation["nodes"]
            ]
        buttons = page.evaluate(BUTTONS)
        assert len([one for one in buttons if one[0] == "A"]) == len(buttons) > 0
        for _tag, address, height, breadth in buttons:
            if not address.startswith("http") or min(height, breadth) < BUTTON:
                found.append(f"button {breadth} x {height} to {address}")
        others = [url for url in page.loaded if "/logo.png?company=" not in url]
        found += [f"loads {url}" for url in others]
        found += [f"cut: {text}" for text in page.evaluate(CUT_CLUSTERS)]
        background = page.evaluate(
            "getComputedStyle(document.querySelector('.o_mail_card')).backgroundColor"
        )
        is_dark = sum(map(int, background[4:-1].split(", "))) < 3 * 80
        if is_dark != (scheme == "dark"):
            found.append(f"the background is {background}")
        problems += [f"at {width} pixels, {text}" for text in found]
    assert not problems, "\n".join(["", *problems])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_plain_text(name, language, mails):
    """The text alone says the same, with the address of the button on its own line."""
    mail = mails[name][language]
    text = mail["text"]
    assert not set("<>{}") & set(text.replace("> ", "").replace("\n>", "")), text
    assert "&nbsp" not in text and "\u034f" not in text
    assert "\n\n\n" not in text
    lines = [line for line in text.splitlines() if ": http" in line]
    assert lines, text
    thai = sum("\u0e00" <= letter <= "\u0e7f" for letter in text)
    assert (thai > 60) == (language == "th"), text


def test_pictures_of_the_manual():
    """Each picture in docs/mail.md exists; ``pictures.py`` draws them."""
    manual = (suite.ROOT / "docs/mail.md").read_text()
    for name in SHOWN:
        assert f"images/{name}.png" in manual
        assert (MANUAL / f"{name}.png").exists()


def draw(read):
    """Draw the pictures of the manual."""
    for name, wanted in SHOWN.items():
        page = read(*wanted)
        page.wait_for_load_state("networkidle")
        save(page.screenshot(full_page=True), MANUAL / f"{name}.png")
