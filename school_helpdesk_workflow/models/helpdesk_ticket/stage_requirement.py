"""Keeps a ticket out of a stage until the required fields are filled in.

Only people of the desk are asked: a mail, the requester or a scheduled action could not
fill in anything, and must not fail.
"""

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import is_html_empty

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.ticket import DESK_ONLY


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    def _on_stage_changed(self, old_stages):
        result = super()._on_stage_changed(old_stages)
        if not self.env.su and self.env.user.has_group(DESK_ONLY):
            self.browse(ticket.id for ticket in old_stages)._check_required_fields()
        return result

    def _check_required_fields(self):
        """Check the fields that are required before the stage of these tickets.

        :raise ValidationError: one of them is empty
        """
        rows = self.env["helpdesk.stage.requirement"]._get_requirements()
        if not rows:
            return
        # sudo: helpdesk.ticket - the user may have handed the ticket over
        for ticket_sudo in self.sudo():
            if ticket_sudo.merged_into_id or ticket_sudo.duplicate_id:
                # work goes on with another ticket
                continue
            missing = [row for row in rows if ticket_sudo._lacks(row)]
            if missing:
                raise ValidationError(ticket_sudo._get_missing_text(missing))

    def _lacks(self, row):
        """Whether a required field is empty.

        :param row: a ``Requirement``
        """
        self.ensure_one()
        if (
            self.stage_id.id not in row.stages
            or (row.teams and self.team_id.id not in row.teams)
            or (row.categories and self.category_id.id not in row.categories)
        ):
            return False
        value = self[row.field_name]
        if self._fields[row.field_name].type == "html":
            return is_html_empty(value)
        return not (value.strip() if isinstance(value, str) else value)

    def _get_missing_text(self, missing):
        """Return what a person must fill in, in the language of the user."""
        self.ensure_one()
        names = [row.field_name for row in missing]
        labels = self.fields_get(names, ["string"])
        # sudo: helpdesk.stage.requirement - hints for those who must fill it in
        Row = self.env["helpdesk.stage.requirement"].sudo()
        lines = [
            ": ".join(filter(None, (labels[row.field_name]["string"], hint)))
            for row in missing
            for hint in (Row.browse(row.id).hint,)
        ]
        text = self.env._(
            "%(ticket)s cannot go to “%(stage)s” yet. Please fill in first:",
            ticket=self.display_name,
            stage=self.stage_id.display_name,
        )
        return "\n".join([text, *(f"• {line}" for line in dict.fromkeys(lines))])
