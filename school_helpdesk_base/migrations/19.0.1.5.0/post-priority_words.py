"""Show Thai readers the priorities in the words of policies and symptoms.

A term that is stored is not loaded again from i18n_extra/th.po.
"""

from odoo import SUPERUSER_ID, api

#: The selection's value, the former word and the new one.
WORDS = (("1", "ปานกลาง", "ปกติ"), ("3", "สูงมาก", "เร่งด่วน"))


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    if "th_TH" not in dict(env["res.lang"].get_installed()):
        return
    for value, old, new in WORDS:
        selection = env.ref(
            f"helpdesk_mgmt.selection__helpdesk_ticket__priority__{value}"
        )
        if selection.with_context(lang="th_TH").name == old:
            selection.update_field_translations("name", {"th_TH": new})
