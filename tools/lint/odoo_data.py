"""Check Odoo's data files for mistakes that no packaged linter finds.

odoo_data.py ADDON...: prints a line for each finding; the exit status is 1 if there are
findings. It finds duplicate record ids, record ids with the addon's own name, a <data>
that is alone, duplicate ids in CSV files, translations that are missing, fuzzy, given
twice or without a placeholder, and files that the manifest names wrongly or not at all.
"""

import ast
import csv
import re
import sys
from collections import Counter
from pathlib import Path

import polib
from lxml import etree

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\{.*?\}\}|\{\w*\}")
# Languages in which every term must be translated.
COMPLETE = {"th"}


def check_xml(addon, path):
    try:
        tree = etree.parse(path)
    except etree.XMLSyntaxError as error:
        yield error.lineno, str(error)
        return
    root = tree.getroot()
    if root.tag != "odoo":
        return
    if [child.tag for child in root if isinstance(child.tag, str)] == ["data"]:
        yield root[0].sourceline, "a lone <data>: put its attributes on <odoo>"
    for node in root.iter("record", "template", "menuitem"):
        if node.get("id", "").startswith(f"{addon.name}."):
            yield node.sourceline, f"id {node.get('id')} repeats the addon's name"


def record_ids(addon, path):
    """(id, line) of each record in a file, also in noupdate blocks."""
    try:
        root = etree.parse(path).getroot()
    except etree.XMLSyntaxError:  # check_xml reports it
        return
    if root.tag != "odoo":
        return
    for node in root.iter("record", "template", "menuitem"):
        if node.get("id"):
            yield node.get("id"), node.sourceline


def check_ids(addon, files):
    seen = {}
    for path in files:
        for xmlid, line in record_ids(addon, path):
            if xmlid in seen:
                yield path, line, f"id {xmlid} is also in {seen[xmlid]}"
            seen.setdefault(xmlid, f"{path.name}:{line}")


def check_csv(path):
    with open(path, newline="", encoding="utf-8") as lines:
        ids = Counter(row.get("id") for row in csv.DictReader(lines))
    for xmlid, count in ids.items():
        if count > 1:
            yield 1, f"id {xmlid} is given {count} times"


def check_po(path):
    seen = set()
    for entry in polib.pofile(str(path)):
        key = (entry.msgctxt, entry.msgid)
        if entry.obsolete:
            continue
        if key in seen:
            yield entry.linenum, f"given twice: {entry.msgid[:50]!r}"
        seen.add(key)
        if "fuzzy" in entry.flags:
            yield entry.linenum, f"fuzzy: {entry.msgid[:50]!r}"
        if not entry.msgstr:
            if path.suffix == ".po" and path.stem in COMPLETE:
                yield entry.linenum, f"not translated: {entry.msgid[:50]!r}"
            continue
        if Counter(PLACEHOLDER.findall(entry.msgid)) != Counter(
            PLACEHOLDER.findall(entry.msgstr)
        ):
            yield entry.linenum, f"placeholders differ: {entry.msgid[:50]!r}"


def check_manifest(addon):
    path = addon / "__manifest__.py"
    manifest = ast.literal_eval(path.read_text(encoding="utf-8"))
    named = manifest.get("data", []) + manifest.get("demo", [])
    for name in named:
        if not (addon / name).is_file():
            yield path, 1, f"names {name}, which is not there"
    for file in sorted([*addon.rglob("*.xml"), *addon.rglob("*.csv")]):
        inside = file.relative_to(addon)
        if inside.parts[0] in ("static", "tests") or str(inside) in named:
            continue
        yield file, 1, "no entry in the manifest loads it"


def check_addon(addon):
    yield from check_manifest(addon)
    files = [
        file for file in sorted(addon.rglob("*.xml")) if "static" not in file.parts
    ]
    for file in files:
        for line, text in check_xml(addon, file):
            yield file, line, text
    # Demo data may change a record of the data, which repeats its id.
    for demo in (True, False):
        yield from check_ids(addon, [f for f in files if ("demo" in f.parts) == demo])
    for file in sorted(addon.rglob("*.csv")):
        for line, text in check_csv(file):
            yield file, line, text
    for file in sorted([*addon.rglob("i18n*/*.po"), *addon.rglob("i18n/*.pot")]):
        for line, text in check_po(file):
            yield file, line, text


def main(addons):
    findings = [finding for name in addons for finding in check_addon(Path(name))]
    for path, line, text in findings:
        print(f"{path}:{line}: {text}")
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
