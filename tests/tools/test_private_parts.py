"""The table of private parts in docs/platform.md says what is true."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEADING = "## Private parts of Odoo we rely on"
#: What stands in backticks in a cell.
NAME = re.compile(r"`([^`]+)`")


def rows():
    """(part, place, test) of each row."""
    text = (ROOT / "docs/platform.md").read_text().partition(HEADING)[2]
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and NAME.match(cells[3]):
            yield cells[0], cells[1], NAME.match(cells[3])[1]


def find_files(pattern, *folders):
    return [path for folder in folders for path in sorted(folder.rglob(pattern))]


def has_test(path, name, method):
    """Whether a class in a file has the test itself, or one of the common classes."""
    text = path.read_text()
    is_common = path.name.endswith("_common.py")
    has_class = re.search(rf"^class {name}\b", text, re.MULTILINE)
    return f"def {method}(" in text and (is_common or has_class)


@pytest.mark.parametrize("part, place, test", rows())
def test_row(part, place, test):
    *of_tests, addon = place.split()
    files = [
        path
        for pattern in ("*.py", "*.js", "*.xml")
        for path in find_files(pattern, ROOT / addon)
        if bool(of_tests) == ("tests" in path.relative_to(ROOT).parts)
    ]
    # of `a.b` and `a["x"].b` the last name
    names = [re.split(r"[.\]]", name)[-1] for name in NAME.findall(part)]
    if names[0] == "js":
        names[0] = "module_loader"
    assert any(names[0] in path.read_text() for path in files), f"{addon}: {names[0]}"
    suites = [*ROOT.glob("school_*"), ROOT / "tests"]
    name, _dot, method = test.partition(".")
    if method.startswith("test_"):
        found = [
            path for path in find_files("*.py", *suites) if has_test(path, name, method)
        ]
    else:
        found = find_files(test.rpartition("/")[2], *suites)
    assert found, f"there is no {test}"


def test_there_are_rows():
    assert len(list(rows())) > 20
