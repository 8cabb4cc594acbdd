"""A ticket's status and people, as everything beyond its own stage asks for them."""

from odoo import api, fields, models
from odoo.fields import Domain

#: A link's name is that of the linked record, read with no rule: who reads a ticket as
#: its requester would read the titles of others' tickets and of the school's projects.
DESK_ONLY = "helpdesk_mgmt.group_helpdesk_user_own"
#: Where OCA's timesheets are installed, its views show the project to people who log
#: hours. Where they are not, nobody is in that group.
PROJECT_READERS = (
    f"{DESK_ONLY},project.group_project_user,hr_timesheet.group_hr_timesheet_user"
)


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "helpdesk.sweep.mixin"]

    status_category = fields.Selection(
        related="stage_id.status_category", store=True, index=True, string="Status"
    )
    priority = fields.Selection(
        selection=[("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Urgent")]
    )
    partner_id = fields.Many2one(string="Requester", index=True)
    submitter_id = fields.Many2one(
        comodel_name="res.partner",
        string="Reported by",
        index="btree_not_null",
        help="Who reported the ticket, where that is not the requester: a teacher "
        "for a student, a colleague for a colleague.",
    )
    # or a search through them tells a requester, word by word, what notes and the
    # desk's to-dos say
    message_ids = fields.One2many(bypass_search_access=False)
    website_message_ids = fields.One2many(bypass_search_access=False)
    activity_ids = fields.One2many(bypass_search_access=False)
    rating_ids = fields.One2many(bypass_search_access=False)
    # read with the reader's own rights, as the to-dos are
    activity_summary = fields.Char(related_sudo=False)
    activity_type_id = fields.Many2one(related_sudo=False)
    activity_type_icon = fields.Char(related_sudo=False)
    type_id = fields.Many2one(
        compute="_compute_type_id", store=True, readonly=False, precompute=True
    )
    project_id = fields.Many2one(index="btree_not_null", groups=PROJECT_READERS)
    task_id = fields.Many2one(index="btree_not_null", groups=PROJECT_READERS)
    milestone_id = fields.Many2one(index="btree_not_null", groups=PROJECT_READERS)
    duplicate_ids = fields.One2many(groups=DESK_ONLY)
    duplicate_count = fields.Integer(groups=DESK_ONLY)

    # Limits and what is new ask for the tickets of the last hours, among all of many
    # years.
    _create_date_idx = models.Index("(create_date)")
    # The order of the agents' list, whose first page is asked for all day.
    _order_idx = models.Index("(priority DESC, sequence, number DESC, id DESC)")

    def _search_message_partner_ids(self, operator, operand):
        domain = super()._search_message_partner_ids(operator, operand)
        if domain is NotImplemented or self._is_desk_wide_reader():
            return domain
        if operator == "in" and set(operand) <= set(self.env.user.partner_id.ids):
            return domain
        # who else follows tells whose ticket it is
        return Domain(domain) & Domain("id", "in", self._get_workable_query())

    @api.depends("category_id")
    def _compute_type_id(self):
        """The category's type, where it has one; else what was chosen stays."""
        for ticket in self:
            ticket.type_id = ticket.category_id.type_id or ticket.type_id

    @api.model
    def default_get(self, fields_list):
        """Give a ticket an agent opens to his own team, until he says otherwise.

        Without a team nobody but the agents of all tickets could read it: an agent of
        his own tickets could not even save it.
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
        return defaults
