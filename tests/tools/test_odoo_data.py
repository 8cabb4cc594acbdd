"""The check of data files finds each mistake, and nothing in a correct addon."""

import subprocess
import sys

import pytest
import suite

XML = """<?xml version="1.0" encoding="utf-8"?>
<odoo>
    <record id="kind_one" model="res.partner.category">
        <field name="name">One</field>
    </record>
</odoo>
"""
ACCESS = "id,name\naccess_one,one\n"
PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "%(count)s tickets"
msgstr "%(count)s รายการ"
"""
MANIFEST = """{
    "name": "Sound",
    "data": ["security/ir.model.access.csv", "data/kind.xml"],
    "demo": ["demo/kind.xml"],
}
"""
SOUND = {
    "__manifest__.py": MANIFEST,
    "security/ir.model.access.csv": ACCESS,
    "data/kind.xml": XML,
    "demo/kind.xml": XML,
    "i18n/th.po": PO,
}


@pytest.fixture
def check(tmp_path):
    """Run the check on a correct addon with changed files; its status and output."""

    def run(files=()):
        addon = tmp_path / "sound"
        for name, text in {**SOUND, **dict(files)}.items():
            file = addon / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        result = subprocess.run(
            [sys.executable, suite.ROOT / "tools/lint/odoo_data.py", addon],
            capture_output=True,
            text=True,
        )
        assert not result.stderr
        return result.returncode, result.stdout

    return run


def test_a_correct_addon_has_no_findings(check):
    assert check() == (0, "")


@pytest.mark.parametrize(
    "name, text, finding",
    [
        ("data/kind.xml", XML.replace("</odoo>", ""), "Premature end"),
        ("data/kind.xml", XML.replace('"kind', '"sound.kind'), "repeats the addon's"),
        (
            "data/kind.xml",
            XML.replace("<odoo>", "<odoo><data>").replace("</odoo>", "</data></odoo>"),
            "a lone <data>",
        ),
        (
            "data/kind.xml",
            XML.replace("</odoo>", '<menuitem id="kind_one" name="One"/></odoo>'),
            "id kind_one is also in kind.xml",
        ),
        ("data/other.xml", "<odoo/>", "no entry in the manifest loads it"),
        (
            "security/ir.model.access.csv",
            f"{ACCESS}access_one,two\n",
            "id access_one is given 2 times",
        ),
        (
            "__manifest__.py",
            MANIFEST.replace("data/kind", "data/kinds"),
            "is not there",
        ),
        ("i18n/th.po", PO.replace("%(count)s ร", "ร"), "placeholders differ"),
        ("i18n/th.po", f'{PO}\nmsgid "Ticket"\nmsgstr ""\n', "not translated"),
        (
            "i18n/th.po",
            f'{PO}\n#, fuzzy\nmsgid "Ticket"\nmsgstr "ใบแจ้ง"\n',
            "fuzzy",
        ),
        (
            "i18n/th.po",
            f'{PO}\nmsgid "%(count)s tickets"\nmsgstr "%(count)s ใบ"\n',
            "given twice",
        ),
    ],
)
def test_finds(check, name, text, finding):
    status, output = check(files={name: text})
    assert status == 1
    assert finding in output
