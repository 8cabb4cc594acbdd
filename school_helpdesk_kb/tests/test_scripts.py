"""Run the JavaScript unit tests in static/tests."""

from odoo.tests import tagged

from odoo.addons.school_helpdesk_base.tests.script_common import ScriptCase


@tagged("post_install", "-at_install")
class TestScripts(ScriptCase):
    def test_scripts(self):
        self.run_hoot("school_helpdesk_kb")
