"""Whether an e-mail address is known to be a person's, or only said to be.

Anybody may change the address in his own account, and Odoo does not ask it back. What
is looked up by an address would then be his who names it.
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
        "preferences; devices are not looked up by it until the staff sets it.",
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
        # sudo: res.partner - the mark follows the address, whoever sets it
        declared.sudo().is_email_self_declared = True
        (changed - declared).sudo().is_email_self_declared = False
        return result

    def _is_email_declared_by_writer(self):
        """Whether the present user says the address, and does not just keep it."""
        user = self.env.user
        return user.id != SUPERUSER_ID and (user.share or user.partner_id == self)

    def _get_known_email(self):
        """Return the address the school knows to be the person's, or False."""
        self.ensure_one()
        # sudo: res.partner - a mark on the person, shown to nobody
        if self.sudo().is_email_self_declared:
            return False
        return email_normalize(self.email)
