"""Runs the unit tests in static/tests and checks where the scripts are used."""

from odoo.tests import tagged

from .script_common import ScriptCase


@tagged("post_install", "-at_install")
class TestScripts(ScriptCase):
    def test_scripts(self):
        self.run_hoot("school_helpdesk_base")

    def test_the_ticket_form_has_its_own_controller(self):
        arch = self.env["helpdesk.ticket"].get_view(view_type="form")["arch"]
        self.assertIn('js_class="school_helpdesk_ticket_form"', arch)
