"""Write the files of the boards and the page of the figures:

    python3 tools/boards/generate.py

A test compares the files with this program's output.
"""

import json
from pathlib import Path

import figures
from boards import BOARDS

ADDON = Path(__file__).parents[2] / "school_helpdesk_report"
FOLDER = ADDON / "data/files"


def generate():
    """Return a dictionary of path to the text of the file."""
    files = figures.generate()
    for build in BOARDS:
        board = build()
        for sample, suffix in ((False, ""), (True, "_sample")):
            path = FOLDER / f"{board.name}{suffix}_dashboard.json"
            content = board.build(sample)
            files[path] = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    return files


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in generate().items():
        path.write_text(text)
