"""Agents do not compare their colleagues, unless the school allows it."""

import re
from itertools import chain

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, Query


class HelpdeskColleaguesMixin(models.AbstractModel):
    """Limits what agents can sum up by person.

    Groups by agent, and groups of records that are filtered by agent, only contain the
    reader's own records. This is so in pivots, graphs and dashboards, and by RPC.
    Managers, and agents whose companies all allow it, get the groups of all agents.
    """

    _name = "helpdesk.colleagues.mixin"
    _description = "Figures of Colleagues"

    #: Fields that name an agent, also in a path such as ``ticket_id.user_id``.
    _agent_fields = frozenset(
        {
            "activity_user_id",
            "author_id",
            "message_follower_ids",
            "message_partner_ids",
            "moved_by_id",
            "rated_partner_id",
            "rated_partner_name",
            "user_id",
        }
    )

    @api.model
    def _read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        specs = [*groupby, *aggregates, *_get_paths(Domain(having)), order or ""]
        domain = self._hide_colleagues(domain, specs)
        return super()._read_group(
            domain, groupby, aggregates, having, offset, limit, order
        )

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        specs = [*chain(*grouping_sets), *aggregates, order or ""]
        domain = self._hide_colleagues(domain, specs)
        return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)

    @api.model
    def _hide_colleagues(self, domain, specs):
        """Return the domain of groups, limited to what the reader may compare.

        :param specs: the groups, aggregates and order, such as ``resolution_hours:avg``
        """
        domain = Domain(domain)
        names = set(re.findall(r"\w+", " ".join([*specs, *_get_paths(domain)])))
        if (
            names.isdisjoint(self._agent_fields)
            or not self._compares_agents(names)
            or self._may_compare_agents()
        ):
            return domain
        return domain & self._get_own_domain(names)

    @api.model
    def _compares_agents(self, names):
        """Return whether groups by agent compare the work of agents.

        :param set names: the fields in the groups, the filters and the sums
        """
        return True

    @api.model
    def _may_compare_agents(self):
        return (
            self.env.su
            or self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager")
            or self.env["spreadsheet.dashboard"]._shows_agents_their_figures()
        )

    @api.model
    def _get_own_domain(self, names):
        """Return the domain of the reader's own records; see ``_compares_agents``."""
        own = names & {"moved_by_id", "user_id"} & self._fields.keys()
        return Domain.AND(
            Domain(name, "=", self.env.uid) for name in sorted(own) or ["user_id"]
        )


def _get_paths(domain):
    """Return the paths of all fields in a domain, also of those inside of ``any``."""
    for condition in domain.iter_conditions():
        yield condition.field_expr
        if "any" in condition.operator and not isinstance(condition.value, Query | SQL):
            yield from _get_paths(Domain(condition.value))
