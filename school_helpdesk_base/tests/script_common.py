"""Runs unit tests of JavaScript that need Odoo's modules and a browser."""

from unittest.mock import patch

from odoo.tests import HttpCase, common

from odoo.addons.web.tests.test_js import HOOTCommon, unit_test_error_checker


class ScriptCase(HttpCase):
    def run_hoot(self, addon):
        """Run the addon's ``static/tests/*.test.js`` in Odoo's Hoot."""
        # Build the bundles first. Otherwise the browser's parallel requests would build
        # them and wait for each other longer than the 20 seconds Odoo allows in tests.
        for bundle in ("web.assets_unit_tests_setup", "web.assets_unit_tests"):
            assets = self.env["ir.qweb"]._get_asset_bundle(bundle)
            assets.css()
            assets.js()
        suite = HOOTCommon._generate_hash(self, f"@{addon}")
        # Odoo waits 10 seconds for the browser to start: too short on a busy machine.
        with patch.object(common, "CHECK_BROWSER_ITERATIONS", 600):
            self._run_browser(suite)

    def _run_browser(self, suite):
        self.browser_js(
            f"/web/tests?headless&loglevel=2&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )
