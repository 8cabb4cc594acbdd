"""Give the delivered ready-made answers their names and languages.

Their records are not updated, because the school may have changed the texts.
"""

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.tools import file_open

MODULE = "school_asset_helpdesk_bridge"


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
    with file_open(f"{MODULE}/data/mail_canned_response_data.xml", "rb") as file:
        records = etree.parse(file).iter("record")
    has_thai = "th_TH" in dict(env["res.lang"].get_installed())
    for record in records:
        answer = env.ref(f"{MODULE}.{record.get('id')}", raise_if_not_found=False)
        if not answer or answer.title:
            continue
        fields = {field.get("name"): field for field in record.iter("field")}
        answer.write(
            {
                "title": fields["title"].text,
                "lang_id": env.ref(fields["lang_id"].get("ref")).id,
            }
        )
        if has_thai:
            thai = {"th_TH": fields["title@th"].text}
            answer.update_field_translations("title", thai)
