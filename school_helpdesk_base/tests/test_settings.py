"""The settings page of the desk's manager."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.models import MAGIC_COLUMNS
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestSettings(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "base_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        cls.company = cls.env.company
        cls.Settings = cls.env["helpdesk.settings"].with_user(cls.manager)

    def _get_app(self, model, user):
        arch = self.env[model].with_user(user).get_view(view_type="form")["arch"]
        return etree.fromstring(arch).find(".//app[@name='helpdesk_mgmt']")

    def test_manager_changes_settings(self):
        self.company.helpdesk_reopen_days = 3
        with Form(self.Settings) as form:
            self.assertEqual(form.helpdesk_reopen_days, 3)
            form.helpdesk_reopen_days = 7
            form.helpdesk_mgmt_portal_select_category = True
            form.helpdesk_mgmt_duplicate_tracking = True
            form.helpdesk_mgmt_duplicate_ticket_stage_id = self.stage_cancelled
        self.assertEqual(self.company.helpdesk_reopen_days, 7)
        self.assertTrue(self.company.helpdesk_mgmt_portal_select_category)
        self.assertEqual(
            self.company.helpdesk_mgmt_duplicate_ticket_stage_id, self.stage_cancelled
        )
        form.record.helpdesk_reopen_days = 8
        self.assertEqual(self.company.helpdesk_reopen_days, 8)
        self.assertEqual(form.record.execute()["tag"], "reload")
        self.assertEqual(form.record.cancel()["res_model"], "helpdesk.settings")

    def test_the_page_has_all_settings_of_the_desk(self):
        administrator = self.env.ref("base.user_admin")
        administrator.group_ids += self.env.ref("helpdesk_mgmt.group_helpdesk_manager")

        def names(app):
            return {field.get("name") for field in app.iter("field")}

        theirs = names(self._get_app("res.config.settings", administrator))
        ours = names(self._get_app("helpdesk.settings", self.manager))
        self.assertIn("helpdesk_reopen_days", ours)
        self.assertEqual(ours, theirs)

    def test_every_setting_says_what_it_does(self):
        for setting in self._get_app("helpdesk.settings", self.manager).iter("setting"):
            self.assertTrue(setting.get("help"), etree.tostring(setting))

    def test_the_page_has_only_settings_of_the_desk(self):
        company_fields = self.env["res.company"]._fields
        own = {"company_id", "display_name", *MAGIC_COLUMNS}
        for name in self.Settings._fields.keys() - own:
            field = self.Settings._fields[name]
            self.assertTrue(name.startswith("helpdesk_"), name)
            self.assertEqual(field.related, f"company_id.{name}")
            self.assertIn(name, company_fields)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_other_people_are_refused(self):
        employee = new_test_user(self.env, "base_employee", groups="base.group_user")
        settings = self.Settings.create({})
        for user in (self.agent, employee, self.requester):
            Settings = self.Settings.with_user(user)
            with self.assertRaises(AccessError):
                Settings.create({"helpdesk_reopen_days": 9})
            with self.assertRaises(AccessError):
                settings.with_user(user).write({"helpdesk_reopen_days": 9})
            with self.assertRaises(AccessError):
                settings.with_user(user).read(["helpdesk_reopen_days"])
        self.assertNotEqual(self.company.helpdesk_reopen_days, 9)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_the_manager_gets_no_other_settings(self):
        with self.assertRaises(AccessError):
            self.env["res.config.settings"].with_user(self.manager).create({})
        with self.assertRaises(AccessError):
            self.company.with_user(self.manager).helpdesk_reopen_days = 9
        with self.assertRaises(ValueError):
            self.Settings.create({"name": "Ours"})

    def test_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other"})
        with self.assertRaises(AccessError):
            self.Settings.create({"company_id": other.id, "helpdesk_reopen_days": 9})
        settings = self.Settings.create({})
        with self.assertRaises(AccessError):
            settings.write({"company_id": other.id})
        with self.assertRaises(AccessError):
            settings.write({"company_id": other.id, "helpdesk_reopen_days": 9})
        self.assertNotEqual(other.helpdesk_reopen_days, 9)

    def test_the_menu_opens_the_page(self):
        menu = self.env.ref("helpdesk_mgmt.helpdesk_config_settings_menu")
        self.assertEqual(menu.action.res_model, "helpdesk.settings")
