"""The private parts in docs/platform.md are used in the addons that it names.

test_docs.py checks that the tests it names exist.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEADING = "## Private parts of Odoo we rely on"
#: A text in backticks.
NAME = re.compile(r"`([^`]+)`")


def rows():
    """The part and the place of each row that names a test."""
    text = (ROOT / "docs/platform.md").read_text().partition(HEADING)[2]
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and NAME.match(cells[3]):
            yield cells[0], cells[1]


@pytest.mark.parametrize("part, place", rows())
def test_part_is_used(part, place):
    *of_tests, addon = place.split()
    files = [
        path
        for pattern in ("*.py", "*.js", "*.scss", "*.xml")
        for path in (ROOT / addon).rglob(pattern)
        if bool(of_tests) == ("tests" in path.relative_to(ROOT).parts)
    ]
    # the last name of `a.b` and `a["x"].b`
    name = re.split(r"[.\]]", NAME.search(part)[1])[-1]
    assert any(name in path.read_text() for path in files), f"{addon}: {name}"


def test_there_are_rows():
    assert len(list(rows())) > 20
