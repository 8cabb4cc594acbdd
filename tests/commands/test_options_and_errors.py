"""The commands say in one line what is wrong, before they change anything.

Each failure is real: a port in use, a full disk, no network.
"""

import os
import shutil
import socket
import subprocess

import pytest
import suite

needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can create namespaces"
)


def run(program, *arguments, **environment):
    """Run a command of bin/, or another program, with few environment variables."""
    keep = {"PATH", "HOME", "LANG", "SCHOOL_HELPDESK_CACHE"}
    env = {name: value for name, value in os.environ.items() if name in keep}
    if program in ("up", "test", "odoo", "backup", "restore", "bench"):
        program = str(suite.ROOT / "bin" / program)
    return subprocess.run(
        [program, *arguments],
        env={**env, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


def get_error(done):
    """The only error message of a command that must fail; it is the last line."""
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if "school-helpdesk: " in line]
    assert len(lines) == 1, done.stderr
    assert done.stderr.splitlines()[-1] == lines[0]
    return lines[0].removeprefix("school-helpdesk: ")


@pytest.mark.parametrize(
    "command, options",
    [
        ("up", ("--port", "--database", "--no-demo", "--prepare-only")),
        ("test", ("--fresh",)),
        ("backup", ("--database",)),
        ("restore", ("--database", "--copy", "--go-live")),
        ("bench", ("--tickets", "--soak", "--kill", "--json", "--markdown")),
    ],
)
def test_help_names_every_option(command, options):
    done = run(command, "--help", SCHOOL_HELPDESK_CACHE="/nonexistent/cache")
    assert done.returncode == 0
    for option in options:
        assert option in done.stdout


@pytest.mark.parametrize(
    "arguments, expected",
    [
        (["--porridge"], "unknown option --porridge"),
        (["--port"], "--port needs a value"),
        (["--port", "70000"], "--port needs a number"),
        (["--port=80a"], "--port needs a number"),
        (["--database", "a b"], "--database needs a name"),
        (["--database", "x; DROP TABLE y"], "--database needs a name"),
        (["--database=postgres"], "reserved for the commands"),
        (["--database=school-building"], "reserved for the commands"),
    ],
)
def test_wrong_option_of_up(arguments, expected):
    done = run("up", *arguments, SCHOOL_HELPDESK_CACHE="/nonexistent/cache")
    assert expected in get_error(done)


def test_wrong_option_of_test():
    assert "unknown option --slow" in get_error(run("test", "--slow"))
    assert "takes no selection" in get_error(run("test", "--fresh", "tests"))


@pytest.mark.parametrize(
    "command, expected",
    [
        ("backup --porridge", "unknown option --porridge"),
        ("backup --database", "--database needs a value"),
        ("backup --database=postgres", "reserved for the commands"),
        ("backup a.tar b.tar", "one file is enough"),
        ("restore --porridge", "unknown option --porridge"),
        ("restore --database=x-restoring a.tar", "reserved for the commands"),
        ("restore", "name the file of a backup"),
        ("restore --go-live a.tar", "takes only --database"),
    ],
)
def test_wrong_option_of_backup_and_restore(command, expected):
    done = run(*command.split(), SCHOOL_HELPDESK_CACHE="/nonexistent/cache")
    assert expected in get_error(done)


def test_unknown_selection():
    assert "no_such_addon is neither" in get_error(run("test", "no_such_addon"))


def test_port_in_use():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        assert f"port {port} is taken" in get_error(run("up", "--port", port))


def test_cache_without_write_access():
    done = run("up", "--prepare-only", SCHOOL_HELPDESK_CACHE="/proc/cache")
    assert "/proc/cache cannot be written" in get_error(done)


def test_system_without_apt(tmp_path):
    for folder in ("/usr/bin", "/usr/sbin"):
        for name in set(os.listdir(folder)) - {"apt-get", "dpkg-query"}:
            if not (tmp_path / name).is_symlink():
                (tmp_path / name).symlink_to(f"{folder}/{name}")
    done = run("up", "--prepare-only", PATH=str(tmp_path))
    assert "this system has no apt" in get_error(done)


def test_odoo_folder_without_odoo(tmp_path):
    done = run("odoo", "--version", SCHOOL_HELPDESK_ODOO=str(tmp_path))
    assert "is not a checkout of Odoo 19" in get_error(done)


@pytest.mark.parametrize("beside", [True, False], ids=["checkout", "package"])
def test_folders_of_odoo_addons(tmp_path, beside):
    package, folder = tmp_path / "odoo/addons", tmp_path / "addons"
    (package / "base").mkdir(parents=True)
    ((folder if beside else package) / "web").mkdir(parents=True)
    script = (
        'source "$1/common.sh"; source "$1/prepare.sh"; ODOO_PATH=$2;'
        ' find_odoo_addons; echo "$ODOO_ADDONS"'
    )
    library = str(suite.ROOT / "bin/lib")
    done = run("bash", "-c", script, "bash", library, str(tmp_path))
    found = [folder, package] if beside else [package]
    assert done.stdout.strip() == ",".join(map(str, found)), done.stderr


def test_missing_addons_folder(tmp_path):
    done = run("odoo", "--version", SCHOOL_HELPDESK_ADDONS=str(tmp_path / "gone"))
    assert "names a folder that is not there" in get_error(done)


@needs_root
def test_disk_too_small(tmp_path):
    script = 'mount -t tmpfs -o size=50m tmpfs "$1" && exec "$2" --prepare-only'
    arguments = "--mount", "sh", "-c", script, "sh", str(tmp_path)
    done = run(
        "unshare",
        *arguments,
        str(suite.ROOT / "bin/up"),
        SCHOOL_HELPDESK_CACHE=str(tmp_path / "cache"),
    )
    assert "not enough disk: 50 MiB free" in get_error(done)


@needs_root
def test_no_network(tmp_path):
    done = run(
        "unshare",
        "--net",
        str(suite.ROOT / "bin/up"),
        "--prepare-only",
        SCHOOL_HELPDESK_CACHE=str(tmp_path / "cache"),
    )
    assert "no network, or the mirror cannot be reached" in get_error(done)


def test_odoo_passes_arguments_through():
    done = run("odoo", "--version")
    assert done.returncode == 0
    assert done.stdout.startswith("Odoo Server 19.0")


def test_the_schools_asset_addon_comes_first(tmp_path):
    addon = tmp_path / suite.ASSET_ADDON
    addon.mkdir()
    (addon / "__init__.py").touch()
    (addon / "__manifest__.py").write_text("{'name': 'The school\\'s own'}")
    script = (
        'export SCHOOL_HELPDESK_ADDONS=$1; "$0"/bin/odoo --version >/dev/null;'
        ' grep -hs "^addons_path = $1," "$SCHOOL_HELPDESK_CACHE"/conf/*.conf'
    )
    done = run("bash", "-c", script, str(suite.ROOT), str(tmp_path))
    assert done.returncode == 0, done.stderr


def test_key_depends_on_content_and_not_on_path(tmp_path):
    def key(*parts):
        script = 'source "$0/bin/lib/common.sh"; key "$@"'
        return run("bash", "-c", script, str(suite.ROOT), *map(str, parts)).stdout

    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("Pillow==11.3.0\n")
    shutil.copy(first, second)
    assert len(key(first, "odoo")) == 13
    assert key(first, "odoo") == key(second, "odoo")
    assert key(first, "odoo") != key(first, "another")
    second.write_text("Pillow==11.3.1\n")
    assert key(first, "odoo") != key(second, "odoo")
