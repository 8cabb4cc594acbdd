"""Backs up a database together with its files, and restores both.

backup.py backup DATABASE FILE            FILE is - for the output
backup.py restore DATABASE FILE [--copy]  FILE is - for the input
backup.py go-live DATABASE

bin/backup, bin/restore and the container call it. PostgreSQL is found with its usual
environment variables (PGHOST, PGUSER, PGPASSWORD ...), and the folder with the files of
all databases is in SCHOOL_HELPDESK_FILESTORES.

A backup is a tar file, in this order: ``manifest.json``, ``database.dump``, a file for
each attachment, ``end.json``. It shows one moment, also if the help desk is in use:

- PostgreSQL keeps the state of that moment until the backup is complete.
- Odoo never changes the file of an attachment. Only its cleaning deletes files that
  no attachment uses. It needs a lock on the table of attachments, and the backup holds
  another one, which stops the cleaning but nothing else.

A restored database sends and fetches no mails and runs no scheduled actions until
``go-live``: the former server may still run, or may have sent what still waits here.
"""

import argparse
import contextlib
import errno
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import uuid
from pathlib import Path

import psycopg2
from psycopg2 import errors, sql

FORMAT = 1
MANIFEST, DUMP, END = "manifest.json", "database.dump", "end.json"
#: The values of the manifest that a restore needs, besides the format.
MANIFEST_VALUES = {
    "database": str,
    "time": str,
    "dump_sha256": str,
    "database_bytes": int,
    "files": int,
    "file_bytes": int,
    "missing": list,
    "rows": dict,
}
#: Odoo names the file of an attachment after the SHA-1 hash of its content.
FILE_NAME = re.compile(r"[0-9a-f]{2}/([0-9a-f]{40})")
#: The system parameter of a database that was restored and is not live yet. Its value
#: says what ``go_live`` must switch on again.
RESTORED = "school_helpdesk.restored"
#: Odoo's own mark of a database that sends nothing, and the views that show it.
NEUTRALIZED = "database.is_neutralized"
BANNERS = ("web.neutralize_banner", "website.neutralize_ribbon")
#: Without this key, Odoo sends no push notifications.
PUSH_KEY = "mail.web_push_vapid_private_key"
#: Tables whose active records send, fetch or start something.
SWITCHES = ("ir_cron", "ir_mail_server", "fetchmail_server")
#: The exit status if files were missing or damaged before the backup.
INCOMPLETE = 3


class BackupError(Exception):
    """An error that the user can do something about; its text is one line."""


def say(text):
    print(text, file=sys.stderr, flush=True)


# --- PostgreSQL and files ----------------------------------------------------------


@contextlib.contextmanager
def connected(database, autocommit=False):
    connection = psycopg2.connect(dbname=database)
    try:
        connection.autocommit = autocommit
        with connection.cursor() as cursor:
            yield cursor
        if not autocommit:
            connection.commit()
    finally:
        connection.close()


def database_exists(name):
    with connected("postgres", autocommit=True) as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return bool(cursor.fetchone())


def filestore(database):
    return Path(os.environ["SCHOOL_HELPDESK_FILESTORES"]) / database


def run_tool(*command, **options):
    """Run a program of PostgreSQL.

    :raise BackupError: it fails; the text is its last line
    """
    done = subprocess.run(
        [str(part) for part in command], stderr=subprocess.PIPE, text=True, **options
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no output"]
        raise BackupError(f"{command[0]} failed: {lines[-1]}")


def hash_file(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class HashingReader:
    """A file whose content is hashed while it is read."""

    def __init__(self, file, digest):
        self.file = file
        self.digest = digest

    def read(self, size=-1):
        data = self.file.read(size)
        self.digest.update(data)
        return data


def count_rows(cursor):
    """Return the number of rows of each table, by name."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace ORDER BY relname"
    )
    names = [name for (name,) in cursor.fetchall()]
    query = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {}, count(*) FROM public.{}").format(
            sql.Literal(name), sql.Identifier(name)
        )
        for name in names
    )
    cursor.execute(query)
    return dict(cursor.fetchall())


def read_file_names(cursor):
    cursor.execute(
        "SELECT DISTINCT store_fname FROM ir_attachment"
        " WHERE store_fname IS NOT NULL ORDER BY store_fname"
    )
    return [name for (name,) in cursor.fetchall()]


# --- backup ------------------------------------------------------------------------


def backup(database, target):
    """Write a backup to the file ``target``, or to the output if it is ``-``."""
    if not database_exists(database):
        raise BackupError(f"there is no database {database}")
    if target == "-":
        if sys.stdout.isatty():
            raise BackupError("the output is a terminal: write it to a file")
        with tempfile.TemporaryDirectory() as folder:
            return write_backup(database, sys.stdout.buffer, Path(folder))
    target = Path(target).absolute()
    if target.exists():
        raise BackupError(f"{target} exists already")
    if not target.parent.is_dir():
        raise BackupError(f"there is no folder {target.parent}")
    # beside the target: the temporary folder may be too small, or on another disk
    with tempfile.TemporaryDirectory(
        prefix=f".{target.name}-", dir=target.parent
    ) as folder:
        part = Path(folder) / "backup"
        part.touch(mode=0o600)
        with open(part, "wb") as output:
            status = write_backup(database, output, Path(folder))
            output.flush()
            os.fsync(output.fileno())
        part.rename(target)
    say(f"{target}: {target.stat().st_size / 1e6:.1f} MB")
    return status


def write_backup(database, output, folder):
    """Write the tar file. Return the exit status."""
    with connected(database) as cursor:
        cursor.connection.set_session(isolation_level="REPEATABLE READ", readonly=False)
        # Before the first query, which fixes the moment that the backup shows: Odoo's
        # cleaning of files needs the lock SHARE, which waits for this one.
        cursor.execute("LOCK TABLE ir_attachment IN ROW EXCLUSIVE MODE")
        cursor.execute("SELECT pg_export_snapshot()")
        [snapshot] = cursor.fetchone()
        names = read_file_names(cursor)
        rows = count_rows(cursor)
        cursor.execute("SELECT pg_database_size(current_database())")
        [size] = cursor.fetchone()
        dump = folder / "dump"
        run_tool(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={dump}",
            database,
        )
        files = [name for name in names if (filestore(database) / name).is_file()]
        missing = sorted(set(names) - set(files))
        manifest = {
            "format": FORMAT,
            "database": database,
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "dump_sha256": hash_file(dump),
            "database_bytes": size,
            "files": len(files),
            "file_bytes": sum(
                (filestore(database) / name).stat().st_size for name in files
            ),
            "missing": missing,
            "rows": rows,
        }
        # "w|": a stream, since the output may be a pipe
        with tarfile.open(fileobj=output, mode="w|") as tar:
            add_json(tar, MANIFEST, manifest)
            tar.add(dump, DUMP, recursive=False)
            dump.unlink()
            damaged = [name for name in files if not add_file(tar, database, name)]
            add_json(tar, END, {"damaged": damaged})
    for name in missing:
        say(f"missing before the backup: {filestore(database) / name}")
    for name in damaged:
        say(f"damaged before the backup: {filestore(database) / name}")
    return INCOMPLETE if missing or damaged else 0


def add_json(tar, name, content):
    data = json.dumps(content, indent=1).encode()
    member = tarfile.TarInfo(name)
    member.size = len(data)
    member.mtime = int(time.time())
    tar.addfile(member, io.BytesIO(data))


def add_file(tar, database, name):
    """Add the file of an attachment; return whether its content is right."""
    path = filestore(database) / name
    digest = hashlib.sha1(usedforsecurity=False)
    with open(path, "rb") as file:
        member = tarfile.TarInfo(f"filestore/{name}")
        member.size = os.fstat(file.fileno()).st_size
        member.mtime = int(os.fstat(file.fileno()).st_mtime)
        tar.addfile(member, HashingReader(file, digest))
    return digest.hexdigest() == path.name


# --- restore -----------------------------------------------------------------------


def restore(database, source, copy):
    """Restore a backup as a new database; leave nothing if that fails."""
    if database_exists(database):
        raise BackupError(
            f"the database {database} exists already: choose another name"
        )
    if filestore(database).exists():
        raise BackupError(f"{filestore(database)} exists already: choose another name")
    building = f"{database}-restoring"
    if source == "-":
        tar = open_backup("the input", fileobj=sys.stdin.buffer)
    else:
        if not Path(source).is_file():
            raise BackupError(f"there is no file {source}")
        tar = open_backup(source, name=source)
    try:
        with tar, make_place(building, database):
            restore_as(building, tar, source, copy)
            filestore(building).rename(filestore(database))
            try:
                rename_database(building, database)
            except psycopg2.Error:
                filestore(database).rename(filestore(building))
                raise
    except (tarfile.TarError, EOFError) as error:
        raise BackupError(f"{source} is damaged: {error}") from error
    say(f"restored as {database}: mails and scheduled actions are off")


@contextlib.contextmanager
def make_place(building, database):
    """Make the folder of an unfinished database; at the end, delete both.

    The folder also keeps a second restore away, whose end must not delete ours.
    """
    folder = filestore(building)
    folder.parent.mkdir(parents=True, exist_ok=True)
    problem = BackupError(
        f"another restore of {database} is running, or was killed: in that case"
        f" drop the database {building} and delete {folder}"
    )
    if database_exists(building):
        raise problem
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        raise problem from None
    try:
        yield
    finally:
        # after success, nothing has these names
        try:
            drop_database(building)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def open_backup(source, **options):
    try:
        # "r|": a stream, since the input may be a pipe
        return tarfile.open(mode="r|", **options)
    except tarfile.TarError as error:
        raise BackupError(f"{source} is no backup, or is damaged") from error


def restore_as(database, tar, source, copy):
    members = iter(tar)
    manifest = read_json(tar, next_member(members, MANIFEST, source), source)
    if manifest.get("format") != FORMAT:
        raise BackupError(f"{source} was made by another version of bin/backup")
    check_values(manifest, MANIFEST_VALUES, source)
    folder = filestore(database)
    free = shutil.disk_usage(folder.parent).free
    # the dump is compressed, and smaller than the database
    if free < (needed := manifest["file_bytes"] + manifest["database_bytes"]):
        raise BackupError(
            f"{needed / 1e6:.0f} MB are needed, and {free / 1e6:.0f} MB are free below"
            f" {folder.parent}"
        )
    say(f"restoring {manifest['database']} of {manifest['time']}")
    dump = folder / "dump"
    extract(tar, next_member(members, DUMP, source), dump)
    if hash_file(dump) != manifest["dump_sha256"]:
        raise BackupError(f"{source} is damaged: the database")
    found, wrong = set(), set()
    for member in members:
        if member.name == END:
            break
        name = member.name.removeprefix("filestore/")
        match = FILE_NAME.fullmatch(name)
        if not match or not member.isfile():
            raise BackupError(f"{source} is damaged: it contains {member.name}")
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        if extract(tar, member, path) != match[1]:
            wrong.add(name)
        found.add(name)
    else:
        raise BackupError(f"{source} is damaged: its end is missing")
    end = read_json(tar, member, source)
    check_values(end, {"damaged": list}, source)
    if wrong - set(end["damaged"]):
        raise BackupError(f"{source} is damaged: the file {min(wrong)}")
    if len(found) != manifest["files"]:
        raise BackupError(f"{source} is damaged: files are missing")
    create_database(database)
    fill_database(database, dump)
    dump.unlink()
    with connected(database) as cursor:
        check(cursor, manifest, end, found, source)
        switch_off(cursor)
        if copy:
            make_copy(cursor)


def next_member(members, name, source):
    member = next(members, None)
    if not member or member.name != name or not member.isfile():
        raise BackupError(f"{source} is no backup, or is damaged")
    return member


def read_json(tar, member, source):
    """Return the dictionary in a member of the backup."""
    try:
        content = member.isfile() and json.load(tar.extractfile(member))
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise BackupError(f"{source} is damaged: {member.name}")
    return content


def check_values(content, kinds, source):
    """Check that a dictionary has values of these kinds, and lists only texts."""
    for name, kind in kinds.items():
        value = content.get(name)
        is_right = isinstance(value, kind)
        if not is_right or (
            kind is list and not all(isinstance(x, str) for x in value)
        ):
            raise BackupError(f"{source} is damaged: {name}")


def extract(tar, member, path):
    """Write a member of the backup to a file; return the SHA-1 hash of its content."""
    digest = hashlib.sha1(usedforsecurity=False)
    with open(path, "wb") as output:
        shutil.copyfileobj(HashingReader(tar.extractfile(member), digest), output)
    return digest.hexdigest()


def create_database(name):
    with connected("postgres", autocommit=True) as cursor:
        # as Odoo creates its databases
        cursor.execute(
            sql.SQL(
                "CREATE DATABASE {} ENCODING 'unicode' LC_COLLATE 'C'"
                " TEMPLATE template0"
            ).format(sql.Identifier(name))
        )


def fill_database(name, dump):
    """Run the statements of the dump; the first error ends it."""
    with contextlib.ExitStack() as stack:
        complaints = stack.enter_context(tempfile.TemporaryFile())
        reader = stack.enter_context(
            running(
                "pg_restore",
                "--no-owner",
                "--no-privileges",
                "--file=-",
                dump,
                stdout=subprocess.PIPE,
                stderr=complaints,
            )
        )
        writer = stack.enter_context(
            running(
                "psql",
                "--quiet",
                "--no-psqlrc",
                "--set=ON_ERROR_STOP=1",
                f"--dbname={name}",
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
            )
        )
        with contextlib.suppress(BrokenPipeError):
            for line in reader.stdout:
                # the programs may be newer than the server, which knows no such setting
                if not line.startswith(b"SET transaction_timeout"):
                    writer.stdin.write(line)
                if line.startswith(b"CREATE "):
                    break
            shutil.copyfileobj(reader.stdout, writer.stdin, 1 << 20)
        reader.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            writer.stdin.close()
        statuses = [writer.wait(), reader.wait()]
        if any(statuses):
            complaints.seek(0)
            said = complaints.read().decode(errors="replace").strip().splitlines()
            problem = next((line for line in said if "ERROR" in line), None)
            raise BackupError(
                f"restoring the database failed: {problem or (said or ['?'])[-1]}"
            )


@contextlib.contextmanager
def running(*command, **options):
    """Run a program, and end it with the block: it must not outlive an interruption."""
    process = subprocess.Popen([str(part) for part in command], **options)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def rename_database(old, new):
    with connected("postgres", autocommit=True) as cursor:
        cursor.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(old), sql.Identifier(new)
            )
        )


def drop_database(name):
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    with connected("postgres", autocommit=True) as cursor:
        try:
            # a program that was just ended may still have its connection
            cursor.execute(drop + sql.SQL(" WITH (FORCE)"))
        except errors.InsufficientPrivilege:
            # Only a superuser may end autovacuum by force. Without force, PostgreSQL
            # ends it itself.
            cursor.execute(drop)


def check(cursor, manifest, end, found, source):
    """Compare what was restored with what was backed up.

    :raise BackupError: it is not the same
    """
    expected = set(read_file_names(cursor)) - set(manifest["missing"])
    if found != expected:
        raise BackupError(f"{source} is damaged: files are missing")
    rows = count_rows(cursor)
    if rows != manifest["rows"]:
        table = min(set(rows.items()) ^ set(manifest["rows"].items()))[0]
        raise BackupError(f"{source} is damaged: rows of the table {table}")
    for name in [*manifest["missing"], *end["damaged"]]:
        say(f"already missing or damaged when the backup was made: {name}")


# --- off until confirmed -----------------------------------------------------------


def switch_off(cursor):
    """Switch off what sends, fetches or runs by itself, and note what it was."""
    if get_parameter(cursor, RESTORED):
        # a backup of a restored database that was not live
        return
    off = {}
    for table in SWITCHES:
        off[table] = set_active(cursor, table, False, "active")
    off["push_key"] = get_parameter(cursor, PUSH_KEY)
    cursor.execute("DELETE FROM ir_config_parameter WHERE key = %s", [PUSH_KEY])
    cursor.execute(
        "UPDATE ir_act_server AS new SET webhook_url = NULL FROM ir_act_server AS old"
        " WHERE old.id = new.id AND old.webhook_url IS NOT NULL"
        " RETURNING old.id, old.webhook_url"
    )
    off["webhooks"] = cursor.fetchall()
    # without any mail server, Odoo would use the one of its configuration
    cursor.execute(
        "INSERT INTO ir_mail_server (name, smtp_host, smtp_port, smtp_encryption,"
        " smtp_authentication, active)"
        " VALUES ('Restored: no mails', 'invalid', 1025, 'none', 'login', TRUE)"
        " RETURNING id"
    )
    [off["no_mails"]] = cursor.fetchone()
    off["banners"] = set_active(cursor, "ir_ui_view", True, "key IN %s", BANNERS)
    off["neutralized"] = get_parameter(cursor, NEUTRALIZED)
    set_parameter(cursor, NEUTRALIZED, "True")
    set_parameter(cursor, RESTORED, json.dumps(off))


def go_live(database):
    """Switch on what was on when the backup was made."""
    if not database_exists(database):
        raise BackupError(f"there is no database {database}")
    with connected(database) as cursor:
        cursor.execute("SELECT to_regclass('ir_config_parameter')")
        noted = cursor.fetchone()[0] and get_parameter(cursor, RESTORED)
        if not noted:
            raise BackupError(f"{database} was not restored, or is live already")
        off = json.loads(noted)
        for table in SWITCHES:
            set_active(cursor, table, True, "id = ANY(%s)", off[table])
        if off["push_key"]:
            set_parameter(cursor, PUSH_KEY, off["push_key"])
        for number, url in off["webhooks"]:
            cursor.execute(
                "UPDATE ir_act_server SET webhook_url = %s WHERE id = %s", [url, number]
            )
        cursor.execute("DELETE FROM ir_mail_server WHERE id = %s", [off["no_mails"]])
        set_active(cursor, "ir_ui_view", False, "id = ANY(%s)", off["banners"])
        set_parameter(cursor, NEUTRALIZED, off["neutralized"])
        set_parameter(cursor, RESTORED, None)
    say(f"{database} is live: restart the help desk if it is running")


def set_active(cursor, table, active, condition, *params):
    """Change records of a table that have the other value; return their ids."""
    cursor.execute("SELECT to_regclass(%s)", [table])
    if not cursor.fetchone()[0]:
        return []
    cursor.execute(
        sql.SQL(
            "UPDATE {} SET active = %s WHERE active IS DISTINCT FROM %s AND {}"
            " RETURNING id"
        ).format(sql.Identifier(table), sql.SQL(condition)),
        [active, active, *params],
    )
    return [number for (number,) in cursor.fetchall()]


def get_parameter(cursor, key):
    cursor.execute("SELECT value FROM ir_config_parameter WHERE key = %s", [key])
    row = cursor.fetchone()
    return row and row[0]


def set_parameter(cursor, key, value):
    """Write a system parameter; None deletes it."""
    cursor.execute("DELETE FROM ir_config_parameter WHERE key = %s", [key])
    if value is not None:
        cursor.execute(
            "INSERT INTO ir_config_parameter (key, value, create_date, write_date)"
            " VALUES (%s, %s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')",
            [key, value],
        )


def make_copy(cursor):
    """Give the database its own identity, as Odoo does for a copy."""
    set_parameter(cursor, "database.uuid", str(uuid.uuid1()))
    set_parameter(cursor, "database.secret", str(uuid.uuid4()))


# --- command -----------------------------------------------------------------------


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("backup", "restore", "go-live"):
        command = commands.add_parser(name)
        command.add_argument("database")
        if name != "go-live":
            command.add_argument("file")
        if name == "restore":
            command.add_argument("--copy", action="store_true")
    options = parser.parse_args()
    try:
        if options.command == "backup":
            return backup(options.database, options.file)
        if options.command == "restore":
            restore(options.database, options.file, options.copy)
        else:
            go_live(options.database)
        return 0
    except BackupError as error:
        problem = str(error)
    except errors.UndefinedTable:
        problem = f"{options.database} is no database of Odoo"
    except psycopg2.Error as error:
        problem = str(error).strip().splitlines()[0]
    except OSError as error:
        problem = "the disk is full" if error.errno == errno.ENOSPC else str(error)
    except KeyboardInterrupt:
        problem = "stopped"
    say(f"school-helpdesk: {problem}")
    return 1


if __name__ == "__main__":
    # kill, and a terminal that is closed, end it like Ctrl-C, so that nothing half done
    # is left
    import signal

    for number in (signal.SIGTERM, signal.SIGHUP):
        # nohup lets it ignore the end of the terminal
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    sys.exit(main())
