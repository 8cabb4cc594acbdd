"""For whom somebody may report: people of the school who can follow the ticket."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import escape_psql

ON_BEHALF_GROUP = "school_helpdesk_portal.group_helpdesk_on_behalf"
SHOWN_PEOPLE = 10
#: Fewer letters would list the school.
SHORTEST_SEARCH = 3


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner"]

    @api.model
    def _report_may_be_for_others(self):
        return self.env.user.has_group(ON_BEHALF_GROUP)

    @api.model
    def _report_get_people_domain(self):
        """Return the domain of those the present user may report for, if he may."""
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
        """Return, as root, those whose name or address has a text.

        :param str text: part of a name, or the start of an address
        """
        text = " ".join(text.split())
        # sudo: res.partner - names of those the caller may report for
        People = self.sudo()
        if len(text) < SHORTEST_SEARCH:
            return People.browse()
        pattern = escape_psql(text)
        matches = Domain("name", "ilike", pattern) | Domain(
            "email", "=ilike", f"{pattern}%"
        )
        return People.search(
            self._report_get_people_domain() & matches,
            limit=SHOWN_PEOPLE,
            order="name, id",
        )

    @api.model
    def _report_get_person(self, person_id):
        """Return, as root, a person the present user may report for, or none."""
        # sudo: res.partner - only one of those the caller may report for
        return self.sudo().search(
            self._report_get_people_domain() & Domain("id", "=", person_id)
        )
