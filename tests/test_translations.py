"""Every term of the suite has a Thai translation, and no translation is stale.

The test exports the terms from a database with the whole suite, so that it also finds
terms that are missing from the .pot file. tools/lint/odoo_data.py checks placeholders.
"""

import ast
import re
import subprocess

import polib
import pytest
import suite
from lxml import etree

THAI = re.compile("[\u0e01-\u0e5b]")


@pytest.fixture(scope="module")
def database(make_database):
    return make_database(demo=False)


def is_exported(entry, addon):
    """Whether Odoo exports a term with the addon.

    It does not export the terms of another addon's records that the addon changes.
    """
    of_another = re.compile(rf"model\w*:[\w.]+,\w+:(?!{addon}\.)")
    places = [place for place, _line in entry.occurrences]
    return not places or not all(map(of_another.match, places))


def find_thai_in_data(addon):
    """The places of the terms that a data file has in both languages.

    Long texts are easier to read and change in one file: ``content`` is followed by
    ``content@th``.
    """
    manifest = ast.literal_eval((suite.ROOT / addon / "__manifest__.py").read_text())
    for file in manifest.get("data", []):
        if not file.endswith(".xml"):
            continue
        for record in etree.parse(str(suite.ROOT / addon / file)).iter("record"):
            for field in record:
                name, _at, language = (field.get("name") or "").partition("@")
                if language == "th" and THAI.search(field.text or ""):
                    model, xmlid = record.get("model"), record.get("id")
                    yield f"model:{model},{name}:{addon}.{xmlid}"


def is_in_template(entry, thai_in_data):
    """Whether the term needs the .pot file, since no data file has it in Thai."""
    places = [place for place, _line in entry.occurrences]
    return not places or not thai_in_data.issuperset(places)


@pytest.mark.parametrize("addon", suite.suite_addons())
def test_thai_is_complete(addon, database, tmp_path):
    file = tmp_path / f"{addon}.pot"
    subprocess.run(
        suite.odoo_command("i18n", "export", "-d", database, "-o", file, addon),
        check=True,
        capture_output=True,
        cwd="/",
    )
    thai_in_data = set(find_thai_in_data(addon))
    exported = {
        entry.msgid
        for entry in polib.pofile(str(file))
        if is_in_template(entry, thai_in_data)
    }
    assert exported, "the addon has no terms: the export went wrong"

    folder = suite.ROOT / addon / "i18n"
    template = {
        entry.msgid
        for entry in polib.pofile(str(folder / f"{addon}.pot"))
        if is_exported(entry, addon)
    }
    assert sorted(exported - template) == [], f"export {addon}.pot again"
    assert sorted(template - exported) == [], f"{addon}.pot has terms that are not used"
    translations = [
        entry
        for entry in polib.pofile(str(folder / "th.po"))
        if not entry.obsolete and is_exported(entry, addon)
    ]
    thai = {
        entry.msgid
        for entry in translations
        if entry.msgstr.strip() and not entry.fuzzy
    }
    assert sorted(exported - thai) == [], f"no Thai in {addon}/i18n/th.po"
    stale = {entry.msgid for entry in translations} - exported
    assert sorted(stale) == [], f"{addon}/i18n/th.po has terms that are not used"
