"""A real mailbox for tests: Dovecot on a free port, with the mails in a folder."""

import grp
import imaplib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from ports import free_port

CONFIG = """\
base_dir = {folder}/base
state_dir = {folder}/base
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
log_path = {folder}/log
mail_location = maildir:{folder}/mail
first_valid_uid = 1
{users}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail
}}
"""
USER, PASSWORD = "helpdesk", "secret"


class Mailbox:
    """The mailbox of the desk; ``port`` is the port of its IMAP server."""

    def __init__(self, port, log):
        self.port = port
        self.log = log

    @contextmanager
    def connect(self):
        connection = imaplib.IMAP4("127.0.0.1", self.port, timeout=30)
        try:
            connection.login(USER, PASSWORD)
            self._select(connection)
            yield connection
        finally:
            connection.logout()

    def _select(self, connection):
        # the connection of a killed process may still have the mailbox locked
        for _try in range(20):
            status, answer = connection.select()
            if status == "OK":
                return
            time.sleep(0.5)
        raise AssertionError(f"{answer}\n{self.log.read_text()[-3000:]}")

    def put(self, *sources):
        with self.connect() as connection:
            for source in sources:
                status, answer = connection.append("INBOX", None, None, source)
                assert status == "OK", answer

    def count(self, state):
        """Return the number of mails with a state of IMAP, for example ``UNSEEN``."""
        with self.connect() as connection:
            return len(connection.search(None, state)[1][0].split())


@contextmanager
def run_mailbox():
    """Run Dovecot; yield the ``Mailbox``."""
    # not in pytest's folder: whenever another pytest starts, it takes away the rights
    # of other accounts, and Dovecot runs as one
    with tempfile.TemporaryDirectory(prefix="dovecot-") as folder:
        with _run_mailbox(Path(folder)) as mailbox:
            yield mailbox


@contextmanager
def _run_mailbox(folder):
    program = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "Dovecot is missing: bin/test installs the package dovecot-imapd"
    for name in ("mail", "base"):
        (folder / name).mkdir()
    users = ""
    uid, gid = os.getuid(), os.getgid()
    if uid == 0:
        # Dovecot opens no mailbox as root
        account = pwd.getpwnam("mail")
        uid, gid = account.pw_uid, account.pw_gid
        os.chown(folder / "mail", uid, gid)
        folder.chmod(0o711)
    else:
        name, group = pwd.getpwuid(uid).pw_name, grp.getgrgid(gid).gr_name
        users = (
            f"default_internal_user = {name}\ndefault_internal_group = {group}\n"
            f"default_login_user = {name}"
        )
    port = free_port()
    config = folder / "dovecot.conf"
    config.write_text(
        CONFIG.format(
            folder=folder,
            port=port,
            users=users,
            uid=uid,
            gid=gid,
            password=PASSWORD,
        )
    )
    process = subprocess.Popen(
        [program, "-F", "-c", config], stdout=subprocess.DEVNULL, cwd="/"
    )
    mailbox = Mailbox(port, folder / "log")
    try:
        _wait_until_ready(mailbox, process)
        yield mailbox
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_ready(mailbox, process):
    log = mailbox.log
    for _try in range(100):
        try:
            with mailbox.connect():
                return
        except (OSError, imaplib.IMAP4.error):
            assert process.poll() is None, log.read_text() if log.exists() else ""
            time.sleep(0.1)
    raise AssertionError(log.read_text())
