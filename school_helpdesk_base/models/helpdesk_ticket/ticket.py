"""The basic fields of a ticket: status, people, type, and who may read them."""

from odoo import api, fields, models
from odoo.fields import Domain

#: The groups of fields that requesters must not read. Odoo shows the name of a linked
#: record without checking its record rules: requesters would read the titles of other
#: people's tickets and of the school's projects.
DESK_ONLY = "helpdesk_mgmt.group_helpdesk_user_own"
PROJECT_READERS = f"{DESK_ONLY},project.group_project_user"


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "helpdesk.names.mixin", "helpdesk.sweep.mixin"]

    status_category = fields.Selection(
        related="stage_id.status_category", store=True, index=True, string="Status"
    )
    # stored, so that OCA's overview of the teams counts without reading all tickets
    closed = fields.Boolean(store=True)
    priority = fields.Selection(
        selection=[("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Urgent")]
    )
    # for the words that agents search for
    number = fields.Char(index="trigram")
    name = fields.Char(index="trigram")
    # The team's agents are found on the server: a domain with the field user_ids, as
    # OCA's, makes each row of a list load all of them.
    user_id = fields.Many2one(
        domain="[('share', '=', False)]"
        " + (team_id and [('helpdesk_team_ids', '=', team_id)] or [])"
    )
    partner_id = fields.Many2one(string="Requester", index=True)
    submitter_id = fields.Many2one(
        comodel_name="res.partner",
        string="Reported by",
        index="btree_not_null",
        help="The person who reported the ticket for the requester: for example a "
        "teacher for a student.",
    )
    # Apply the record rules to these lists in searches. Otherwise a requester could
    # guess the text of notes and activities by searching tickets for words in them.
    message_ids = fields.One2many(bypass_search_access=False)
    website_message_ids = fields.One2many(bypass_search_access=False)
    activity_ids = fields.One2many(bypass_search_access=False, groups=DESK_ONLY)
    rating_ids = fields.One2many(bypass_search_access=False)
    # read with the current user's access rights, like the activities themselves
    activity_summary = fields.Char(related_sudo=False, groups=DESK_ONLY)
    activity_type_id = fields.Many2one(related_sudo=False, groups=DESK_ONLY)
    activity_type_icon = fields.Char(related_sudo=False, groups=DESK_ONLY)
    # requesters do not see that the desk has planned something
    activity_state = fields.Selection(groups=DESK_ONLY)
    activity_user_id = fields.Many2one(groups=DESK_ONLY)
    activity_date_deadline = fields.Date(groups=DESK_ONLY)
    my_activity_date_deadline = fields.Date(groups=DESK_ONLY)
    activity_exception_decoration = fields.Selection(groups=DESK_ONLY)
    activity_exception_icon = fields.Char(groups=DESK_ONLY)
    # portal users may not read tags and files, and a search for "is set" would tell
    # requesters that there are files for the desk only; the pages show the other files
    tag_ids = fields.Many2many(groups="base.group_user")
    attachment_ids = fields.One2many(groups=DESK_ONLY)
    type_id = fields.Many2one(
        compute="_compute_type_id", store=True, readonly=False, precompute=True
    )
    project_id = fields.Many2one(index="btree_not_null", groups=PROJECT_READERS)
    task_id = fields.Many2one(index="btree_not_null", groups=PROJECT_READERS)
    milestone_id = fields.Many2one(index="btree_not_null", groups=PROJECT_READERS)
    duplicate_ids = fields.One2many(groups=DESK_ONLY)
    duplicate_count = fields.Integer(groups=DESK_ONLY)

    # Rate limits and lists of new tickets search the tickets of the last hours.
    _create_date_idx = models.Index("(create_date)")
    # The overview of the teams counts open tickets by these fields.
    _team_counts_idx = models.Index(
        "(team_id, user_id, unattended, priority, active, company_id)"
        " WHERE closed IS NOT TRUE"
    )
    # The start page and the form show the open tickets of a requester.
    _open_requester_idx = models.Index(
        "(partner_id) WHERE status_category IN ('open', 'waiting')"
    )
    # OCA's order, for lists of tickets without an order of their own.
    _order_idx = models.Index("(priority DESC, sequence, number DESC, id DESC)")

    def _search_message_partner_ids(self, operator, operand):
        domain = super()._search_message_partner_ids(operator, operand)
        if domain is NotImplemented or self._can_access_all_tickets():
            return domain
        if operator == "in" and set(operand) <= set(self.env.user.partner_id.ids):
            return domain
        # the followers of a ticket show whose ticket it is
        return Domain(domain) & Domain("id", "in", self._get_writable_query())

    @api.depends("category_id")
    def _compute_type_id(self):
        """Use the category's type; keep the chosen type if the category has none."""
        for ticket in self:
            ticket.type_id = ticket.category_id.type_id or ticket.type_id

    def onchange(self, values, field_names, fields_spec):
        if not field_names:
            # only the web client does this: a person opens the form of a new ticket
            self = self.with_context(helpdesk_new_form=True)
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def default_get(self, fields_list):
        """Propose the agent's own team for a new ticket, and the agent in its form.

        Only agents with access to all tickets can read a ticket without a team. Other
        agents could not even save it. An agent who fills in the form usually works on
        the ticket, because the requester stands at the counter or calls.
        """
        defaults = super().default_get(fields_list)
        if "team_id" in fields_list and not defaults.get("team_id"):
            teams = self.env["helpdesk.ticket.team"].search(
                Domain("user_ids", "=", self.env.uid)
                & Domain("company_id", "in", [False, self.env.company.id]),
                limit=1,
            )
            if teams:
                defaults["team_id"] = teams.id
        if (
            "user_id" in fields_list
            and "user_id" not in defaults
            and self.env.context.get("helpdesk_new_form")
        ):
            team = self.env["helpdesk.ticket.team"].browse(defaults.get("team_id"))
            if self.env.user in team.user_ids:
                defaults["user_id"] = self.env.uid
        return defaults
