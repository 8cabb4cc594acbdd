"""Everything the suite says can be said in Thai: no term is left out, none is stale.

The terms are asked of Odoo itself, on a database with the whole suite, so that one
that was never exported is found as well. That no translation loses a placeholder is
checked where the files are: tools/lint/odoo_data.py.
"""

import re
import subprocess

import polib
import pytest
import suite


@pytest.fixture(scope="module")
def database(make_database):
    return make_database(demo=False)


def is_exported(entry, addon):
    """Whether a term is exported with the addon: one of a record it rewrites is not."""
    of_another = re.compile(rf"model\w*:[\w.]+,\w+:(?!{addon}\.)")
    places = [place for place, _line in entry.occurrences]
    return not places or not all(map(of_another.match, places))


@pytest.mark.parametrize("addon", suite.suite_addons())
def test_thai_is_complete(addon, database, tmp_path):
    exported = tmp_path / f"{addon}.pot"
    subprocess.run(
        suite.odoo_command("i18n", "export", "-d", database, "-o", exported, addon),
        check=True,
        capture_output=True,
        cwd="/",
    )
    said = {entry.msgid for entry in polib.pofile(str(exported))}
    assert said, "the addon has no terms: the export went wrong"

    folder = suite.ROOT / addon / "i18n"
    template = {
        entry.msgid
        for entry in polib.pofile(str(folder / f"{addon}.pot"))
        if is_exported(entry, addon)
    }
    assert sorted(said - template) == [], f"export {addon}.pot again"
    assert sorted(template - said) == [], f"{addon}.pot has what nobody says any more"
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
    assert sorted(said - thai) == [], f"no Thai in {addon}/i18n/th.po"
    stale = {entry.msgid for entry in translations} - said
    assert sorted(stale) == [], f"{addon}/i18n/th.po has what nobody says any more"
