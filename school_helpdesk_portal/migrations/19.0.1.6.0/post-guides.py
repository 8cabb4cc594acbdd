"""Correct steps and menus in the guides, where a school has not changed them."""

from odoo import SUPERUSER_ID, api

#: The name of the guide, the language, the former words and the new ones.
CORRECTIONS = (
    (
        "guide_technician",
        "en_US",
        "Choose <b>Send and resolve</b>. One line about the solution helps the next "
        "person with this problem.",
        "Write one line about the solution: it helps the next person with this "
        "problem. Then choose <b>Send and resolve</b>.",
    ),
    (
        "guide_technician",
        "en_US",
        "Choose <b>Send and wait</b>, and say for whom or what.",
        "Below the answer, say for whom or what you wait. Then choose "
        "<b>Send and wait</b>.",
    ),
    (
        "guide_technician",
        "th_TH",
        "เลือก <b>ส่งและแก้ไขเสร็จ</b> เขียนวิธีแก้ไขหนึ่งบรรทัดไว้ช่วยคนต่อไปที่พบปัญหาเดียวกัน",
        "เขียนวิธีแก้ไขหนึ่งบรรทัดไว้ช่วยคนต่อไปที่พบปัญหาเดียวกัน แล้วเลือก <b>ส่งและแก้ไขเสร็จ</b>",
    ),
    (
        "guide_technician",
        "th_TH",
        "เลือก <b>ส่งและพักรอ</b> แล้วระบุว่ารอใครหรือรออะไร",
        "ใต้คำตอบ ให้ระบุว่ารอใครหรือรออะไร แล้วเลือก <b>ส่งและพักรอ</b>",
    ),
    (
        "guide_manager",
        "th_TH",
        "<b>การกำหนดค่า</b> (Configuration) แล้วเลือก <b>การตั้งค่า</b>",
        "<b>การตั้งค่า</b> แล้วเลือก <b>ตั้งค่าทั่วไป</b>",
    ),
    (
        "guide_manager",
        "th_TH",
        "<b>การกำหนดค่า</b> (Configuration) <b>อาการ</b>",
        "<b>การตั้งค่า</b> <b>อาการ</b>",
    ),
    (
        "guide_manager",
        "th_TH",
        "<b>การกำหนดค่า</b> แล้ว <b>คำตอบสำเร็จรูป</b>",
        "<b>การตั้งค่า</b> แล้ว <b>คำตอบสำเร็จรูป</b>",
    ),
)


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    languages = dict(env["res.lang"].get_installed())
    for name, lang, former, new in CORRECTIONS:
        if lang not in languages:
            continue
        guide = env.ref(f"school_helpdesk_portal.{name}", raise_if_not_found=False)
        guide = guide and guide.with_context(lang=lang)
        if guide and former in (guide.content or ""):
            guide.content = guide.content.replace(former, new)
