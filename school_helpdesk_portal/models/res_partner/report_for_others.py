"""Finds the people for whom a user may report: other users of the same company."""

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.school_helpdesk_base.tools.search_text import contains, starts_with

ON_BEHALF_GROUP = "school_helpdesk_portal.group_helpdesk_on_behalf"
SHOWN_PEOPLE = 10
#: Minimum length of a search, so that nobody can list all people.
SHORTEST_SEARCH = 3


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner"]

    @api.model
    def _report_may_be_for_others(self):
        return self.env.user.has_group(ON_BEHALF_GROUP)

    @api.model
    def _report_get_people_domain(self):
        """Return the domain of the people for whom the current user may report."""
        if not self._report_may_be_for_others():
            return Domain.FALSE
        is_here = Domain("active", "=", True) & Domain(
            "company_ids", "in", self.env.company.id
        )
        return Domain("user_ids", "any", is_here) & Domain(
            "id", "!=", self.env.user.partner_id.id
        )

    @api.model
    def _report_find_people(self, text):
        """Return the people whose name or e-mail address matches a text, with sudo.

        :param str text: part of a name, or the beginning of an address
        """
        text = " ".join(text.split())
        # sudo: res.partner - only people for whom the current user may report
        People = self.sudo()
        if len(text) < SHORTEST_SEARCH:
            return People.browse()
        return People.search(
            self._report_get_people_domain()
            & (contains(["name"], text) | starts_with("email", text)),
            limit=SHOWN_PEOPLE,
            order="name, id",
        )

    @api.model
    def _report_get_person(self, person_id):
        """Return a person, with sudo, if the current user may report for them."""
        # sudo: res.partner - only people for whom the current user may report
        return self.sudo().search(
            self._report_get_people_domain() & Domain("id", "=", person_id)
        )
