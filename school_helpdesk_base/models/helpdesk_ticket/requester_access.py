"""What requesters may see of a ticket, and which tickets a user may write."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    def _on_requesters_changed(self, old_requesters):
        """Revoke the links in old mails when somebody is no longer a requester."""
        result = super()._on_requesters_changed(old_requesters)
        # sudo: helpdesk.ticket - no user may read or write the access token
        tickets_sudo = self.sudo().browse(ticket.id for ticket in old_requesters)
        tickets_sudo.filtered(
            lambda ticket: old_requesters[ticket].sudo() - ticket._get_requesters()
        ).write({"access_token": False})
        # the files of new tickets know their requesters from the beginning
        new_ids = self._get_ids_in_creation()
        tickets_sudo.filtered(
            lambda ticket: ticket.id not in new_ids
        )._update_desk_only_files()
        return result

    def _update_desk_only_files(self):
        """Compute again which files of these tickets are for the desk only.

        The files of a merged ticket's requesters may be on the target.
        """
        tickets, found = self, self
        while found := found.merged_into_id - tickets:
            tickets |= found
        if tickets:
            self.env["ir.attachment"]._update_desk_only_where(
                SQL(
                    "file.res_model = 'helpdesk.ticket' AND file.res_id IN %s",
                    tuple(tickets.ids),
                )
            )

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access):
            # Odoo does not check the groups of fields that have a search method
            for condition in Domain(domain).iter_conditions():
                name = condition.field_expr.partition(".")[0]
                if name in self._fields:
                    self._check_field_access(self._fields[name], "read")
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _get_portal_closing_stages(self):
        """Return the stages to which the requester may move this ticket to close it."""
        self.ensure_one()
        team = self.team_id.with_company(self.company_id)
        return team._get_applicable_stages().filtered("close_from_portal")

    @api.model
    def _can_access_all_tickets(self):
        """Whether the current user may read and write all tickets."""
        return self.env.su or self.env.user.has_group(
            "helpdesk_mgmt.group_helpdesk_user"
        )

    @api.model
    def _get_writable_query(self, among=Domain.TRUE):
        """Return the tickets that the current user has the rights to write.

        Users with write access work at the desk and read internal notes. Users with
        read access only are requesters.

        :param among: domain of the tickets in question
        """
        rights = self.env["ir.model.access"]
        if rights.check("helpdesk.ticket", "write", raise_exception=False):
            rules = self.env["ir.rule"]._compute_domain("helpdesk.ticket", "write")
            domain = Domain(rules)
        else:
            domain = Domain.FALSE
        # sudo: helpdesk.ticket - the domain already contains the record rules
        return self.sudo().with_context(active_test=False)._search(domain & among)

    @api.model
    def _get_requested_domain(self, partner):
        """Return the domain of the tickets a person has reported or submitted."""
        return Domain("partner_id", "=", partner.id) | Domain(
            "submitter_id", "=", partner.id
        )

    @api.model
    def _get_requested_query(self, partner):
        """Return the tickets of which a person is the requester or the submitter."""
        domain = self._get_requested_domain(partner)
        # sudo: helpdesk.ticket - only ids, for every user; callers filter them
        return self.sudo().with_context(active_test=False)._search(domain)
