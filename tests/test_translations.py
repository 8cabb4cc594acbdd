"""Every term of the suite has a Thai translation, and no translation is stale.

The test exports the terms from a database with the whole suite, so that it also finds
terms that are missing from the .pot file. tools/lint/odoo_data.py checks placeholders.

Other addons that ours depend on have no Thai. Our i18n_extra/th.po has it for their
records and their code: Odoo ignores terms in i18n/th.po that are not in the addon's
.pot file. school_helpdesk_base/tools/foreign_terms.py uses the terms of code.
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


def find_places(entries):
    """The places of terms in records, as pairs (place, term)."""
    return {
        (place, entry.msgid)
        for entry in entries
        for place, _line in entry.occurrences
        if place.startswith("model")
    }


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
    entries = [
        entry
        for entry in polib.pofile(str(file))
        if is_in_template(entry, thai_in_data)
    ]
    exported = {entry.msgid for entry in entries}
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
    # Odoo translates a record only if the term names its place
    missing = find_places(entries) - find_places(translations)
    assert [place for place in sorted(missing) if place[0] not in thai_in_data] == []


FOREIGN_PLACE = re.compile(r"(?:model|model_terms):[\w.]+,\w+:(\w+)\.(\S+)")
FOREIGN_CODE = re.compile(r"code:addons/(\w+)/\S+")
ADDONS_WITH_FOREIGN_TERMS = sorted(
    path.parent.parent.name for path in suite.ROOT.glob("*/i18n_extra/th.po")
)


def find_dependencies(addon):
    """All addons that the addon depends on, directly or not."""
    found, queue = set(), [addon]
    while queue:
        new = set(suite.manifest(queue.pop()).get("depends", [])) - found
        found |= new
        queue += new
    return found


def installs_itself(addon, dependencies):
    """Whether Odoo installs the addon together with these."""
    manifest = suite.manifest(addon)
    return manifest.get("auto_install") and dependencies.issuperset(manifest["depends"])


@pytest.mark.parametrize("addon", ADDONS_WITH_FOREIGN_TERMS)
def test_foreign_terms_belong_to_records(addon, database):
    existing = set(suite.execute(database, "SELECT module, name FROM ir_model_data"))
    places = [
        place
        for entry in polib.pofile(str(suite.ROOT / addon / "i18n_extra/th.po"))
        for place, _line in entry.occurrences
        if not FOREIGN_CODE.fullmatch(place)
    ]
    assert places
    matches = {place: FOREIGN_PLACE.fullmatch(place) for place in places}
    assert [place for place, match in matches.items() if not match] == []
    dependencies = find_dependencies(addon)
    foreign = {place: match.groups() for place, match in matches.items()}
    early = [
        place
        for place, (of, _) in foreign.items()
        if of not in dependencies and not installs_itself(of, dependencies)
    ]
    assert early == [], f"{addon} does not depend on the addons of these terms"
    # of two translations of one value, the order of loading decides which one counts
    ours = {
        place
        for file in suite.ROOT.glob("*/i18n/th.po")
        for entry in polib.pofile(str(file))
        for place, _line in entry.occurrences
        if place.startswith("model:")
    }
    assert sorted(ours.intersection(places)) == [], "our addons change these records"
    gone = [place for place, record in foreign.items() if record not in existing]
    assert gone == [], "there are no such records"


def get_code(entry):
    """The addons in whose code the term is."""
    matches = [FOREIGN_CODE.fullmatch(place) for place, _line in entry.occurrences]
    return {match[1] for match in matches if match}


def find_foreign_addons():
    """The addons that are not ours, whose Thai is in our files."""
    return sorted(
        {
            match[1]
            for file in suite.ROOT.glob("*/i18n_extra/th.po")
            for entry in polib.pofile(str(file))
            for place, _line in entry.occurrences
            if (
                match := FOREIGN_PLACE.fullmatch(place) or FOREIGN_CODE.fullmatch(place)
            )
        }
    )


def is_of_oca(addon):
    return "(OCA)" in suite.manifest(addon).get("author", "")


def test_code_of_other_addons_is_complete(database, tmp_path):
    """Each term in the code of an OCA addon has Thai, and no translation is stale."""
    foreign = find_foreign_addons()
    file = tmp_path / "foreign.pot"
    subprocess.run(
        suite.odoo_command("i18n", "export", "-d", database, "-o", file, *foreign),
        check=True,
        capture_output=True,
        cwd="/",
    )
    used = {(of, e.msgid) for e in polib.pofile(str(file)) for of in get_code(e)}
    thai = {
        (of, entry.msgid)
        for addon in ADDONS_WITH_FOREIGN_TERMS
        for entry in polib.pofile(str(suite.ROOT / addon / "i18n_extra/th.po"))
        for of in get_code(entry)
    }
    assert used, "the addons have no terms: the export went wrong"
    # Odoo's own addons come with Thai: ours has only what is missing on our pages
    missing = {(of, term) for of, term in used - thai if is_of_oca(of)}
    assert missing == set()
    assert thai - used == set(), "there are no such terms in the code"


@pytest.mark.parametrize("addon", ADDONS_WITH_FOREIGN_TERMS)
def test_foreign_code_says_the_same_as_ours(addon):
    """Odoo takes our own terms of code from both files, and the last one wins."""
    ours = {
        entry.msgid: entry.msgstr
        for entry in polib.pofile(str(suite.ROOT / addon / "i18n/th.po"))
    }
    different = [
        entry.msgid
        for entry in polib.pofile(str(suite.ROOT / addon / "i18n_extra/th.po"))
        if get_code(entry) and ours.get(entry.msgid, entry.msgstr) != entry.msgstr
    ]
    assert different == []


@pytest.mark.parametrize("addon", ADDONS_WITH_FOREIGN_TERMS)
def test_foreign_terms_have_thai(addon):
    entries = polib.pofile(str(suite.ROOT / addon / "i18n_extra/th.po"))
    assert [entry.msgid for entry in entries if not entry.msgstr.strip()] == []
    terms = [entry.msgid for entry in entries]
    assert terms == sorted(set(terms))


#: The menus of another addon that a desk sees first.
THAI_MENUS = {
    "helpdesk_mgmt.helpdesk_ticket_main_menu": "ศูนย์ช่วยเหลือ",
    "helpdesk_mgmt.helpdesk_ticket_stage_menu": "ขั้นตอน",
    "helpdesk_mgmt.helpdesk_config_settings_menu": "ตั้งค่าทั่วไป",
    "helpdesk_mgmt_sla.helpdesk_sla_report_menu": "รายงาน SLA",
    "helpdesk_mgmt_timesheet.helpdesk_timesheet_menu": "บันทึกเวลา",
}
LOAD_THAI = f"""
env["res.lang"]._activate_lang("th_TH")
env["ir.module.module"].search([("state", "=", "installed")])._update_translations(
    ["th_TH"]
)
menus = {{
    xmlid: env.ref(xmlid).with_context(lang="th_TH").name for xmlid in {[*THAI_MENUS]}
}}
print("MENUS", ascii(menus))
"""


def test_odoo_loads_the_foreign_terms(database, run_shell):
    output = run_shell(database, LOAD_THAI)
    [menus] = re.findall("^MENUS (.*)$", output, re.MULTILINE)
    assert ast.literal_eval(menus) == THAI_MENUS


@pytest.mark.parametrize(
    ("addon", "term", "thai"),
    [
        ("school_asset_helpdesk_bridge", "Device out of service", "งดใช้อุปกรณ์นี้"),
        ("school_asset_helpdesk_bridge", "Out of service", "งดใช้งาน"),
        ("school_asset_helpdesk_bridge", "Responsible", "ผู้ทำให้เสียหาย"),
        ("school_helpdesk_base", "Reopen", "เปิดอีกครั้ง"),
        ("school_helpdesk_base", "The Desk Must Act", "รอศูนย์ช่วยเหลือ"),
        ("school_helpdesk_portal", "No, not covered", "ไม่อยู่ในประกัน"),
    ],
)
def test_ambiguous_terms_have_the_right_meaning_in_thai(addon, term, thai):
    """The English word has several meanings that are different words in Thai."""
    entries = polib.pofile(str(suite.ROOT / addon / "i18n/th.po"))
    assert entries.find(term).msgstr == thai


#: Each term has one Thai translation: words that must not be used, and the right ones.
RETIRED_WORDS = {
    "ทิคเก็ต": "ใบแจ้ง",
    "ทิกเก็ต": "ใบแจ้ง",
    "ป้าย": "ฉลาก",
    "ฝ่ายช่วยเหลือ": "ศูนย์ช่วยเหลือ",
    "ผู้ขอ": "ผู้แจ้ง",
    "ทีมไอที": "ฝ่ายไอที",
}


def find_texts(addon):
    """The addon's files with Thai texts, and the texts."""
    folder = suite.ROOT / addon
    for file in sorted(folder.rglob("*.po")):
        entries = polib.pofile(str(file))
        yield file, "\n".join(entry.msgstr for entry in entries)
    for file in sorted([*folder.rglob("*.xml"), *folder.rglob("*.csv")]):
        yield file, file.read_text()


@pytest.mark.parametrize("addon", suite.suite_addons())
def test_each_term_has_one_thai_translation(addon):
    found = {
        (str(file.relative_to(suite.ROOT)), word): instead
        for file, text in find_texts(addon)
        for word, instead in RETIRED_WORDS.items()
        if word in text
    }
    assert found == {}
