"""A backup that is made under load is complete, and sends nothing when restored."""

import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
from contextlib import contextmanager, suppress

import pytest
import suite
from common import read_facts, wait_until
from smtp_server import run_smtp_server

BACKUP = suite.ROOT / "bin/lib/backup.py"
ENVIRONMENT = {
    **os.environ,
    "SCHOOL_HELPDESK_FILESTORES": suite.CACHE / "data/filestore",
}

#: Something that would be sent: a mail, a notification, a mailbox to read, push keys.
PREPARE = """
env["ir.mail_server"].create(
    {"name": "Ours", "smtp_host": "127.0.0.1", "smtp_port": %(port)d}
)
env["fetchmail.server"].create({
    "name": "Desk", "server_type": "imap", "server": "imap.example.com", "port": 993,
    "user": "desk", "password": "x", "state": "done",
})
env["mail.push.device"].get_web_push_vapid_public_key()
env["ir.actions.server"].create({
    "name": "Call", "model_id": env.ref("base.model_res_partner").id,
    "state": "webhook", "webhook_url": "https://hook.example.com/",
})
env["ir.attachment"].create([
    {"name": f"before {number}", "raw": b"before %%d" %% number} for number in range(40)
])
env["mail.mail"].create({
    "subject": "Waits", "email_to": "nok@school.example", "state": "outgoing",
    "email_from": "desk@school.example", "body_html": "x",
})
env.ref("base.user_admin").password = "admin"
env.cr.commit()
"""
SEND = """
for job in env["ir.cron"].search([]):
    job._trigger()
env["mail.mail"].process_email_queue()
env.cr.commit()
mails = env["mail.mail"].search([("subject", "=", "Waits")])
print("SENT", mails.mapped("state") or "gone")
"""
#: What a database is: its facts, which a restored one has too, and what is off in it.
FACTS = """
import json
count = {}
for table in ("ir_cron", "ir_mail_server", "fetchmail_server"):
    env.cr.execute(f"SELECT count(*) FROM {table} WHERE active")
    count[table] = env.cr.fetchone()[0]
env.cr.execute(
    "SELECT key, value FROM ir_config_parameter WHERE key IN"
    " ('database.uuid', 'database.secret', 'mail.web_push_vapid_private_key',"
    " 'database.is_neutralized', 'school_helpdesk.restored')"
)
parameters = dict(env.cr.fetchall())
env.cr.execute("SELECT key FROM ir_ui_view WHERE key LIKE '%neutralize_%' AND active")
banners = sorted(key for [key] in env.cr.fetchall())
env.cr.execute("SELECT webhook_url FROM ir_act_server WHERE state = 'webhook'")
hooks = [url for [url] in env.cr.fetchall()]
print("FACTS" + json.dumps(
    {"active": count, "parameters": parameters, "banners": banners, "hooks": hooks}
))
"""
#: Deletes an attachment, and lets Odoo delete its file. Odoo waits 10 s for the lock.
CLEAN = """
env["ir.attachment"].search([("name", "=", "before 7")]).unlink()
env.cr.commit()
env["ir.attachment"]._gc_file_store()
env.cr.commit()
"""
OFF = {"ir_cron": 0, "ir_mail_server": 1, "fetchmail_server": 0}


def start(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, BACKUP, *arguments],
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        text=options.pop("text", False),
        **options,
    )


def run(*arguments, status=0):
    """Run a command; return its last line."""
    process = start(*arguments, stdin=subprocess.DEVNULL, text=True)
    _output, said = process.communicate(timeout=300)
    assert process.returncode == status, said
    assert "Traceback" not in said
    return said.strip().splitlines()[-1]


def read_rows(database):
    return suite.execute(
        database,
        "SELECT name, checksum, store_fname FROM ir_attachment"
        " WHERE store_fname IS NOT NULL ORDER BY id",
    )


def check_files(database):
    """Check that each attachment has its file, with the right content."""
    rows = read_rows(database)
    for name, checksum, path in rows:
        content = (suite.filestore(database) / path).read_bytes()
        assert hashlib.sha1(content).hexdigest() == checksum, name
    return [name for name, _checksum, _path in rows]


@contextmanager
def load(server):
    """Create attachments while the block runs; yield their names, a growing list."""
    names, stop = [], threading.Event()
    call = server.rpc("admin", "admin")

    def work():
        while not stop.is_set():
            name = f"load {len(names)}"
            call("ir.attachment", "create", {"name": name, "raw": name * 999})
            names.append(name)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield names
    finally:
        stop.set()
        thread.join()


@pytest.fixture(scope="module")
def mails(tmp_path_factory):
    with run_smtp_server(tmp_path_factory.mktemp("smtp")) as server:
        yield server


@pytest.fixture(scope="module")
def source(make_database, run_shell, mails):
    database = make_database(demo=False)
    run_shell(database, PREPARE % {"port": mails.port})
    return database


@pytest.fixture(scope="module")
def backup_file(source, start_server, run_shell, tmp_path_factory):
    """A backup of a server in use, during which Odoo also cleans its files."""
    server = start_server(source)
    path = tmp_path_factory.mktemp("backup") / "backup.tar"
    with load(server) as names:
        wait_until(lambda: len(names) > 5, "the load does not start")
        process = start("backup", source, "-", stdout=subprocess.PIPE)
        # The database is dumped, and a full pipe keeps the files from being copied.
        beginning = process.stdout.read(1000)
        count = len(names)
        run_shell(source, CLEAN)
        wait_until(lambda: len(names) > count + 5, "the backup stops the help desk")
        with open(path, "wb") as file:
            file.write(beginning)
            shutil.copyfileobj(process.stdout, file)
        assert process.wait() == 0, process.stderr.read()
    server.stop()
    return path


@pytest.fixture
def target(source):
    name = f"{source}-target"
    yield name
    suite.drop_database(name)


@pytest.fixture(scope="module")
def restored(source, backup_file):
    name = f"{source}-restored"
    assert "mails and scheduled actions are off" in run(
        "restore", name, str(backup_file)
    )
    yield name
    suite.drop_database(name)


def check_nothing_left(name):
    left = [other for other in suite.databases() if other.startswith(name)]
    assert not left
    assert not list(suite.filestore(name).parent.glob(f"{name}*"))


def test_a_backup_under_load_is_complete(restored, backup_file):
    names = check_files(restored)
    # the transactions of one moment: none is missing in between
    loaded = [name for name in names if name.startswith("load ")]
    assert loaded == [f"load {number}" for number in range(len(loaded))]
    assert len(loaded) > 5
    # deleted, with its file, while the backup was made
    assert "before 7" in names
    # bin/restore has compared the numbers of rows with these
    with tarfile.open(backup_file) as tar:
        rows = json.load(tar.extractfile("manifest.json"))["rows"]
    assert rows["ir_attachment"] > len(names) and len(rows) > 300


def test_nothing_is_sent_until_it_is_live(source, restored, run_shell, mails):
    before = read_facts(run_shell(source, FACTS))
    assert before["active"]["ir_cron"] > 10
    facts = read_facts(run_shell(restored, FACTS))
    assert facts["active"] == OFF
    assert facts["hooks"] == [None]
    assert set(facts["banners"]) == {
        "web.neutralize_banner",
        "website.neutralize_ribbon",
    }
    assert "mail.web_push_vapid_private_key" not in facts["parameters"]
    assert facts["parameters"]["database.uuid"] == before["parameters"]["database.uuid"]
    run_shell(restored, SEND)
    assert mails.sent() == []

    assert "is live" in run("go-live", restored)
    assert read_facts(run_shell(restored, FACTS, fresh=True)) == before
    run_shell(
        restored,
        'env["mail.mail"].search([("subject", "=", "Waits")]).mark_outgoing()\n' + SEND,
    )
    assert [sent.recipient for sent in mails.sent()] == ["nok@school.example"]
    assert "is live already" in run("go-live", restored, status=1)


def test_a_copy_has_its_own_identity(source, backup_file, target, run_shell):
    with open(backup_file, "rb") as file:
        process = start("restore", "--copy", target, "-", stdin=file)
        assert process.wait() == 0, process.stderr.read()
    ours = read_facts(run_shell(source, FACTS))["parameters"]
    theirs = read_facts(run_shell(target, FACTS))["parameters"]
    for key in ("database.uuid", "database.secret"):
        assert theirs[key] and theirs[key] != ours[key]
    assert check_files(target)


def rewrite(source, target, change):
    """Copy a backup; ``change(name, data)`` returns the content, None to omit it."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            data = change(member.name, old.extractfile(member).read())
            if data is not None:
                member.size = len(data)
                new.addfile(member, io.BytesIO(data))


def test_damaged_files_restore_nothing(source, backup_file, tmp_path):
    name = f"{source}-damaged"
    bad = tmp_path / "bad.tar"

    def check(text):
        assert text in run("restore", name, str(bad), status=1)
        check_nothing_left(name)

    bad.write_text("no tar")
    check("is no backup, or is damaged")
    with tarfile.open(bad, "w") as tar:
        tar.add(__file__, "manifest.json")
    check("is damaged")
    content = backup_file.read_bytes()
    bad.write_bytes(content[: len(content) // 10])
    check("is damaged")

    rewrite(
        backup_file,
        bad,
        lambda member, data: data[:-1] + b"?" if member == "database.dump" else data,
    )
    check("is damaged: the database")
    [path] = [path for name_, _sum, path in read_rows(source) if name_ == "before 8"]
    file = f"filestore/{path}"
    for change, text in (
        (lambda member, data: data + b"?" if member == file else data, path),
        (lambda member, data: None if member == file else data, "files are missing"),
        (lambda member, data: None if member == "end.json" else data, "its end"),
    ):
        rewrite(backup_file, bad, change)
        check(text)

    for part, content in (
        ("manifest.json", b"[]"),
        ("manifest.json", b'{"format": 1}'),
        ("manifest.json", b"\xff"),
        ("end.json", b"{}"),
        ("end.json", b'{"damaged": [[]]}'),
    ):

        def replace(member, data, part=part, content=content):
            return content if member == part else data

        rewrite(backup_file, bad, replace)
        check("is damaged: ")


def test_a_backup_writes_nowhere_else(source, backup_file, tmp_path):
    """Somebody has added paths that lead out of the folder, and links."""
    name, bad = f"{source}-outside", tmp_path / "bad.tar"
    inside = f"filestore/aa/{'a' * 40}"
    for path, kind in (
        ("filestore/../../outside", tarfile.REGTYPE),
        (str(tmp_path / "outside"), tarfile.REGTYPE),
        (f"filestore/{'a' * 40}", tarfile.REGTYPE),
        (inside, tarfile.SYMTYPE),
        (inside, tarfile.LNKTYPE),
        (inside, tarfile.DIRTYPE),
        (inside, tarfile.FIFOTYPE),
    ):
        extra = tarfile.TarInfo(path)
        extra.type, extra.linkname = kind, str(tmp_path)
        with tarfile.open(backup_file) as old, tarfile.open(bad, "w") as new:
            for member in old.getmembers()[:2]:
                new.addfile(member, old.extractfile(member))
            new.addfile(extra)
        said = run("restore", name, str(bad), status=1)
        assert "is damaged: it contains" in said, path
        check_nothing_left(name)
    assert os.listdir(tmp_path) == ["bad.tar"]


FILLING = """
    SELECT 1 FROM pg_stat_activity WHERE datname = %s AND application_name = 'psql'
"""


def start_filling(target, backup_file):
    """Start a restore; return its process when it fills the database."""
    process = start(
        "restore",
        target,
        str(backup_file),
        text=True,
        # as in a terminal: nohup would let it ignore the end of the terminal
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )
    wait_until(
        lambda: suite.execute("postgres", FILLING, f"{target}-restoring"),
        "the database is not filled",
    )
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_restore_that_is_ended(backup_file, target, number):
    """kill, or a terminal that was closed."""
    process = start_filling(target, backup_file)
    process.send_signal(number)
    _output, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.splitlines()[-1] == "school-helpdesk: stopped"
    check_nothing_left(target)


def test_two_restores_at_the_same_time(backup_file, target):
    """The second one does not delete what the first one has done."""
    second = start("restore", target, "-", stdin=subprocess.PIPE)
    first = start_filling(target, backup_file)
    with suppress(BrokenPipeError):
        second.stdin.write(backup_file.read_bytes())
        second.stdin.close()
    assert "another restore" in second.stderr.read().decode()
    assert second.wait() == 1
    _output, said = first.communicate(timeout=300)
    assert first.returncode == 0, said
    assert check_files(target)


def test_refusals(source, backup_file, tmp_path, target):
    assert "exists already" in run("restore", source, str(backup_file), status=1)
    assert "there is no file" in run("restore", target, "/nowhere.tar", status=1)
    assert "there is no database" in run("backup", "no-such", "x.tar", status=1)
    assert "there is no database" in run("go-live", "no-such", status=1)
    assert "was not restored" in run("go-live", source, status=1)
    assert "is no database of Odoo" in run("backup", "postgres", "x.tar", status=1)
    taken = tmp_path / "taken.tar"
    taken.write_text("ours")
    assert "exists already" in run("backup", source, str(taken), status=1)
    assert taken.read_text() == "ours"
    assert "there is no folder" in run("backup", source, "/nowhere/x.tar", status=1)
    check_nothing_left(target)


def test_a_full_disk(source, backup_file, target):
    """Neither a half backup nor a half database is left."""
    # only root can mount a disk; in a user namespace of its own, everybody is root
    as_root = ["--user", "--map-root-user"] if os.geteuid() else []

    def on_small_disk(script, *arguments):
        # in a mount namespace of its own, which ends with the command
        done = subprocess.run(
            ["unshare", *as_root, "--mount", "sh", "-ec", script, "sh"]
            + [sys.executable, BACKUP, *map(str, arguments)],
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
        )
        assert "Traceback" not in done.stderr
        return done

    done = on_small_disk(
        'mount -t tmpfs -o size=1m small /mnt; "$1" "$2" backup "$3" /mnt/x.tar'
        " || echo STATUS $?; ls -A /mnt",
        source,
    )
    assert "No space left" in done.stderr or "disk is full" in done.stderr
    assert done.stdout.split() == ["STATUS", "1"]
    done = on_small_disk(
        "mount -t tmpfs -o size=1m small /mnt; export SCHOOL_HELPDESK_FILESTORES=/mnt;"
        ' "$1" "$2" restore "$3" "$4" || echo STATUS $?; ls -A /mnt',
        target,
        backup_file,
    )
    assert "MB are needed" in done.stderr
    assert done.stdout.split() == ["STATUS", "1"]
    check_nothing_left(target)


def test_files_that_were_lost_before(source, tmp_path, target):
    """The backup says so, and contains everything else."""
    rows = {name: path for name, _checksum, path in read_rows(source)}
    lost, changed = (
        suite.filestore(source) / rows[name] for name in ("before 1", "before 2")
    )
    lost.unlink()
    changed.write_bytes(b"other")
    path = tmp_path / "lost.tar"
    process = start("backup", source, str(path), text=True)
    _output, said = process.communicate()
    assert process.returncode == 3
    assert f"missing before the backup: {lost}" in said
    assert f"damaged before the backup: {changed}" in said
    assert path.stat().st_mode & 0o077 == 0
    run("restore", target, str(path))
    assert (suite.filestore(target) / rows["before 2"]).read_bytes() == b"other"
