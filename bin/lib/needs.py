"""Install the Python packages that the school's own addons need.

needs.py [--target FOLDER] [--log FILE] FOLDER...

The folders contain addons. Of these, the suite uses the ones it depends on, directly or
through others, and those that Odoo installs automatically. Their manifests name
packages in ``external_dependencies``. A ``requirements.txt`` in an addon or in a folder
names more. Installed packages keep their versions. The packages are installed into the
running Python, or into the folder ``--target``.

Prints one line for an error. Used by bin/lib/prepare.sh and by docker/manage.py.
"""

import argparse
import ast
import importlib.metadata
import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

SUITE = Path(__file__).resolve().parents[2]
NO_NETWORK = re.compile(
    r"name resolution|name or service not known|network is unreachable|newconnection"
    r"|connection (refused|timed out)|failed to establish|proxyerror",
    re.IGNORECASE,
)


class NeedsError(Exception):
    """A package or a program is missing; the text of the error is one line."""


def read_manifests(folders):
    """Return ``{addon: (folder of the addon, manifest)}``.

    If several folders contain an addon, the first one is used, as in Odoo.
    """
    found = {}
    for folder in folders:
        for path in sorted(Path(folder).glob("*/__manifest__.py")):
            if path.parent.name not in found:
                try:
                    manifest = ast.literal_eval(path.read_text(encoding="utf-8"))
                except (SyntaxError, ValueError) as error:
                    raise NeedsError(f"{path} cannot be read: {error}") from error
                found[path.parent.name] = path.parent, manifest
    return found


def used_addons(folders):
    """Return the school's addons that are installed with the suite."""
    found = read_manifests([*folders, SUITE])
    queue = [
        name
        for name, (path, manifest) in found.items()
        if path.parent == SUITE or manifest.get("auto_install")
    ]
    used = set()
    while queue:
        name = queue.pop()
        if name in found and name not in used:
            used.add(name)
            queue += found[name][1].get("depends", [])
    return [found[name] for name in sorted(used) if found[name][0].parent != SUITE]


def read_requirements(path, seen=()):
    """Yield ``(requirement, file)`` for the lines of a requirements file."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        line = re.sub(r"(^|\s)#.*", "", line).strip()
        other = re.match(r"(?:-r|--requirement)[ =]\s*(.+)", line)
        if other and (inner := path.parent / other[1]) not in seen:
            if not inner.is_file():
                raise NeedsError(f"{inner}, named in {path}, does not exist")
            yield from read_requirements(inner, (*seen, path))
        elif line and not line.startswith("-"):
            yield re.sub(r"\s--\w.*", "", line), path


def find_needs(folders):
    """Yield ``(requirement, file that names it)``.

    :raise NeedsError: if a manifest names a program that is not installed
    """
    addons = used_addons(folders)
    for path, manifest in addons:
        needs = manifest.get("external_dependencies", {})
        for program in needs.get("bin", []):
            if not shutil.which(program):
                raise NeedsError(
                    f"the program {program} is not installed;"
                    f" {path / '__manifest__.py'} names it"
                )
        for text in needs.get("python", []):
            yield text, path / "__manifest__.py"
    for folder in dict.fromkeys([*map(Path, folders), *(path for path, _m in addons)]):
        if (folder / "requirements.txt").is_file():
            yield from read_requirements(folder / "requirements.txt")


def is_met(text, file):
    """Whether a package is installed in a version that the requirement allows."""
    try:
        need = Requirement(text)
    except InvalidRequirement as error:
        raise NeedsError(
            f"{text} is not the name of a Python package; {file} names it"
        ) from error
    if need.marker and not need.marker.evaluate():
        return True
    try:
        version = importlib.metadata.version(need.name)
    except importlib.metadata.PackageNotFoundError:
        # Odoo also accepts the name of a module
        return text.isidentifier() and bool(importlib.util.find_spec(text))
    return need.specifier.contains(version, prereleases=True)


def installed_versions():
    """Return the lines of a pip constraints file that keeps what is installed."""
    lines = set()
    for package in importlib.metadata.distributions():
        name, version = package.metadata["Name"], package.version
        try:
            Version(version or "")
        except InvalidVersion:
            continue
        if name and not name.lower().startswith("odoo"):
            lines.add(f"{name}=={version}")
    return sorted(lines)


def install(text, file, target, log):
    """Install a package with pip; the error names the package and the file."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as constraints:
        constraints.write("\n".join(installed_versions()))
        constraints.flush()
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input"]
        command += ["--disable-pip-version-check", "-c", constraints.name]
        command += ["--target", target, "--upgrade"] if target else []
        done = subprocess.run(
            [*command, "--", text],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    if log:
        with open(log, "a") as handle:
            handle.write(f"{text} ({file})\n{done.stdout}\n")
    if done.returncode:
        errors = re.findall(r"^ERROR: (.+)$", done.stdout, re.MULTILINE)
        reason = errors[-1] if errors else f"pip ended with status {done.returncode}"
        if NO_NETWORK.search(done.stdout):
            reason = "no network, or the package index cannot be reached"
        raise NeedsError(
            f"the Python package {text} cannot be installed; {file} names it:"
            f" {reason[:200]}{f'. Log: {log}' if log else ''}"
        )
    importlib.invalidate_caches()


def install_missing(folders, target=None, log=None):
    """Install all missing packages."""
    if target:
        sys.path.insert(0, str(target))
    if log:
        Path(log).write_text("")
    for text, file in dict(find_needs(folders)).items():
        if not is_met(text, file):
            print(f"      installing {text} for {file}", file=sys.stderr, flush=True)
            install(text, file, target, log)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--target")
    parser.add_argument("--log")
    parser.add_argument("folders", nargs="*")
    options = parser.parse_args()
    try:
        install_missing(options.folders, options.target, options.log)
    except (NeedsError, OSError, UnicodeError) as error:
        sys.exit(f"school-helpdesk: {str(error).splitlines()[0]}")


if __name__ == "__main__":
    main()
