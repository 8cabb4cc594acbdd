"""The group of a ticket's requester: department, class or organisation."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize
from odoo.tools.sql import escape_psql

from .assets import DEVICE_GROUPS

DEPARTMENT = "current_version_id.department_id"


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    requester_group = fields.Char(
        string="Requester's Group",
        compute="_compute_requester_group",
        store=True,
        groups=DEVICE_GROUPS,
        help="The department of an employee, the class of a student, or the "
        "organisation of any other requester, when the ticket got its requester.",
    )

    @api.depends("partner_id")
    def _compute_requester_group(self):
        groups = self._get_requester_groups(self.partner_id._origin)
        for ticket in self:
            ticket.requester_group = groups.get(ticket.partner_id._origin, False)

    @api.model
    def _get_requester_groups(self, partners):
        """Return the name of each contact's group.

        The asset addon knows the class of a student only from the devices that were
        given out, by e-mail address.

        :return: dictionary of contact to a name; contacts without a group are missing
        """
        # sudo: res.partner, hr.employee, asset.student.assignment - only the name of
        # the group, for users who may read the ticket
        partners_sudo = partners.sudo()
        groups = {
            partner.with_env(partners.env): partner.parent_id.name
            for partner in partners_sudo
            if partner.parent_id
        }
        emails = {
            email: partner
            for partner in partners_sudo
            if (email := email_normalize(partner.email))
        }
        if emails:
            assignments = partners_sudo.env["asset.student.assignment"].search(
                Domain("grade_level", "!=", False)
                & Domain.OR(
                    Domain("parent_email", "=ilike", escape_psql(email))
                    for email in emails
                ),
                order="id",
            )
            for assignment in assignments:
                if partner := emails.get(email_normalize(assignment.parent_email)):
                    groups[partner.with_env(partners.env)] = assignment.grade_level
        # grouped, because reading an employee takes several queries
        rows = partners_sudo.env["hr.employee"]._read_group(
            Domain(DEPARTMENT, "!=", False)
            & (
                Domain("work_contact_id", "in", partners.ids)
                | Domain("user_id.partner_id", "in", partners.ids)
            ),
            ["work_contact_id", "user_id.partner_id", DEPARTMENT],
            ["id:max"],
            order="id:max",
        )
        for contact, user_contact, department, _last_id in rows:
            for person in (contact | user_contact) & partners_sudo:
                groups[person.with_env(partners.env)] = department.name
        return groups
