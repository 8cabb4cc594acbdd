"""The paths, tests and links in the documentation exist in the tree."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Paths without an addon in upstream.md are below this folder.
BASE = ROOT / "school_helpdesk_base"
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
#: Documents in which each text in backticks is checked.
CHECKED = ["README.md", "docs/architecture.md", "docs/platform.md", "docs/upstream.md"]
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)|src=\"([^\":]+)\"")
#: A path contains a slash, or has the suffix of one of our file types.
PATH = re.compile(
    r"[\w.-]+(?:/[\w.*-]+)+/?|[\w.-]+\.(?:csv|js|md|mjs|po|py|scss|sh|txt|xml|yml)"
)
#: ``TestX``, ``TestX.test_y`` or ``test_y``; a star stands for the rest of the name.
TEST = re.compile(r"(?:(Test\w+)\b\.?)?(test_\w+\*?)?")


def find_path(text, folder):
    """The file or folder that a document names, or None.

    :param folder: the folder of the path that the document names before it
    """
    if "/" not in text:
        found = [folder / text] if (folder / text).exists() else ROOT.rglob(text)
        return next(iter(found), None)
    for place in (ROOT, BASE):
        if next(place.glob(text.rstrip("/")), None):
            return place / text
    return None


@cache
def read_test_classes():
    """Name of each class in the tests: its own methods and the names of its bases.

    Classes of the same name are one: several addons extend a class of base.
    """
    classes = {}
    for path in [*ROOT.glob("*/tests/**/*.py"), *ROOT.glob("tests/addons/*/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                methods, bases = classes.setdefault(node.name, (set(), set()))
                methods |= {
                    part.name for part in node.body if isinstance(part, ast.FunctionDef)
                }
                bases |= {
                    getattr(base, "id", getattr(base, "attr", ""))
                    for base in node.bases
                }
    return classes


def get_methods(name):
    methods, bases = read_test_classes().get(name, (set(), set()))
    return methods.union(*map(get_methods, bases - {name}))


def find_missing(text):
    """The names in a document that do not exist in the tree."""
    for line in text.splitlines():
        folder, test_class = ROOT, None
        for name in CODE.findall(line):
            if PATH.fullmatch(name):
                path = find_path(name, folder)
                if not path:
                    yield name
                else:
                    folder = path.parent
            elif (match := TEST.fullmatch(name)) and any(match.groups()):
                test_class = match[1] or test_class
                method = match[2]
                if test_class not in read_test_classes():
                    yield name
                elif method and not any(
                    re.fullmatch(method.replace("*", ".*"), own)
                    for own in get_methods(test_class)
                ):
                    yield name


@pytest.mark.parametrize("name", CHECKED)
def test_named_paths_and_tests_exist(name):
    assert list(find_missing((ROOT / name).read_text())) == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links(path):
    links = ["".join(found) for found in LINK.findall(path.read_text())]
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_events():
    """The table of events names each event of events.py, with its arguments."""
    events = (BASE / "models/helpdesk_ticket/events.py").read_text()
    defined = re.findall(r"def (_on_\w+)\(self, (.*)\):", events)
    named = re.findall(
        r"^\| `(_on_\w+)\((.*)\)`",
        (ROOT / "docs/architecture.md").read_text(),
        re.MULTILINE,
    )
    assert named == defined


@pytest.mark.parametrize(
    "line",
    [
        "`school_helpdesk_base/models/gone.py`",
        "`models/gone.py`",
        "`gone.py`",
        "`TestGone`",
        "`TestMerge.test_gone`",
        "`TestMerge`, `test_gone`",
        "`TestMerge.test_gone*`",
    ],
)
def test_finds(line):
    assert len(list(find_missing(line))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "`models/ir_attachment/gate.py`, `serving.py`",
        "`tests/browser/`, `school_*/tests/test_access_matrix.py`",
        "`TestMerge`, `TestAccess.test_a_search_reveals_*`",
        "`message_post` of `mail.thread`, `/my/tickets`, `ODOO_RC`",
    ],
)
def test_passes(line):
    assert list(find_missing(line)) == []
