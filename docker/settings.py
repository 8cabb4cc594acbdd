"""Run in Odoo's shell before the server starts: write the settings of the environment.

Everything is one transaction, so that a help desk without its own password never counts
as set up. A group of settings is written only if the environment has changed since the
last time. Until then, changes that an administrator makes in Odoo stay.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

MANAGE = Path(os.environ["SCHOOL_HELPDESK_DOCKER"]) / "manage.py"
STATE = "school_helpdesk.docker_state"
SETTINGS = "school_helpdesk.docker_settings"
setting = os.environ.get
parameters = env["ir.config_parameter"]
company = env.ref("base.main_company")


def manage(command):
    """Return what a command of manage.py prints."""
    return subprocess.run(
        [setting("PYTHON") or sys.executable, str(MANAGE), command],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def write_address():
    parameters.set_param("web.base.url", setting("BASE_URL"))
    parameters.set_param("web.base.url.freeze", "True")


def write_mail():
    name = setting("MAIL_DOMAIN")
    if not name:
        return
    sender, _at, sender_domain = (setting("EMAIL_FROM") or "").rpartition("@")
    values = {
        "name": name,
        "default_from": sender if sender_domain == name else "noreply",
    }
    Domain = env["mail.alias.domain"]
    # Rename the company's domain, so that the teams keep their addresses on it.
    domain = Domain.search([("name", "=", name)], limit=1) or company.alias_domain_id
    if domain:
        domain.write(values)
    company.alias_domain_id = domain or Domain.create(values)


def write_imap():
    if not setting("IMAP_HOST"):
        return
    values = {
        "name": "Help desk",
        "server_type": "imap",
        "server": setting("IMAP_HOST"),
        "port": int(setting("IMAP_PORT") or 993),
        "is_ssl": (setting("IMAP_SSL") or "True") == "True",
        "user": setting("IMAP_USER"),
        "password": setting("IMAP_PASSWORD"),
        # No model: a mail to an unknown address creates no record, but is parked.
        "state": "done",
    }
    Server = env["fetchmail.server"].with_context(active_test=False)
    named = [("name", "=", values["name"]), ("server_type", "=", "imap")]
    if server := Server.search(named, limit=1):
        server.write(values)
    else:
        Server.create(values)


def write_timezone():
    timezone = setting("TIMEZONE")
    hours = env.ref(
        "school_asset_helpdesk_bridge.calendar_school_hours", raise_if_not_found=False
    )
    calendars = company.resource_calendar_id
    for calendar in calendars | hours if hours else calendars:
        calendar.tz = timezone
    company.partner_id.tz = timezone
    env.ref("base.user_admin").tz = timezone
    # for users who are added later
    env["ir.default"].set("res.partner", "tz", timezone)


if not parameters.get_param(STATE):
    env.ref("base.user_admin").password = os.environ["ADMIN_PASSWORD"]

written = json.loads(parameters.get_param(SETTINGS) or "{}")
hashes = json.loads(manage("settings"))
for group, write in (
    ("address", write_address),
    ("mail", write_mail),
    ("imap", write_imap),
    ("timezone", write_timezone),
):
    if group in hashes and hashes[group] != written.get(group):
        write()

parameters.set_param(SETTINGS, json.dumps(hashes))
parameters.set_param(STATE, manage("fingerprint"))
env.cr.commit()
