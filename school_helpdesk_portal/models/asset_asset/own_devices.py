"""Which devices are a person's: the one answer for pages, pickers and their checks.

A device is his who keeps it, and his to whom it has been handed out and not yet taken
back. The school's own addon knows teachers as employees, and students by e-mail alone.
"""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import escape_psql

from odoo.addons.school_asset_helpdesk_bridge.models.asset_hold_mixin import (
    GONE_STATUSES,
)

#: From check-out until check-in.
HANDED_OUT_STATES = ("checked_out", "inspected")


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    @api.model
    def _portal_get_own_assets(self, partner):
        """Return the devices of a person, as root.

        The caller has checked that he may act for the person, where it is another one.
        """
        # sudo: asset.asset - only the person's own are found
        Asset = self.sudo()
        if not partner:
            return Asset.browse()
        employees = self._portal_get_employees(partner)
        own = Domain("custodian_id", "in", employees.ids) | Domain(
            "id",
            "in",
            self._portal_get_handed_out(
                "asset.assignment.line",
                Domain("assignment_id.teacher_id", "in", employees.ids),
            ),
        )
        if email := partner._get_known_email():
            students = Domain(
                "assignment_id.parent_email", "=ilike", escape_psql(email)
            )
            own |= Domain(
                "id", "in", self._portal_get_handed_out("asset.student.line", students)
            )
        return Asset.search(own & Domain("status", "not in", GONE_STATUSES))

    def _portal_get_room_assets(self):
        """Return what else stands in the rooms of these, a person's devices, as root.

        Nothing that somebody else has been handed.
        """
        # sudo: asset.asset - the person's own, and what stands beside them
        own_sudo = self.sudo()
        rooms_sudo = own_sudo.location_id.filtered(
            lambda place: place.location_type == "room"
        )
        others = ("assigned_teacher", "assigned_student", *GONE_STATUSES)
        found_sudo = own_sudo.search(
            Domain("location_id", "in", rooms_sudo.ids)
            & Domain("id", "not in", own_sudo.ids)
            & Domain("status", "not in", others)
        )
        lent = Domain("asset_id", "in", found_sudo.ids)
        return found_sudo - found_sudo.browse(
            [
                *self._portal_get_handed_out("asset.assignment.line", lent),
                *self._portal_get_handed_out("asset.student.line", lent),
            ]
        )

    @api.model
    def _portal_get_employees(self, partner):
        """Return the employees who are this person, as root."""
        # sudo: hr.employee, res.users - who the person is, shown to nobody
        Employee = self.env["hr.employee"].sudo()
        domain = Domain("user_id", "in", partner.sudo().user_ids.ids)
        domain |= Domain("work_contact_id", "=", partner.id)
        if email := partner._get_known_email():
            # several people can share an address: whose user is known is no other one
            domain |= (
                Domain("work_email", "=ilike", escape_psql(email))
                & Domain("user_id", "=", False)
                & Domain("work_contact_id.user_ids", "=", False)
            )
        return Employee.search(domain)

    @api.model
    def _portal_get_handed_out(self, model, domain):
        """Return the ids of assets out of hand by some lines of assignments.

        :param str model: of the lines; a school need not keep such assignments
        """
        if model not in self.env:
            return []
        # sudo: asset.assignment.line, asset.student.line - the caller's own, or ids to
        # leave out
        lines_sudo = self.env[model].sudo()
        return (
            lines_sudo.search(
                domain & Domain("assignment_id.state", "in", HANDED_OUT_STATES)
            )
            .mapped("asset_id")
            .ids
        )
