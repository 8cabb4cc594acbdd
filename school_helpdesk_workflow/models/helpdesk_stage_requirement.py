"""Fields that an agent must fill in before a ticket may enter a stage."""

from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

#: Kinds of fields that can be empty; a number always has a value.
REQUIRED_TYPES = {
    "char",
    "date",
    "datetime",
    "html",
    "many2many",
    "many2one",
    "one2many",
    "selection",
    "text",
}
#: Beginnings of names of fields that nobody fills in.
TECHNICAL = (
    "access_",
    "activity_",
    "assignment_",
    "escalation_",
    "message_",
    "my_activity_",
    "rating_",
    "simulation_",
    "status_log_",
    "ticket_sla_",
    "website_",
)
#: Fields that always have a value, or that say where the ticket is.
NOT_ASKED = {"company_id", "priority", "stage_id", "team_id"}
#: Fields that are written by an action of the desk only, and still can be required.
WRITTEN_BY_ACTIONS = {"solution"}


class Requirement(NamedTuple):
    """A row as it is kept in the cache: ids, empty for all."""

    id: int
    field_name: str
    stages: frozenset
    teams: frozenset
    categories: frozenset


class HelpdeskStageRequirement(models.Model):
    _name = "helpdesk.stage.requirement"
    _inherit = [
        "helpdesk.change.log.mixin",
        "helpdesk.kept.mixin",
        "helpdesk.literal.search.mixin",
    ]
    _description = "Field Required before a Stage"
    _rec_name = "field_name"
    _order = "id"

    active = fields.Boolean(default=True)
    field_name = fields.Selection(
        selection="_get_fields_to_require",
        string="Field",
        required=True,
        help="What must be filled in.",
    )
    stage_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.stage",
        string="Before the Stages",
        required=True,
        ondelete="restrict",
    )
    team_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.team",
        string="Teams",
        ondelete="restrict",
        help="Leave empty for all teams.",
    )
    category_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.category",
        string="Categories",
        ondelete="restrict",
        help="Also for the categories below these. Leave empty for all categories.",
    )
    hint = fields.Char(
        translate=True,
        help="What agents read if the field is empty, for example why it is needed.",
    )

    @api.model
    def _get_fields_to_require(self):
        """Return the fields of tickets that a person fills in, by their labels."""
        # sudo: the same fields for everybody; nothing but their labels
        described = self.env["helpdesk.ticket"].sudo().fields_get()
        choice = [
            (name, field["string"])
            for name, field in described.items()
            if field["type"] in REQUIRED_TYPES
            and field.get("store", True)
            and (not field.get("readonly") or name in WRITTEN_BY_ACTIONS)
            and not field.get("required")
            and name not in NOT_ASKED
            and not name.startswith(TECHNICAL)
        ]
        return sorted(choice, key=lambda pair: pair[1])

    @api.constrains("field_name", "stage_ids")
    def _check_stages(self):
        for row in self:
            if not row.stage_ids:
                raise ValidationError(
                    self.env._("Choose the stage before which the field is required.")
                )

    @api.model
    @tools.ormcache()
    def _get_requirements(self):
        """Return the active rows; a field of an uninstalled addon is left out."""
        # sudo: helpdesk.stage.requirement - they hold for everybody in the desk
        rows = self.sudo().search(
            # whether archived rows are wanted must not depend on who asks first
            [
                ("active", "=", True),
                ("field_name", "in", list(self._get_known_fields())),
            ]
        )
        Category = rows.env["helpdesk.ticket.category"].with_context(active_test=False)
        return tuple(
            Requirement(
                row.id,
                row.field_name,
                frozenset(row.stage_ids.ids),
                frozenset(row.with_context(active_test=False).team_ids.ids),
                frozenset(
                    Category.search([("id", "child_of", row.category_ids.ids)]).ids
                    if row.category_ids
                    else ()
                ),
            )
            for row in rows
        )

    @api.model
    def _get_known_fields(self):
        return set(self.env["helpdesk.ticket"]._fields)
