"""The settings page of the desk's manager, who is not an administrator."""

from odoo import api, models
from odoo.exceptions import AccessError


class HelpdeskSettings(models.TransientModel):
    _name = "helpdesk.settings"
    _inherit = ["helpdesk.settings.mixin"]
    _description = "Settings of the Help Desk"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Show the help desk's part of Odoo's settings."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            settings, _view = self.env["res.config.settings"]._get_view(
                view_type="form", **options
            )
            app = settings.find(".//app[@name='helpdesk_mgmt']")
            for setting in app.findall(".//setting"):
                names = {field.get("name") for field in setting.iter("field")}
                # a setting of another addon, for administrators only
                if not names <= self._fields.keys():
                    setting.getparent().remove(setting)
            for block in app.findall(".//block"):
                if block.find(".//setting") is None:
                    block.getparent().remove(block)
            arch.append(app)
        return arch, view

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        self._check_companies(vals_list)
        # sudo: res.company - managers may not write companies, but may change the
        # settings of the desk; this model has no other fields
        settings = super(HelpdeskSettings, self.sudo()).create(vals_list)
        return settings.with_env(self.env)

    def write(self, vals):
        self.check_access("write")
        self._check_companies([vals])
        # sudo: res.company - as in ``create``
        return super(HelpdeskSettings, self.sudo()).write(vals)

    @api.model
    def _check_companies(self, vals_list):
        """Refuse settings of a company that the user does not work in.

        :raise AccessError: the values name such a company
        """
        allowed = {None, *self.env.companies.ids}
        if any(vals.get("company_id") not in allowed for vals in vals_list):
            raise AccessError(
                self.env._("You may change the settings of your own companies only.")
            )

    def execute(self):
        """Reload the page: the button Save calls this after writing the values."""
        return {"type": "ir.actions.client", "tag": "reload"}

    def cancel(self):
        """Open the page again, without the changes: the button Discard calls this."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "school_helpdesk_base.helpdesk_settings_action"
        )
