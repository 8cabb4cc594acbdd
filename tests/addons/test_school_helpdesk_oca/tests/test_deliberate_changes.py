"""Checks of the list of deliberate changes, and that all tests are found."""

import sys
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from .deliberate_changes import DELIBERATE_CHANGES

SUITES = (
    "helpdesk_mgmt",
    "helpdesk_mgmt_merge",
    "helpdesk_mgmt_project",
    "helpdesk_mgmt_rating",
    "helpdesk_mgmt_sla",
    "helpdesk_mgmt_timesheet",
    "helpdesk_ticket_related",
    "helpdesk_type",
    "project_timesheet_time_control",
)


@tagged("post_install", "-at_install")
class TestDeliberateChanges(TransactionCase):
    def test_listed_tests_exist(self):
        """A test that OCA renames or removes must be removed from the list."""
        package = __name__.rpartition(".")[0]
        for key, change in DELIBERATE_CHANGES.items():
            with self.subTest(key):
                addon, class_name, method = key.split(".")
                suite = sys.modules[f"{package}.test_{addon}"]
                parents = [
                    parent
                    for subclass in vars(suite).values()
                    if isinstance(subclass, type)
                    for parent in subclass.__bases__
                    if parent.__name__ == class_name
                ]
                self.assertTrue(
                    any(method in vars(parent) for parent in parents),
                    f"OCA has no test {key}",
                )
                self.assertTrue(change.reason.strip())
                self.assertTrue(change.fails_with.strip())

    def test_all_our_addons_are_installed(self):
        """A new addon must be added to the dependencies, so that it is tested too."""
        checkout = Path(__file__).resolve().parents[4]
        ours = {path.parent.name for path in checkout.glob("*/__manifest__.py")}
        addon = self.env.ref("base.module_test_school_helpdesk_oca")
        self.assertEqual(ours - set(addon.dependencies_id.mapped("name")), set())

    def test_suites_are_found(self):
        """An addon must not pass because its tests were not found."""
        package = __name__.rpartition(".")[0]
        for addon in SUITES:
            with self.subTest(addon):
                suite = sys.modules[f"{package}.test_{addon}"]
                self.assertTrue(
                    [
                        method
                        for subclass in vars(suite).values()
                        if isinstance(subclass, type)
                        for method in vars(subclass)
                        if method.startswith("test_")
                    ]
                )
