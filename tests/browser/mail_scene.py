"""Real mails of the desk in English and Thai, made in ``odoo shell`` and not sent."""

import base64
import io
import json

from odoo import fields
from odoo.fields import Domain

#: The longest words that people write: an address and a Thai title without spaces.
TITLE = {
    "en_US": "Projector shows no picture: https://meet.example.com/" + "abc-" * 30,
    "th_TH": "เครื่องฉายภาพไม่แสดงภาพในห้องประชุมใหญ่ชั้นสองอาคารเฉลิมพระเกียรติ",
}
ANSWER = {
    "en_US": "We will bring another projector before the third lesson.",
    "th_TH": "เราจะนำเครื่องฉายอีกเครื่องไปให้ก่อนคาบที่สามนะครับ",
}


def make_logo():
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (320, 96), "#0b3d63")
    ImageDraw.Draw(image).ellipse((16, 16, 80, 80), fill="#f2b705")
    output = io.BytesIO()
    image.save(output, "PNG")
    return base64.b64encode(output.getvalue())


def make_mails(env):
    """Return the mails: ``{name: {language: {"html": ..., "text": ...}}}``."""
    thai = env["res.lang"]._activate_lang("th_TH")
    assert thai
    addons = env["ir.module.module"].search([("state", "=", "installed")])
    addons._update_translations(["th_TH"])
    env.company.write({"logo": make_logo(), "email_secondary_color": "#0b3d63"})
    Job, Ticket = env["helpdesk.notification"], env["helpdesk.ticket"]
    users = {
        login: env["res.users"].search([("login", "=", login)])
        for login in ("teacher", "technician", "manager")
    }
    team = users["technician"].helpdesk_team_ids[:1]
    mails = {"logo": make_logo().decode()}

    def deliver(name, lang):
        env.cr.flush()
        due = Domain("state", "=", "pending")
        jobs = Job.search(due & Domain("due", "<=", fields.Datetime.now()))
        jobs._deliver()
        (mail,) = jobs.mail_id[:1]
        keep(name, lang, mail)

    def keep(name, lang, mail):
        sent = mail._prepare_outgoing_list()[0]
        mails.setdefault(name, {})[lang[:2]] = {
            "html": str(sent["body"]),
            "text": sent["body_alternative"],
        }

    for lang in ("en_US", "th_TH"):
        for user in users.values():
            user.lang = lang
        Job.search([("state", "=", "pending")]).unlink()
        ticket = (
            Ticket.with_user(users["teacher"])
            .sudo()
            .create(
                {
                    "name": TITLE[lang],
                    "description": f"<p>{TITLE[lang]}</p>",
                    "partner_id": users["teacher"].partner_id.id,
                    "team_id": team.id,
                    "user_id": False,
                }
            )
        )
        deliver("receipt", lang)
        ticket = ticket.with_user(users["manager"]).sudo()
        ticket.user_id = users["technician"]
        deliver("assigned", lang)
        message = ticket.with_user(users["technician"]).message_post(
            body=ANSWER[lang], message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        domain = [("mail_message_id", "=", message.id)]
        keep("answer", lang, env["mail.mail"].search(domain, limit=1))
        ticket.with_user(users["technician"])._resolve(ANSWER[lang])
        deliver("resolved", lang)
        Job.create(
            {
                "event": "digest",
                "audience": "agents",
                "digest_team_id": team.id,
                "partner_id": users["technician"].partner_id.id,
            }
        )
        deliver("overview", lang)
    return json.dumps(mails)
