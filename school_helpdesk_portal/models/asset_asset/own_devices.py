"""Finds the devices of a person, for pages, selection lists and their checks.

A device belongs to its custodian. While it is assigned to a person, it belongs to this
person too. The school's asset addon stores teachers as employees, and students only as
an e-mail address.
"""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import escape_psql

from odoo.addons.school_asset_helpdesk_bridge.models.asset_hold_mixin import (
    GONE_STATUSES,
)

#: The states of an assignment between check-out and check-in.
ASSIGNED_STATES = ("checked_out", "inspected")


class AssetAsset(models.Model):
    _name = "asset.asset"
    _inherit = ["asset.asset"]

    @api.model
    def _portal_get_own_assets(self, partner):
        """Return the devices of a person, with sudo.

        If the person is not the current user, the caller must check that the user may
        act for this person.
        """
        # sudo: asset.asset - only the person's own devices are found
        Asset = self.sudo()
        if not partner:
            return Asset.browse()
        employees = self._portal_get_employees(partner)
        own = Domain("custodian_id", "in", employees.ids) | Domain(
            "id",
            "in",
            self._portal_get_assigned_ids(
                "asset.assignment.line",
                Domain("assignment_id.teacher_id", "in", employees.ids),
            ),
        )
        if email := partner._get_known_email():
            students = Domain(
                "assignment_id.parent_email", "=ilike", escape_psql(email)
            )
            own |= Domain(
                "id",
                "in",
                self._portal_get_assigned_ids("asset.student.line", students),
            )
        return Asset.search(own & Domain("status", "not in", GONE_STATUSES))

    @api.model
    def _get_requester_assets(self, partners):
        """Add the devices that are assigned to the persons, for agents."""
        found = super()._get_requester_assets(partners)
        # several searches for each person are fast enough: a form shows one person
        for partner in partners:
            found[partner] |= self._portal_get_own_assets(partner)
        return found

    def _portal_get_room_assets(self):
        """Return the other devices in the rooms of a person's devices, with sudo.

        Devices that are assigned to other people are left out.
        """
        # sudo: asset.asset - the person's own devices and shared devices in their rooms
        own_sudo = self.sudo()
        rooms_sudo = own_sudo._get_rooms()
        others = ("assigned_teacher", "assigned_student", *GONE_STATUSES)
        found_sudo = own_sudo.search(
            Domain("location_id", "in", rooms_sudo.ids)
            & Domain("id", "not in", own_sudo.ids)
            & Domain("status", "not in", others)
        )
        is_found = Domain("asset_id", "in", found_sudo.ids)
        return found_sudo - found_sudo.browse(
            [
                *self._portal_get_assigned_ids("asset.assignment.line", is_found),
                *self._portal_get_assigned_ids("asset.student.line", is_found),
            ]
        )

    @api.model
    def _portal_get_employees(self, partner):
        """Return the employees of a person's contact, with sudo."""
        # sudo: hr.employee, res.users - used to find devices only, never shown
        Employee = self.env["hr.employee"].sudo()
        domain = Domain(
            "user_id", "any", [("partner_id", "=", partner.id), ("active", "=", True)]
        )
        domain |= Domain("work_contact_id", "=", partner.id)
        if email := partner._get_known_email():
            # several people can share an address: skip employees who have a user
            domain |= (
                Domain("work_email", "=ilike", escape_psql(email))
                & Domain("user_id", "=", False)
                & Domain("work_contact_id.user_ids", "=", False)
            )
        return Employee.search(domain)

    @api.model
    def _portal_get_assigned_ids(self, model, domain):
        """Return the ids of the assets that are assigned now, by assignment lines.

        :param str model: the model of the lines, which may not exist at every school
        :param domain: the domain of the lines
        """
        if model not in self.env:
            return []
        # sudo: asset.assignment.line, asset.student.line - the person's own lines, or
        # ids of devices that are not shown
        lines_sudo = self.env[model].sudo()
        return (
            lines_sudo.search(
                domain & Domain("assignment_id.state", "in", ASSIGNED_STATES)
            )
            .mapped("asset_id")
            .ids
        )
