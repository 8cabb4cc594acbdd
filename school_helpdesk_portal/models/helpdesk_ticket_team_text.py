"""The texts of a team's questions in the languages of the school.

The questions are the properties of tickets, and Odoo cannot translate the texts of
properties. So each text has a record here: a label, an option or a unit.
"""

from odoo import fields, models


class HelpdeskTicketTeamText(models.Model):
    _name = "helpdesk.ticket.team.text"
    _description = "Text of a Team's Questions"
    _rec_name = "source"
    _order = "team_id, id"

    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        required=True,
        index=True,
        ondelete="cascade",
    )
    source = fields.Char(
        string="Text of the Question",
        required=True,
        readonly=True,
        help="The text as it stands in the properties of the tickets.",
    )
    text = fields.Char(
        string="Shown to Requesters",
        required=True,
        translate=True,
        help="Translate the text with the button at its end.",
    )

    _team_source_unique = models.UniqueIndex(
        "(team_id, source)", "The team has this text already."
    )
