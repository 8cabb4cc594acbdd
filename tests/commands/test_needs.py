"""The Python packages that the school's own addons need are installed, or named."""

import os
import subprocess
import sys
import zipfile

import pytest
import suite

from .test_options_and_errors import get_error, run

NEEDS = suite.ROOT / "bin/lib/needs.py"


def write_addon(folder, needs=None, name=suite.ASSET_ADDON, **manifest):
    addon = folder / name
    addon.mkdir(parents=True)
    (addon / "__init__.py").touch()
    manifest |= {"name": name, "external_dependencies": needs or {}}
    (addon / "__manifest__.py").write_text(repr(manifest))
    return addon


def make_wheel(folder, name, version="1.0"):
    """A package in a folder that pip can use as an index."""
    folder.mkdir(exist_ok=True)
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(
            f"{info}/METADATA",
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        )
        wheel.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture
def install_needs(tmp_path):
    """Install what the addons need, from wheels in the folder ``index``."""

    def install_needs(*folders, succeeds=True):
        log = tmp_path / "needs.log"
        done = subprocess.run(
            [sys.executable, NEEDS, "--target", tmp_path / "packages", "--log", log]
            + [*folders],
            env={
                **os.environ,
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": str(tmp_path / "index"),
            },
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert (done.returncode == 0) == succeeds, done.stderr
        return done.stderr

    return install_needs


def installed(tmp_path):
    folder = tmp_path / "packages"
    return {path.stem for path in folder.glob("*.py")} if folder.exists() else set()


@pytest.mark.parametrize("place", ["manifest", "addon", "folder", "included"])
def test_named_packages_are_installed_once(tmp_path, install_needs, place):
    own = tmp_path / "own"
    make_wheel(tmp_path / "index", "school_need")
    needs = {"python": ["school_need"]} if place == "manifest" else {}
    addon = write_addon(own, needs)
    lines = "# what we use\nschool_need>=1.0  # always\n"
    if place == "addon":
        (addon / "requirements.txt").write_text(lines)
    elif place == "folder":
        (own / "requirements.txt").write_text(lines)
    elif place == "included":
        (own / "requirements.txt").write_text("-r more.txt\n")
        (own / "more.txt").write_text(lines)
    assert "installing school_need" in install_needs(own)
    assert installed(tmp_path) == {"school_need"}
    assert install_needs(own) == ""


def test_only_packages_of_used_addons_are_installed(tmp_path, install_needs):
    own = tmp_path / "own"
    for name in ("needed", "automatic", "unused", "shadowed"):
        make_wheel(tmp_path / "index", f"need_of_{name}")
    write_addon(own, depends=["school_base"])
    write_addon(own, {"python": ["need_of_needed"]}, "school_base")
    write_addon(
        own, {"python": ["need_of_automatic"]}, "school_link", auto_install=True
    )
    write_addon(own, {"python": ["need_of_unused"]}, "school_shop")
    # Odoo uses the addon of the first folder
    write_addon(tmp_path / "second", {"python": ["need_of_shadowed"]}, "school_base")
    install_needs(own, tmp_path / "second")
    assert installed(tmp_path) == {"need_of_needed", "need_of_automatic"}


@pytest.mark.parametrize(
    "need",
    [
        "requests",
        "dateutil",  # a module; its package has another name
        "no_such_package_1; python_version < '3'",
        "lxml>1",
    ],
)
def test_installed_packages_are_not_installed_again(tmp_path, install_needs, need):
    write_addon(tmp_path / "own", {"python": [need]})
    assert install_needs(tmp_path / "own") == ""


def test_installed_packages_keep_their_versions(tmp_path, install_needs):
    """A newer version is refused: the suite is tested with the installed one."""
    make_wheel(tmp_path / "index", "lxml", "99.0")
    write_addon(tmp_path / "own", {"python": ["lxml>=99"]})
    text = install_needs(tmp_path / "own", succeeds=False)
    assert "lxml>=99 cannot be installed" in text


@pytest.mark.parametrize("need", ["no_such_package_1", "no_such_package_2>=3", "a b"])
@pytest.mark.parametrize("place", ["__manifest__.py", "requirements.txt"])
def test_the_error_names_a_package_that_cannot_be_installed(
    tmp_path, install_needs, need, place
):
    own = tmp_path / "own"
    in_manifest = place == "__manifest__.py"
    addon = write_addon(own, {"python": [need]} if in_manifest else {})
    if not in_manifest:
        (addon / place).write_text(need)
    *_steps, last = install_needs(own, succeeds=False).splitlines()
    assert last.startswith("school-helpdesk: ")
    assert need in last
    assert f"{addon / place} names it" in last


@pytest.mark.parametrize("command", ["up", "odoo", "test"])
def test_the_error_is_the_last_line_of_each_command(tmp_path, command):
    addon = write_addon(tmp_path, {"python": ["no_such_package_1"]})
    arguments = {"up": ["--prepare-only"], "odoo": ["--version"], "test": ["tests"]}
    environment = {"SCHOOL_HELPDESK_ADDONS": str(tmp_path), "PIP_NO_INDEX": "1"}
    said = get_error(run(command, *arguments[command], **environment))
    assert "the Python package no_such_package_1 cannot be installed" in said
    assert str(addon / "__manifest__.py") in said


def test_a_missing_program_is_named(tmp_path, install_needs):
    for number, program in enumerate(("no-such-program", "nothing.exe", "wk2")):
        own = tmp_path / str(number)
        addon = write_addon(own, {"bin": ["sh", program]})
        last = install_needs(own, succeeds=False).splitlines()[-1]
        assert f"the program {program} is not installed" in last
        assert str(addon / "__manifest__.py") in last
