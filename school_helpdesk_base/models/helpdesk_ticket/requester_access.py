"""What the requester of a ticket may see of it and do with it."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class HelpdeskTicket(models.Model):
    _inherit = ["helpdesk.ticket"]

    def write(self, vals):
        """End the links in mails to somebody whose ticket it no longer is."""
        if not vals.keys() & {"partner_id", "submitter_id"}:
            return super().write(vals)
        before = {ticket: ticket.partner_id | ticket.submitter_id for ticket in self}
        result = super().write(vals)
        for ticket, people in before.items():
            if people - ticket.partner_id - ticket.submitter_id:
                # sudo: helpdesk.ticket - a secret that no user reads
                ticket.sudo().access_token = False
        self._update_desk_only_files()
        return result

    def _update_desk_only_files(self):
        """Say anew which of these tickets' files are for the desk alone."""
        if self:
            self.env["ir.attachment"]._update_desk_only_where(
                SQL(
                    "file.res_model = 'helpdesk.ticket' AND file.res_id IN %s",
                    tuple(self.ids),
                )
            )

    def _get_portal_closing_stages(self):
        """Return the stages by which the requester may close this ticket."""
        self.ensure_one()
        team = self.team_id.with_company(self.company_id)
        return team._get_applicable_stages().filtered("close_from_portal")

    @api.model
    def _is_desk_wide_reader(self):
        """Whether the present user may work on every ticket there is."""
        return self.env.su or self.env.user.has_group(
            "helpdesk_mgmt.group_helpdesk_user"
        )

    @api.model
    def _get_workable_query(self):
        """Return the tickets the present user may work on, by the desk's rules.

        Who works on a ticket reads its notes; who may only read it is its requester.
        """
        rights = self.env["ir.model.access"]
        if rights.check("helpdesk.ticket", "write", raise_exception=False):
            domain = self.env["ir.rule"]._compute_domain("helpdesk.ticket", "write")
        else:
            domain = Domain.FALSE
        # sudo: helpdesk.ticket - its rules are in the domain
        return self.sudo().with_context(active_test=False)._search(domain)

    @api.model
    def _get_requested_query(self, partner):
        """Return the tickets a person has asked for, for himself or for another."""
        domain = Domain("partner_id", "=", partner.id) | Domain(
            "submitter_id", "=", partner.id
        )
        # sudo: helpdesk.ticket - who is named on it, whoever asks
        return self.sudo().with_context(active_test=False)._search(domain)
