"""Pictures for the guides and the manual, and the texts of the screens they show.

A picture cannot be compared in a test: fonts and dates differ. So the headings, buttons
and labels of its screen are kept in a text file in ``pictured``. In a normal run the
stories compare these texts with their screens. If a screen has changed, take new
pictures and texts with ``bin/test tests/browser/pictures.py``.
"""

import difflib
import io

import suite
from common import wait_until
from PIL import Image

#: The pictures of the guides, which the addon delivers, and those of the manual.
GUIDE = suite.ROOT / "school_helpdesk_portal/static/img/guide"
MANUAL = suite.ROOT / "docs/images"
TEXTS = suite.ROOT / "tests/browser/pictured"
#: In bytes: people read the guides on phones.
LIMIT = 80_000

#: The texts of a screen that stay the same from day to day: no records, no numbers, and
#: nothing of the bar at the top right, which shows the user.
FIND_TEXTS = """() => {
    const found = [];
    const wanted = "h1, h2, h3, h4, legend, label, th, button, a.btn, [role=menuitem], "
        + ".o_form_label, .o_arrow_button, .o_nav_entry, .dropdown-toggle";
    const left_out = ".o_menu_systray, .o_data_row, .o_helpdesk_languages, "
        + ".o_breadcrumb, .o-mail-Thread, .o_searchview, .o_pager, .o_facet_values, "
        + ".o_cp_switch_buttons, .o_notification, [name=requester_facts], "
        + ".o_statusbar_status";
    for (const node of document.querySelectorAll(wanted)) {
        const visible = node.checkVisibility({visibilityProperty: true});
        if (visible && !node.closest(left_out)) {
            const text = node.innerText.trim() || node.getAttribute("aria-label") || "";
            const stable = text.replace(/(?<!\\S)[0-9]\\S*|[0-9]+/g, "");
            found.push(stable.replace(/\\s+/g, " ").trim());
        }
    }
    return [...new Set(found)].filter((text) => /\\p{L}/u.test(text));
}"""

#: The content security policy of our pages forbids Playwright's wait_for_function.
LOAD_IMAGES = """() => Promise.all([...document.images]
    .filter((image) => !image.complete && image.loading !== "lazy")
    .map((image) => new Promise((done) => {
        image.addEventListener("load", done);
        image.addEventListener("error", done);
    })))"""


def save(png, path):
    """Save a picture with as many colours as fit into ``LIMIT`` bytes."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    path.parent.mkdir(parents=True, exist_ok=True)
    for colours in (256, 128, 64, 32, 16):
        image.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size < LIMIT:
            return
    raise AssertionError(f"{path.name} is {path.stat().st_size} bytes")


def take(page, name, folder, language):
    """Save the picture of a screen and, in English, its texts."""
    if language == "en":
        TEXTS.mkdir(exist_ok=True)
        texts = page.evaluate(FIND_TEXTS)
        (TEXTS / f"{name}.txt").write_text("\n".join([*texts, ""]))
    elif folder == MANUAL:
        return
    suffix = "" if language == "en" else f"-{language}"
    page.evaluate(LOAD_IMAGES)
    page.mouse.move(0, 0)
    save(page.screenshot(animations="disabled"), folder / f"{name}{suffix}.png")


def compare(page, name, _folder):
    """Wait until the screen shows the texts of its picture; fail if it does not."""
    pictured = (TEXTS / f"{name}.txt").read_text().splitlines()
    try:
        wait_until(lambda: page.evaluate(FIND_TEXTS) == pictured, "changed", seconds=10)
    except AssertionError:
        found = page.evaluate(FIND_TEXTS)
        changes = "\n".join(difflib.unified_diff(pictured, found, lineterm="", n=0))
        raise AssertionError(
            f"the screen of the picture {name} has changed: take new pictures: "
            f"bin/test tests/browser/pictures.py\n{changes}"
        ) from None
