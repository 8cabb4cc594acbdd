"""Translates the texts in the code of addons that have no translation of their own.

Odoo reads the translated texts of an addon's code from that addon's folder only. The
OCA addons have no Thai. The file ``i18n_extra/<language>.po`` of an addon of ours has
their terms: Odoo loads those of records from it, and this module those of code. An
entry says by its place, such as ``code:addons/helpdesk_mgmt/models/x.py``, to which
addon it belongs. A translation that comes with the other addon counts more.
"""

from pathlib import Path

import polib

from odoo.tools.translate import CodeTranslations, code_translations, get_po_paths

#: The addons whose files are read.
_addons = []
_get_own_terms = CodeTranslations._get_code_translations


def translate_foreign_code(addon):
    """Also use the terms of other addons' code in the addon's ``i18n_extra``.

    This is for the function ``post_load`` of an addon: all databases of a server share
    the translations of code.
    """
    if addon not in _addons:
        _addons.append(addon)
    CodeTranslations._get_code_translations = staticmethod(_get_code_translations)
    # forget what was read before this addon was loaded
    code_translations.python_translations.clear()
    code_translations.web_translations.clear()


def _get_code_translations(module_name, lang, filter_func):
    own = _get_own_terms(module_name, lang, filter_func)
    return {**_get_foreign_terms(module_name, lang, filter_func), **own}


def _get_foreign_terms(module, lang, filter_func):
    return {
        entry.msgid: entry.msgstr
        for addon in _addons
        for path in get_po_paths(addon, lang)
        if Path(path).parent.name == "i18n_extra"
        for entry in polib.pofile(path)
        if not entry.obsolete
        and any(
            place.startswith(f"code:addons/{module}/")
            for place, _line in entry.occurrences
        )
        and filter_func({"value": entry.msgstr, "comments": entry.comment})
    }
