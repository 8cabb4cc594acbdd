"""Subclasses of OCA's test classes, which run after all addons are loaded.

Odoo runs an addon's ``at_install`` tests only once, before the registry contains the
addons that depend on it. So these tests would not notice what our addons break. Here,
each OCA test class gets a subclass in one of our modules, tagged ``post_install``.
"""

import functools
import importlib
import inspect
import sys
import types
from contextlib import nullcontext
from pathlib import Path
from unittest import TestCase

from odoo.exceptions import UserError
from odoo.tests import tagged

from .deliberate_changes import DELIBERATE_CHANGES

#: Replacements that make the 18.0 tests of the timesheet addons run on 19.0.
REPLACEMENTS_18 = (
    ("groups_id", "group_ids"),
    ('"2023-01-10 9:00:00"', '"2023-01-10 09:00:00"'),
)


def test_classes(addon, module_name):
    """Return a dict of name to subclass of each of the addon's test classes.

    :param module_name: name of the module that will contain the subclasses
    """
    package = importlib.import_module(f"odoo.addons.{addon}.tests")
    modules = [
        module
        for name, module in inspect.getmembers(package, inspect.ismodule)
        if name.startswith("test_")
    ]
    return _subclasses(addon, modules, module_name)


def test_classes_18(addon, module_name):
    """Like `test_classes`, for an 18.0 addon: adapt its tests to 19.0 in memory."""
    package = importlib.import_module(f"odoo.addons.{addon}")
    folder = Path(package.__file__).parent / "tests"
    modules = [
        _load_adapted(path, f"{module_name}.{path.stem}")
        for path in sorted(folder.glob("test_*.py"))
    ]
    return _subclasses(addon, modules, module_name)


def _load_adapted(path, name):
    source = path.read_text(encoding="utf-8")
    for old, new in REPLACEMENTS_18:
        source = source.replace(old, new)
    module = types.ModuleType(name)
    module.__file__ = str(path)
    # Odoo looks up the module of a test class in sys.modules.
    sys.modules[name] = module
    exec(compile(source, str(path), "exec"), module.__dict__)  # noqa: S102
    return module


def _subclasses(addon, modules, module_name):
    classes = {}
    for module in modules:
        for parent in vars(module).values():
            if (
                inspect.isclass(parent)
                and issubclass(parent, TestCase)
                # no imported classes, such as HttpCase
                and parent.__module__ == module.__name__
            ):
                subclass = _subclass(addon, parent, module_name)
                classes[subclass.__name__] = subclass
    return classes


def _subclass(addon, parent, module_name):
    # Odoo runs only the tests that a class defines itself, not inherited ones.
    methods = {
        name: _wrap(f"{addon}.{parent.__name__}.{name}", method)
        for name, method in vars(parent).items()
        if name.startswith("test_") and callable(method)
    }
    # Two test modules of an addon may contain classes with the same name.
    name = f"{parent.__name__}_{parent.__module__.rpartition('.')[2]}"
    return tagged("post_install", "-at_install")(
        type(name, (parent,), {"__module__": module_name, **methods})
    )


def _wrap(key, method):
    """Return the test; a test listed in DELIBERATE_CHANGES must fail instead."""

    @functools.wraps(method)
    def run(self):
        return method(self)

    @functools.wraps(method)
    def run_and_fail(self):
        # a subtest would catch its own failure
        self.subTest = lambda *_args, **_params: nullcontext()
        try:
            with self.cr.savepoint():
                method(self)
        except (AssertionError, UserError) as error:
            # any other message is a defect
            self.assertIn(DELIBERATE_CHANGES[key].fails_with, str(error), key)
            return
        self.fail(f"{key} passes again: remove it from the deliberate changes")

    return run_and_fail if key in DELIBERATE_CHANGES else run
