"""What reports have in common in which one ticket has several rows.

Such a report is a query (``_table_query``). Its rows belong to a ticket and have the
columns of the ticket by which people group and filter. Agents read the rows of the
tickets on which they may work.
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    STATUS_CATEGORIES,
)

#: The columns of the ticket; the fields of the reports have the same names.
TICKET_COLUMNS = (
    "category_id",
    "channel_id",
    "company_id",
    "create_date",
    "partner_id",
    "priority",
    "reported_building_id",
    "reported_room_id",
    "requester_group",
    "team_id",
    "term_id",
    "type_id",
    "user_id",
)


class HelpdeskTicketReportMixin(models.AbstractModel):
    _name = "helpdesk.ticket.report.mixin"
    _inherit = [
        "helpdesk.colleagues.mixin",
        "helpdesk.internal.mixin",
        "helpdesk.literal.search.mixin",
        "helpdesk.names.mixin",
    ]
    _description = "Report on Tickets"
    _depends = {
        "helpdesk.ticket": [*TICKET_COLUMNS, "active", "status_category"],
    }

    ticket_id = fields.Many2one(comodel_name="helpdesk.ticket", readonly=True)
    ticket_status = fields.Selection(
        selection=STATUS_CATEGORIES, string="Status of the Ticket", readonly=True
    )
    create_date = fields.Datetime(string="Ticket Created on", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    team_id = fields.Many2one(comodel_name="helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Assignee", readonly=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Requester", readonly=True
    )
    category_id = fields.Many2one(
        comodel_name="helpdesk.ticket.category", readonly=True
    )
    type_id = fields.Many2one(comodel_name="helpdesk.ticket.type", readonly=True)
    channel_id = fields.Many2one(comodel_name="helpdesk.ticket.channel", readonly=True)
    priority = fields.Selection(
        selection=[("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Urgent")],
        readonly=True,
    )
    requester_group = fields.Char(string="Requester's Group", readonly=True)
    term_id = fields.Many2one(
        comodel_name="helpdesk.school.term", string="Term", readonly=True
    )
    reported_room_id = fields.Many2one(
        comodel_name="asset.location", string="Room When Reported", readonly=True
    )
    reported_building_id = fields.Many2one(
        comodel_name="asset.location", string="Building When Reported", readonly=True
    )

    @property
    def _table_query(self):
        return SQL(
            """
    SELECT %(columns)s, %(ticket_columns)s, ticket.id AS ticket_id,
           ticket.status_category AS ticket_status
      FROM %(source)s
     WHERE ticket.active AND %(condition)s
            """,
            columns=SQL(", ").join(
                SQL("%s AS %s", expression, SQL.identifier(name))
                for name, expression in self._get_columns().items()
            ),
            ticket_columns=SQL(", ").join(
                SQL.identifier("ticket", name) for name in TICKET_COLUMNS
            ),
            source=self._get_source(),
            condition=self._get_condition(),
        )

    @api.model
    def _get_columns(self):
        """Return the columns of the report: dictionary of name to expression.

        One of them is ``id``, which is unique.
        """
        raise NotImplementedError()

    @api.model
    def _get_source(self):
        """Return the tables, among them ``helpdesk_ticket`` with the alias ticket."""
        raise NotImplementedError()

    @api.model
    def _get_condition(self):
        return SQL("TRUE")

    @api.model
    def _get_domain_except_tickets(self, tickets):
        return Domain("ticket_id", "not in", tickets)

    def action_open_ticket(self):
        """Open the ticket of the row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }
