"""A ticket's status and people, as everything beyond its own stage asks for them."""

from odoo import api, fields, models
from odoo.fields import Domain


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

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
    # or a search through it tells a requester, word by word, what notes say
    message_ids = fields.One2many(bypass_search_access=False)
    type_id = fields.Many2one(
        compute="_compute_type_id", store=True, readonly=False, precompute=True
    )

    # Limits and what is new ask for the tickets of the last hours, among all of many
    # years.
    _create_date_idx = models.Index("(create_date)")

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
