"""Marks e-mail addresses that users have set themselves, because they are not verified.

Users may change the address of their own account, and Odoo does not verify it. If
records were found by such an address, users could get the records of other people.
"""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import email_normalize


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner"]

    is_email_self_declared = fields.Boolean(
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The person has set the e-mail address in the portal or in the "
        "preferences. The address is not used to find devices until the staff sets it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.user.share:
            vals_list = [
                {**vals, "is_email_self_declared": bool(vals.get("email"))}
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        if "email" not in vals:
            return super().write(vals)
        email = email_normalize(vals["email"])
        changed = self.filtered(lambda one: email_normalize(one.email) != email)
        result = super().write(vals)
        declared = changed.filtered(lambda one: one._is_email_declared_by_writer())
        # sudo: res.partner - users who may write the address may not write this field
        declared.sudo().is_email_self_declared = True
        (changed - declared).sudo().is_email_self_declared = False
        return result

    def _is_email_declared_by_writer(self):
        """Whether the current user is a portal user or writes their own address."""
        user = self.env.user
        return user.id != SUPERUSER_ID and (user.share or user.partner_id == self)

    def _get_known_email(self):
        """Return the normalized address, or False if the person set it themselves."""
        self.ensure_one()
        # sudo: res.partner - the field is readable for employees only, and not shown
        if self.sudo().is_email_self_declared:
            return False
        return email_normalize(self.email)
