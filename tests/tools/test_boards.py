"""The committed files of the boards are those that the program makes."""

import subprocess
import sys

import pytest
import suite

CODE = """
import sys
sys.path.insert(0, sys.argv[1])
import generate
for path, text in generate.generate().items():
    assert path.read_text() == text, path
folder = {path for path in generate.FOLDER.glob("*") if path.is_file()}
assert folder <= set(generate.generate()), folder
print(len(folder))
"""


def test_generated_files():
    """If this fails: ``python3 tools/boards/generate.py``."""
    folder = suite.ROOT / "tools/boards"
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(folder)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10


@pytest.fixture
def converted():
    sys.path.insert(0, str(suite.ROOT / "tools/boards"))
    import figures

    yield figures
    sys.path.remove(str(suite.ROOT / "tools/boards"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "plain"),
        ("**bold** and *thin*", "<strong>bold</strong> and <em>thin</em>"),
        ("`met` / `judged_count`", "Done / Judged count"),
        ("a report (`helpdesk.x`) has", "a report has"),
        ("a > b", "a &gt; b"),
    ],
)
def test_words_of_the_page(converted, text, html):
    assert converted.convert(text, {"met": "Done"}) == html
