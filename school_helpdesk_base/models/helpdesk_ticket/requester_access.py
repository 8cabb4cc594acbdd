"""What the requester of a ticket may see of it and do with it."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    def _on_requesters_changed(self, old_requesters):
        """End the links in mails to people whose ticket it no longer is."""
        result = super()._on_requesters_changed(old_requesters)
        # sudo: helpdesk.ticket - a secret that no user reads
        tickets_sudo = self.sudo().browse(ticket.id for ticket in old_requesters)
        tickets_sudo.filtered(
            lambda ticket: old_requesters[ticket].sudo() - ticket._get_requesters()
        ).write({"access_token": False})
        tickets_sudo._update_desk_only_files()
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
