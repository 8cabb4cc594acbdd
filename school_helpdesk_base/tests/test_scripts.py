"""The scripts' own tests, in static/tests."""

from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests.test_js import HOOTCommon, unit_test_error_checker


@tagged("post_install", "-at_install")
class TestScripts(HttpCase):
    def test_scripts(self):
        suite = HOOTCommon._generate_hash(self, "@school_helpdesk_base")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )

    def test_the_ticket_form_has_its_own_controller(self):
        arch = self.env["helpdesk.ticket"].get_view(view_type="form")["arch"]
        self.assertIn('js_class="school_helpdesk_ticket_form"', arch)
