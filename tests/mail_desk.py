"""A help desk that lives by mail alone, with real servers, for tests.

Mails come from Dovecot by IMAP and go to an SMTP server. Odoo runs with its scheduled
actions, in a process that a test can stop and start again.
"""

import re
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import suite
from common import read_facts, wait_until
from dovecot import PASSWORD, USER, run_mailbox
from smtp_server import run_smtp_server

DESK = "helpdesk@school.example.com"
NOREPLY = "noreply@school.example.com"
#: Servers that refuse mails are warnings and errors in Odoo's log, caused on purpose.
QUIET = (
    "--log-handler=odoo.addons.mail.models.mail_mail:CRITICAL",
    "--log-handler=odoo.addons.base.models.ir_mail_server:CRITICAL",
)

PREPARE = """
import json

thai = env["res.lang"]._activate_lang("th_TH")
names = %(addons)r
env["ir.module.module"].search([("name", "in", names)])._update_translations(["th_TH"])
domain = env["mail.alias.domain"].create(
    {"name": "school.example.com", "default_from": "noreply"}
)
company = env.company
company.write({"name": "โรงเรียนบ้านสวน", "alias_domain_id": domain.id})
company.partner_id.write({"lang": "th_TH", "email": "office@school.example.com"})
Users = env["res.users"].with_context(no_reset_password=True)
base = env.ref("base.group_user")
people = {}
for login, name, group in (
    ("manager", "วิภา ทองดี", "helpdesk_mgmt.group_helpdesk_manager"),
    ("technician", "สมชาย ช่างดี", "helpdesk_mgmt.group_helpdesk_user"),
):
    people[login] = Users.create({
        "name": name, "login": login, "password": login + "-secret",
        "email": login + "@school.example.com", "lang": "th_TH", "tz": "Asia/Bangkok",
        "notification_type": "email",
        "group_ids": [(6, 0, [base.id, env.ref(group).id])],
    })
for login, name in (("teacher", "ประนอม รักเรียน"), ("student", "ปิติ ตั้งใจ")):
    people[login] = Users.create({
        "name": name, "login": login, "password": login + "-secret",
        "email": login + "@school.example.com", "lang": "th_TH", "tz": "Asia/Bangkok",
        "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
    })
asset = env["asset.asset"].create({
    "asset_code": "LIFE-1", "name": "เครื่องฉาย",
    "category_id": env["asset.category"].create({"name": "เครื่องฉายภาพ"}).id,
})
team = env.ref("school_asset_helpdesk_bridge.team_it_support")
team.with_context(lang="th_TH").name = "ฝ่ายไอที"
team.write({
    "alias_name": "helpdesk", "company_id": company.id,
    "user_ids": [(6, 0, people["technician"].ids)],
})
team.alias_id.alias_domain_id = domain
# Odoo's own overview
env["digest.digest"].search([]).action_deactivate()
env["fetchmail.server"].create({
    "name": "Desk", "server_type": "imap", "server": "127.0.0.1", "port": %(imap)d,
    "user": %(user)r, "password": %(password)r, "state": "done",
})
env["ir.mail_server"].search([]).active = False
env["ir.mail_server"].create({
    "name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": %(smtp)d,
    "smtp_encryption": "none", "smtp_authentication": "login",
})
crons = {
    name: env.ref(xmlid).id
    for name, xmlid in (
        ("fetch", "mail.ir_cron_mail_gateway_action"),
        ("send", "mail.ir_cron_mail_scheduler_action"),
        ("tell", "school_helpdesk_base.ir_cron_notify"),
        ("remind", "school_helpdesk_base.ir_cron_remind"),
        ("close", "school_helpdesk_base.ir_cron_close_resolved"),
    )
}
assert team.alias_full_name == %(desk)r, team.alias_full_name
assert team.company_id.alias_domain_id.default_from_email == %(noreply)r
facts = {
    "crons": crons,
    "asset": asset.id,
    "scan": "/helpdesk/scan/" + asset.qr_token,
    "users": {login: user.id for login, user in people.items()},
}
print("FACTS" + json.dumps(facts))
env.cr.commit()
"""
#: What is still to be done: scheduled actions that are due, rows to deliver, mails.
BUSY = """
    SELECT 'action ' || cron.cron_name
      FROM ir_cron_trigger AS trigger
      JOIN ir_cron AS cron ON cron.id = trigger.cron_id
     WHERE cron.active AND trigger.call_at <= now() AT TIME ZONE 'UTC'
     UNION ALL
    SELECT 'row ' || event FROM helpdesk_notification
     WHERE state = 'pending' AND due <= now() AT TIME ZONE 'UTC'
     UNION ALL
    SELECT concat_ws(' ', 'mail', mail.id, email_to, message.subject)
      FROM mail_mail AS mail
      JOIN mail_message AS message ON message.id = mail.mail_message_id
     WHERE state = 'outgoing'
"""
RUN_NOW = """
    UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' - interval '1 minute'
     WHERE id = %s
"""
RETRY_NOW = """
    UPDATE helpdesk_notification SET retry_date = now() AT TIME ZONE 'UTC'
     WHERE state = 'failed' AND retry_date IS NOT NULL
"""
HAS_RUN = """
    SELECT 1 FROM ir_cron
     WHERE id = %s AND nextcall > now() AT TIME ZONE 'UTC'
"""


class Browser:
    """A person's browser: pages without scripts, with a session of its own."""

    def __init__(self, url):
        self.url = url
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, address):
        """Return a page's final address and its text."""
        answer = self.opener.open(address)
        return answer.url, answer.read().decode()

    def post(self, address, form):
        answer = self.opener.open(address, urlencode(form).encode())
        return answer.url, answer.read().decode()

    def sign_in(self, login):
        page = self.get(f"{self.url}/web/login")[1]
        form = {"login": login, "password": f"{login}-secret"}
        self.post(f"{self.url}/web/login", {**get_hidden(page, "login"), **form})
        return self


def get_hidden(page, action):
    """Return the hidden fields of the form whose address contains ``action``."""
    form = re.search(
        rf'<form[^>]*action="[^"]*{re.escape(action)}[^"]*".*?</form>', page, re.S
    )
    assert form, f"no form {action}"
    fields = re.findall(r"<input[^>]*>", form.group())
    attributes = [dict(re.findall(r'([\w-]+)="([^"]*)"', field)) for field in fields]
    return {
        field["name"]: field.get("value", "")
        for field in attributes
        if field.get("type") == "hidden" and "name" in field
    }


class MailDesk:
    """The desk with its servers.

    :ivar mailbox: Dovecot
    :ivar smtp: the SMTP server
    :ivar server: the running Odoo
    """

    def __init__(self, database, mailbox, smtp, start_server, facts):
        self.database = database
        self.mailbox = mailbox
        self.smtp = smtp
        self.start_server = start_server
        self.crons = facts["crons"]
        self.asset = facts["asset"]
        self.scan = facts["scan"]
        self.users = facts["users"]
        self.written = 0
        self.seen = 0
        self.start()

    def start(self, *options):
        """Start Odoo with its scheduled actions, after a stop if it has run."""
        options = options or ("--max-cron-threads=1",)
        self.server = self.start_server(self.database, *options, *QUIET)
        # by Odoo itself, which would not notice a change in the database
        self.rpc("admin")(
            "ir.config_parameter", "set_param", "web.base.url", self.server.url
        )

    def sql(self, statement, *params):
        return suite.execute(self.database, statement, *params)

    def browser(self, login=None):
        """Return a person's browser, signed in if a login is given."""
        browser = Browser(self.server.url)
        return browser.sign_in(login) if login else browser

    def rpc(self, login):
        password = login if login == "admin" else f"{login}-secret"
        return self.server.rpc(login, password)

    # --- scheduled actions ------------------------------------------------------------

    def run(self, name):
        """Let a scheduled action run now, and all that follows from it."""
        number = self.crons[name]
        self.sql(RUN_NOW, number)
        self.wake()
        wait_until(
            lambda: self.sql(HAS_RUN, number), f"{name} does not run", seconds=60
        )
        self.settle()

    def wake(self):
        suite.execute("postgres", "SELECT pg_notify('cron_trigger', %s)", self.database)

    def settle(self):
        """Wait until nothing is left to deliver."""
        try:
            wait_until(self._is_idle, "", seconds=60)
        except AssertionError:
            raise AssertionError(f"never done: {self.sql(BUSY)}") from None

    def retry(self):
        """Let the time pass until failed mails are tried again."""
        self.sql(RETRY_NOW)
        self.run("tell")

    def _is_idle(self):
        self.wake()
        return not self.sql(BUSY)

    # --- mails ------------------------------------------------------------------------

    def write(self, sender, subject, text, answers=None):
        """Write a mail to the desk, and let it be fetched; return its Message-ID."""
        self.written += 1
        mail = EmailMessage()
        mail["From"] = sender
        mail["To"] = DESK
        mail["Subject"] = subject
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = f"<{self.written}.life@home.example.com>"
        if answers:
            mail.replace_header("To", answers["Reply-To"] or answers["From"])
            mail["In-Reply-To"] = answers["Message-ID"]
            mail["References"] = (
                f"{answers['References'] or ''} {answers['Message-ID']}"
            )
            quoted = get_text(answers).splitlines()
            text += "\n\nเมื่อ วันจันทร์ ฝ่ายไอที เขียนว่า:\n"
            text += "\n".join(f"> {line}" for line in quoted)
        mail.set_content(text, cte="base64")
        self.mailbox.put(mail.as_bytes())
        self.run("fetch")
        assert self.mailbox.count("UNSEEN") == 0
        return mail["Message-ID"]

    def take_new(self):
        """Return the mails that were sent since the last call, oldest first."""
        self.settle()
        sent = self.smtp.sent()
        new = sent[self.seen :]
        self.seen = len(sent)
        return new

    def expect(self, *recipients):
        """Check that these addresses got one new mail each, and nobody else.

        :return: the mails, in the order of the addresses
        """
        new = self.take_new()
        shown = [(one.recipient, one.mail["Subject"]) for one in new]
        assert Counter(one.recipient for one in new) == Counter(recipients), shown
        by_address = {one.recipient: one.mail for one in new}
        return [by_address[address] for address in recipients]


def get_text(mail):
    return mail.get_body(("plain",)).get_content()


def get_html(mail):
    return mail.get_body(("html",)).get_content()


def get_links(mail):
    """Return the addresses of the links: pairs of address and text."""
    found = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', get_html(mail), re.S)
    return [(url.replace("&amp;", "&"), text.strip()) for url, text in found]


def get_button(mail):
    """Return the address of the only button."""
    buttons = re.findall(r"<a [^>]*\bo_mail_button\b[^>]*>", get_html(mail))
    assert len(buttons) == 1, buttons
    return re.search(r'href="([^"]+)"', buttons[0])[1].replace("&amp;", "&")


def get_address(header):
    return parseaddr(header)[1]


@contextmanager
def run_desk(database, folder, start_server, run_shell):
    """Set up a Thai school and run its desk; yield the ``MailDesk``."""
    with run_mailbox() as mailbox, run_smtp_server(folder) as smtp:
        values = {
            "addons": suite.our_addons(),
            "imap": mailbox.port,
            "smtp": smtp.port,
            "user": USER,
            "password": PASSWORD,
            "desk": DESK,
            "noreply": NOREPLY,
        }
        facts = read_facts(run_shell(database, PREPARE % values))
        desk = MailDesk(database, mailbox, smtp, start_server, facts)
        try:
            yield desk
        finally:
            desk.server.stop()
