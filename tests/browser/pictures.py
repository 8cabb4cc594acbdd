"""Take new pictures for the manual: ``bin/test tests/browser/pictures.py``.

Each page of the table that docs/pages.md shows is taken in the size of a phone and of a
desktop, and saved in docs/images. The name of this file does not begin with ``test_``,
so that a run of all tests changes no picture.
"""

import io

import pytest
import suite
from PIL import Image

from .pages import PAGES, PHONE

IMAGES = suite.ROOT / "docs/images"
MANUAL = suite.ROOT / "docs/pages.md"
#: Narrower than in the tests, so that the text can be read in the manual.
DESKTOP = (1100, 800)
#: The part of a long page that a picture shows, in heights of the screen.
SCREENS = 2
LIMIT = 80_000


def save(png, path):
    """Save a picture with as many colours as fit into ``LIMIT`` bytes."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32):
        image.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size < LIMIT:
            return
    raise AssertionError(f"{path.name} is {path.stat().st_size} bytes")


def get_wanted(line):
    """The sizes in which the manual shows a page."""
    screens = {"phone": PHONE, "desktop": DESKTOP}
    manual = MANUAL.read_text()
    return {
        size: screen
        for size, screen in screens.items()
        if f"page-{line.name}-{size}.png" in manual
    }


@pytest.mark.parametrize("line", filter(get_wanted, PAGES), ids=lambda line: line.name)
def test_take(line, visit):
    wanted = get_wanted(line)
    page = visit(line, "en")
    page.wait_for_load_state("networkidle")
    for size, (width, height) in wanted.items():
        page.set_viewport_size({"width": width, "height": height})
        whole = page.evaluate("document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": width}
        clip["height"] = min(max(whole, 320), SCREENS * height)
        # the bar at the bottom of a phone belongs to the end of the picture
        page.set_viewport_size({"width": width, "height": clip["height"]})
        page.evaluate("scrollTo(0, 0)")
        save(
            page.screenshot(full_page=True, clip=clip),
            IMAGES / f"page-{line.name}-{size}.png",
        )
    page.close()
