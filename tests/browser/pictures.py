"""Take new pictures for manual and guides: ``bin/test tests/browser/pictures.py``.

Each page of the table that docs/pages.md shows is taken in the size of a phone and of a
desktop, and saved in docs/images. The everyday stories run in each language and take
the pictures of the guides. The name of this file does not begin with ``test_``, so that
a run of all tests changes no picture.
"""

import pytest
import suite

from .pages import LANGUAGES, PAGES, PHONE
from .shots import save, take
from .test_boards_story import (
    SIZES,
    boards,  # noqa: F401 - a fixture
    open_each,
)
from .test_boards_story import open_as as open_board_as  # noqa: F401 - a fixture
from .test_everyday_stories import (  # noqa: F401 - with their fixtures
    admin,
    open_as,
    test_a_manager_finds_the_settings,
    test_a_teacher_reports_on_a_phone,
    test_a_teacher_scans_a_label,
    test_a_technicians_morning,
    test_a_walk_in,
)
from .test_mail_look import draw, mails, read  # noqa: F401 - as above
from .test_report_look import draw_report, reports  # noqa: F401 - as above
from .test_wall_story import link, test_a_wall_screen, wall  # noqa: F401 - as above

IMAGES = suite.ROOT / "docs/images"
MANUAL = suite.ROOT / "docs/pages.md"
#: Narrower than in the tests, so that the text can be read in the manual.
DESKTOP = (1100, 800)
#: The part of a long page that a picture shows, in heights of the screen.
SCREENS = 2
#: The height of the pictures of dashboards, in pixels.
BOARD_HEIGHT = 1400


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def picture(language):
    def picture(page, name, folder):
        take(page, name, folder, language)

    return picture


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


def test_take_mails(read):  # noqa: F811 - the fixture
    draw(read)


def test_take_report(reports):  # noqa: F811 - the fixture
    draw_report(reports)


@pytest.mark.parametrize("size", SIZES)
def test_take_boards(demo_server, boards, open_board_as, size):  # noqa: F811
    names = {board: name for name, board in boards.items()}
    mine = boards["mine"]
    # the technician has figures of their own, and no dashboards of the desk
    for login, shown in (("manager", names.keys() - {mine}), ("technician", [mine])):
        page = open_board_as(login, size=size)
        # a dashboard scrolls inside the page: a high screen shows more of it
        page.set_viewport_size({"width": SIZES[size][0], "height": BOARD_HEIGHT})
        for board, _shown in open_each(page, demo_server, sorted(shown)):
            # the charts grow when they appear
            page.wait_for_timeout(2000)
            save(page.screenshot(), IMAGES / f"board-{names[board]}-{size}.png")
