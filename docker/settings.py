"""Run in Odoo's shell after an installation or update: what the environment decides.

One transaction: the desk counts as set up only together with its own password. What an
administrator changes later stays, since the mail settings are made once.
"""

import os
import subprocess
import sys
from pathlib import Path

MANAGE = Path(os.environ["SCHOOL_HELPDESK_DOCKER"]) / "manage.py"
STATE = "school_helpdesk.docker_state"
setting = os.environ.get
parameters = env["ir.config_parameter"]

if not parameters.get_param(STATE):
    env.ref("base.user_admin").password = os.environ["ADMIN_PASSWORD"]

if setting("BASE_URL"):
    parameters.set_param("web.base.url", setting("BASE_URL"))
    parameters.set_param("web.base.url.freeze", "True")

company = env.ref("base.main_company")
if setting("MAIL_DOMAIN") and not company.alias_domain_id:
    AliasDomain = env["mail.alias.domain"]
    company.alias_domain_id = AliasDomain.search(
        [("name", "=", setting("MAIL_DOMAIN"))], limit=1
    ) or AliasDomain.create({"name": setting("MAIL_DOMAIN"), "default_from": "noreply"})

if setting("IMAP_HOST") and not env["fetchmail.server"].search_count(
    [("server", "=", setting("IMAP_HOST"))], limit=1
):
    env["fetchmail.server"].create(
        {
            "name": "Help desk",
            "server_type": "imap",
            "server": setting("IMAP_HOST"),
            "port": int(setting("IMAP_PORT") or 993),
            "is_ssl": (setting("IMAP_SSL") or "True") == "True",
            "user": setting("IMAP_USER"),
            "password": setting("IMAP_PASSWORD"),
            # No model: mail to an address nobody has is refused, not made a record.
            "state": "done",
        }
    )

parameters.set_param(
    STATE,
    subprocess.run(
        [setting("PYTHON") or sys.executable, str(MANAGE), "fingerprint"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip(),
)
env.cr.commit()
