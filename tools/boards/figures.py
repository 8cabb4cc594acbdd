"""Makes the page *What the Figures Mean* from docs/figures.md.

The page is for people who read reports: it has no names of fields and models. In a
formula the label of a field replaces its name.
"""

import ast
import re
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "docs/figures.md"
PAGE = ROOT / "school_helpdesk_report/views/helpdesk_figures_templates.xml"
#: Sections for programmers.
LEFT_OUT = ("For code", "How they are kept up to date")
#: Columns for programmers.
NAMES = ("field", "model")

FRAME = """<?xml version="1.0" encoding="utf-8" ?>
<!-- tools/boards/generate.py makes this file from docs/figures.md. -->
<odoo>
    <template id="figures_page" name="What the Figures Mean">
        <t t-call="web.layout">
            <t t-set="title">What the Figures Mean</t>
            <t
                t-set="html_data"
                t-value="{{'lang': (env.lang or 'en_US').replace('_', '-')}}"
            />
            <t t-set="head">
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <t t-call-assets="web.assets_frontend" t-js="false" />
            </t>
            <main class="container py-4" style="max-width: 55rem;">
                <h1>What the Figures Mean</h1>
{body}
            </main>
        </t>
    </template>
</odoo>
"""


def read_labels():
    """Return a dictionary of the name of each field to its label."""
    labels = {}
    for path in sorted(ROOT.glob("school_helpdesk_[kr]*/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
                continue
            call, target = node.value, node.targets[0]
            if getattr(getattr(call.func, "value", None), "id", "") != "fields":
                continue
            for keyword in call.keywords:
                if keyword.arg == "string" and isinstance(keyword.value, ast.Constant):
                    labels[getattr(target, "id", "")] = keyword.value.value
    return labels


def convert(text, labels):
    """Return a text of the manual as HTML."""
    text = " ".join(text.split())
    # neither names for programmers nor other manuals
    text = re.sub(r" \((`[^`]+`|\[[^\]]+\]\([^)]+\))\)", "", text)

    def label(match):
        name = match[1]
        found = labels.get(name, name.replace("_", " ").capitalize())
        return found if re.fullmatch(r"\w+", name) else name.strip('"')

    text = escape(re.sub(r"`([^`]+)`", label, text), quote=False)
    text = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", text)
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", text)


def convert_table(lines, labels):
    head, _rule, *rows = (
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines
    )
    kept = [number for number, cell in enumerate(head) if cell not in NAMES]
    yield '<table class="table table-striped">'
    for row in rows:
        cells = [convert(row[number], labels) for number in kept]
        yield "<tr>"
        yield f'<th scope="row" class="w-25">{cells[0].capitalize()}</th>'
        yield f"<td>{cells[1]}</td>"
        yield "</tr>"
    yield "</table>"


def convert_section(title, body, labels):
    yield f'<h2 class="h4 mt-4">{escape(title)}</h2>'
    for block in re.split(r"\n\n+", body.strip()):
        if block.startswith("|"):
            yield from convert_table(block.splitlines(), labels)
        elif block.startswith("- "):
            yield "<ul>"
            for item in re.split(r"^- ", block, flags=re.MULTILINE)[1:]:
                yield f"<li>{convert(item, labels)}</li>"
            yield "</ul>"
        else:
            yield f"<p>{convert(block, labels)}</p>"


def generate():
    """Return a dictionary of path to the text of the file."""
    labels = read_labels()
    lines = []
    for section in SOURCE.read_text().split("\n## ")[1:]:
        title, _newline, body = section.partition("\n")
        if title not in LEFT_OUT:
            lines += convert_section(title, body, labels)
    return {PAGE: FRAME.format(body="\n".join(" " * 16 + line for line in lines))}
