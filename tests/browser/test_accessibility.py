"""Every page is accessible, in English and in Thai.

Each page of ``pages.PAGES`` is checked in both languages and in three widths: desktop,
phone and small phone (320 pixels, which is also a desktop zoomed to 400 %):

- axe-core finds no serious or critical violation of WCAG 2.0, 2.1 and 2.2, levels A and
  AA. Its "best practices" are not checked. Two of them are asserted here: each page has
  one heading of the first level, and different pages have different titles;
- nothing is wider than the screen, and each button is large enough for a thumb;
- the page declares its language, and a Thai page has none of our terms in English.
"""

import json
import re
from urllib.parse import urlsplit

import polib
import pytest
import suite
from axe_playwright_python.sync_playwright import Axe

from .pages import DESKTOP, LANGUAGES, NO_PAGES, PAGES, PHONE, SMALL_PHONE

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
RUN_AXE = "([scope, rules]) => axe.run(scope || document, rules)"
#: Pages that look so much like another page that they need no picture, and one that
#: only the desk sees.
NOT_SHOWN = {
    "article-helped",
    "article-reason-given",
    "articles-category",
    "figures",
    "guest-gone",
    "new-password",
    "overview-stop",
    "ticket-assigned",
    "ticket-cancelled",
    "ticket-closed",
    "ticket-files",
    "ticket-for-other",
    "ticket-new",
    "ticket-rated",
}
#: The minimum width and height in pixels of all controls, and of our buttons.
TARGET, BUTTON = 24, 44

TARGETS = """scope => [...document.querySelector(scope).querySelectorAll(
    "button, .btn, .button, select, summary, label:has(> input), textarea, "
    + "input:not([type=hidden], [type=radio], [type=checkbox])")]
    .filter(node => node.checkVisibility() && node.getBoundingClientRect().width > 1)
    .map(node => {
        const box = node.getBoundingClientRect();
        return [node.outerHTML.slice(0, 120), Math.round(box.width),
            Math.round(box.height), node.matches("button, .btn, .button")];
    })"""
TEXTS = """scope => {
    const root = document.querySelector(scope), found = [document.title];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        // messages of people and the school's own questions are not translated
        if (!parent.closest("script, style, textarea, .o_helpdesk_message > div,"
            + ".o_helpdesk_questions")) {
            found.push(walker.currentNode.data);
        }
    }
    for (const node of [root, ...root.querySelectorAll("*")]) {
        for (const name of ["aria-label", "placeholder", "title", "alt"]) {
            found.push(node.getAttribute(name) || "");
        }
        for (const name of Object.keys(node.dataset)) {
            found.push(node.dataset[name]);
        }
    }
    return found.map(text => text.replace(/\\s+/g, " ").trim()).filter(Boolean);
}"""
#: The elements that the Tab key must reach, in the order of the page. In a group of
#: radio buttons Tab stops once; the arrow keys move inside the group.
STOPS = """() => {
    const isFirst = (node) => {
        const group = [...document.getElementsByName(node.name)];
        return node === (group.find((one) => one.checked) || group[0]);
    };
    window.stops = [...document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary")]
        .filter(node => node.checkVisibility({visibilityProperty: true}))
        .filter(node => !node.disabled && node.tabIndex >= 0)
        .filter(node => node.type !== "radio" || isFirst(node));
    // also where a field has the focus at first, begin at the beginning of the page
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    return window.stops.map(node => node.outerHTML.slice(0, 100));
}"""
FOCUSED = """() => {
    const node = document.activeElement;
    if (node === document.body) {
        return null;
    }
    const marks = [node, node.closest("label")].filter(Boolean).map(getComputedStyle);
    const box = node.getBoundingClientRect();
    return [
        window.stops.indexOf(node),
        marks.some(style => style.outlineStyle + style.boxShadow !== "nonenone"),
        box.bottom > 0 && box.top < innerHeight,
    ];
}"""
TOO_WIDE = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) {
        return [];
    }
    return [...document.body.querySelectorAll("*")]
        .filter(node => node.getBoundingClientRect().right > root.clientWidth + 1)
        .map(node => node.outerHTML.slice(0, 120)).slice(-5);
}"""


@pytest.fixture(scope="module")
def titles():
    return {}


@pytest.fixture(scope="module")
def english_terms():
    """The English terms of our addons whose Thai translation is different."""
    terms = set()
    for addon in suite.suite_addons():
        for entry in polib.pofile(str(suite.ROOT / addon / "i18n/th.po")):
            thai = plain(entry.msgstr)
            terms |= {text for text in fragments(entry.msgid) if text not in thai}
    return terms


def plain(text):
    return re.sub(r"\s+", " ", text).strip()


def fragments(term):
    """The texts between the tags of a term, as a page shows them."""
    for text in re.split(r"<[^>]*>", term):
        if re.search(r"[A-Za-z]{2}", text):
            yield plain(text)


def look_with_axe(page, line):
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(Axe().axe_script)  # once for all sizes of the page
    found = page.evaluate(RUN_AXE, [line.scope, RULES])
    for violation in found["violations"]:
        if violation["impact"] in ("serious", "critical"):
            for node in violation["nodes"]:
                why = "; ".join(
                    check["message"]
                    for check in node["any"] + node["all"] + node["none"]
                )
                yield f"{violation['id']}: {node['html'][:150]} ({why[:200]})"


def measure_targets(page, line):
    for html, width, height, is_button in page.evaluate(TARGETS, line.scope or "body"):
        least = BUTTON if is_button else TARGET
        if height < least or width < TARGET:
            yield f"{width} x {height} is too small for a thumb: {html}"


def look_for_english(page, line, english_terms):
    for text in page.evaluate(TEXTS, line.scope or "body"):
        if text in english_terms:
            yield f"in English: {text}"


def walk_with_tab(page):
    """Walk through the page with Tab: in order, with a visible focus, and out again."""
    stops = page.evaluate(STOPS)
    for number, html in enumerate(stops):
        # a date and time input has a stop for each part and for its calendar
        for _part in range(9):
            page.keyboard.press("Tab")
            place, is_marked, is_on_screen = page.evaluate(FOCUSED) or (None, 0, 0)
            if place != number - 1:
                break
        if place != number:
            yield f"Tab leads to {place} and not to {number}, {html}"
            return
        if not (is_marked and is_on_screen):
            yield f"the focus is not visible on {html}"
    page.keyboard.press("Tab")
    if page.evaluate(FOCUSED):
        yield "Tab does not leave the page at its end"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("line", PAGES, ids=lambda line: line.name)
def test_page(line, language, visit, titles, english_terms):
    page = visit(line, language)
    problems = []
    for width, height in (DESKTOP, PHONE, SMALL_PHONE):
        page.set_viewport_size({"width": width, "height": height})
        found = []
        if width > SMALL_PHONE[0]:
            found += look_with_axe(page, line)
        if width < DESKTOP[0]:
            found += [
                f"wider than the screen: {html}" for html in page.evaluate(TOO_WIDE)
            ]
            found += measure_targets(page, line)
        problems += [f"at {width} pixels, {text}" for text in found]

    if language == "en" and not line.scope:
        problems += walk_with_tab(page)
    said = page.locator("html").get_attribute("lang")
    if said.split("-")[0] != language:
        problems.append(f"the page says its language is {said}")
    if page.evaluate("document.compatMode") != "CSS1Compat":
        problems.append("no document type: browsers use their quirks mode")
    if language == "th":
        problems += look_for_english(page, line, english_terms)
    if (count := page.locator("h1:visible").count()) != 1 and line.name != "home":
        problems.append(f"{count} headings of the first level")
    title = page.title()
    other = titles.setdefault((language, title), line.state_of or line.name)
    if not title or other != (line.state_of or line.name):
        problems.append(f"the page {other} has the same title “{title}”")
    page.close()
    assert not problems, "\n".join(["", *dict.fromkeys(problems)])


ROUTES = """
import json
rules = [
    (rule.rule, rule.endpoint.func.__name__,
     [cls.__module__.split(".")[2] for cls in type(rule.endpoint.func.__self__).__mro__
      if rule.endpoint.func.__name__ in cls.__dict__ and "addons" in cls.__module__])
    for rule in env["ir.http"].routing_map().iter_rules()
    if rule.endpoint.routing["type"] == "http"
    and "GET" in (rule.endpoint.routing["methods"] or ["GET"])
]
print("\\n" + json.dumps(rules))
"""


def test_no_page_is_missing(database, scene, run_shell):
    """Each of our routes that answers a GET is in PAGES or in NO_PAGES."""
    rules = json.loads(run_shell(database, ROUTES).strip().splitlines()[-1])
    ours = (*suite.suite_addons(), "helpdesk_")
    paths = [urlsplit(line.path.format(**scene)).path for line in PAGES]
    missing = {
        method
        for _rule, method, addons in rules
        if any(addon.startswith(ours) for addon in addons)
    } - NO_PAGES
    assert missing, "the routes were not found"
    for rule, method, _addons in rules:
        pattern = re.sub(r"<rest:[^>]*>", ".*", rule)
        pattern = re.sub(r"<[^>]*>", "[^/]+", pattern)
        if any(re.fullmatch(pattern, path) for path in paths):
            missing.discard(method)
    assert not missing, f"no line in pages.PAGES for {sorted(missing)}"


def test_the_manual_shows_every_page():
    """Each kind of page has a picture in both sizes, and no other picture is kept."""
    manual = (suite.ROOT / "docs/pages.md").read_text()
    shown = set(re.findall(r'src="images/(page-[^"]+)"', manual))
    kept = {path.name for path in (suite.ROOT / "docs/images").glob("page-*")}
    assert shown == kept
    names = {line.name: line.state_of or line.name for line in PAGES}
    kinds = {
        names[picture.removeprefix("page-").removesuffix(f"-{size}.png")]
        for size in ("phone", "desktop")
        for picture in shown
        if picture.endswith(f"-{size}.png")
    }
    assert {names[name] for name in names} - kinds - NOT_SHOWN == set()


def test_keyboard_alone_sends_a_report(visit):
    page = visit(next(line for line in PAGES if line.name == "scan"), "en")
    page.locator("input[name=category]").first.focus()
    page.keyboard.press("ArrowUp")  # from the first to the last, "Something else"
    page.keyboard.press("Tab")
    page.keyboard.type("Sent without a mouse")
    while page.evaluate("() => document.activeElement.textContent.trim()") != "Send":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/ticket/**")
    assert page.get_by_text("Sent without a mouse").first.is_visible()
    page.close()
