"""Makes OCA's test classes ours, so that they run when every addon is loaded.

Odoo runs an addon's ``at_install`` tests before the addons that depend on it exist in
the registry, and never again: they could not tell what ours break. Each OCA class gets
a subclass in one of our modules, tagged ``post_install``.
"""

import functools
import importlib
import inspect
import sys
import types
from contextlib import nullcontext
from pathlib import Path
from unittest import TestCase

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .deliberate_changes import DELIBERATE_CHANGES

#: What 19.0 spells otherwise than the 18.0 suites of the timesheet addons.
SPELLINGS_18 = (
    ("groups_id", "group_ids"),
    ('"2023-01-10 9:00:00"', '"2023-01-10 09:00:00"'),
)


def test_classes(addon, module_name):
    """Subclasses of the addon's test classes, as names for module ``module_name``."""
    package = importlib.import_module(f"odoo.addons.{addon}.tests")
    modules = [
        module
        for name, module in inspect.getmembers(package, inspect.ismodule)
        if name.startswith("test_")
    ]
    return _subclasses(addon, modules, module_name)


def test_classes_18(addon, module_name):
    """As `test_classes`, from a copy of the suite with 19.0's spellings.

    The copy lives in memory; the installed files stay as OCA released them.
    """
    package = importlib.import_module(f"odoo.addons.{addon}")
    folder = Path(package.__file__).parent / "tests"
    modules = [
        _respelled(path, f"{module_name}.{path.stem}")
        for path in sorted(folder.glob("test_*.py"))
    ]
    return _subclasses(addon, modules, module_name)


def _respelled(path, name):
    source = path.read_text(encoding="utf-8")
    for old, new in SPELLINGS_18:
        source = source.replace(old, new)
    module = types.ModuleType(name)
    module.__file__ = str(path)
    # A test class asks sys.modules for the module it was written in.
    sys.modules[name] = module
    exec(compile(source, str(path), "exec"), module.__dict__)  # noqa: S102
    return module


def _subclasses(addon, modules, module_name):
    classes = {}
    # HttpCase and TransactionCase, and what the modules import, belong to others.
    for module in modules:
        for parent in vars(module).values():
            if (
                inspect.isclass(parent)
                and issubclass(parent, TestCase)
                and parent.__module__ == module.__name__
            ):
                subclass = _subclass(addon, parent, module_name)
                classes[subclass.__name__] = subclass
    return classes


def _subclass(addon, parent, module_name):
    # Odoo takes the tests a class defines itself, not those it inherits.
    methods = {
        name: _as_listed(f"{addon}.{parent.__name__}.{name}", method)
        for name, method in vars(parent).items()
        if name.startswith("test_") and callable(method)
    }
    # Two modules of an addon may use one name for a class.
    name = f"{parent.__name__}_{parent.__module__.rpartition('.')[2]}"
    return tagged("post_install", "-at_install")(
        type(name, (parent,), {"__module__": module_name, **methods})
    )


def _as_listed(key, method):
    """The test itself, or its opposite where we change what it pins."""

    @functools.wraps(method)
    def run(self):
        return method(self)

    @functools.wraps(method)
    def run_and_fail(self):
        # a subtest would keep its failure from us
        self.subTest = lambda *_args, **_params: nullcontext()
        try:
            with self.cr.savepoint():
                method(self)
        except (AssertionError, AccessError) as error:
            # another assertion is a defect, not the behaviour we change
            self.assertIn(DELIBERATE_CHANGES[key].fails_with, str(error), key)
            return
        self.fail(f"{key} passes again: strike it from the deliberate changes")

    return run_and_fail if key in DELIBERATE_CHANGES else run
