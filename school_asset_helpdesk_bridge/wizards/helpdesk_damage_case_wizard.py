"""Asks who is responsible for a damage, then creates the damage case of a ticket."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskDamageCaseWizard(models.TransientModel):
    _name = "helpdesk.damage.case.wizard"
    _description = "Open a Damage Case From a Ticket"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, readonly=True, ondelete="cascade"
    )
    asset_id = fields.Many2one(
        comodel_name="asset.asset",
        string="Device",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    responsible_type = fields.Selection(
        selection=[
            ("unknown", "Not known"),
            ("teacher", "A teacher"),
            ("student", "A student"),
            ("none", "Nobody"),
        ],
        string="Responsible",
        default="unknown",
        required=True,
    )
    responsible_teacher_id = fields.Many2one(
        comodel_name="hr.employee", string="Teacher", ondelete="cascade"
    )
    responsible_student_name = fields.Char(string="Student")
    damage_description = fields.Text(string="Damage", required=True)

    @api.constrains("ticket_id", "asset_id")
    def _check_ticket(self):
        """Refuse tickets the user may not write, and devices of other tickets.

        The form shows the name of both.
        """
        # sudo: helpdesk.ticket.asset.link - the user's access is checked first
        for wizard_sudo in self.sudo():
            ticket_sudo = wizard_sudo.ticket_id
            ticket_sudo.sudo(False).check_access("write")
            if wizard_sudo.asset_id not in ticket_sudo.asset_link_ids.asset_id:
                raise UserError(self.env._("The device is not on the ticket."))

    def action_confirm(self):
        """Create the damage case and open it.

        :raise UserError: the responsible person is missing
        """
        self.ensure_one()
        self._check_ticket()
        kind = self.responsible_type
        teacher = self.responsible_teacher_id if kind == "teacher" else False
        student = (self.responsible_student_name or "").strip()
        if (kind == "teacher" and not teacher) or (kind == "student" and not student):
            raise UserError(
                self.env._("Say who is responsible, or choose “Not known”.")
            )
        # sudo: helpdesk.damage.case.wizard - the access was checked above
        ticket = self.sudo().ticket_id.sudo(False)
        return ticket._open_damage_case(
            self.sudo().asset_id.sudo(False),
            {
                "damage_description": self.damage_description,
                "responsible_type": kind,
                "responsible_teacher_id": teacher and teacher.id,
                "responsible_student_name": kind == "student" and student,
            },
        )
