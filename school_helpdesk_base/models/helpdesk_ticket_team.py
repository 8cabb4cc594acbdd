"""A team's working hours, and its stage for each status."""

from odoo import api, fields, models


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = [
        "helpdesk.ticket.team",
        "helpdesk.names.mixin",
        "helpdesk.used.mixin",
        "helpdesk.literal.search.mixin",
    ]

    # OCA's SLA addon has the same field, but base works without that addon
    resource_calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working Hours",
        ondelete="restrict",
        default=lambda self: self.env.company.resource_calendar_id,
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
    )

    @api.model_create_multi
    def create(self, vals_list):
        teams = self
        if self.env.context.get("install_mode"):
            # nobody has created it, and the line would stay English for all readers
            teams = self.with_context(mail_create_nolog=True)
        teams = super(HelpdeskTicketTeam, teams).create(vals_list).with_env(self.env)
        # the time zone of a company may be that of a team
        self.env.registry.clear_cache()
        return teams

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"active", "company_id", "resource_calendar_id", "sequence"}:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _get_stage_of_category(self, category):
        """Return the stage that tickets of this team enter for a status.

        This is the first stage by sequence. For "open" it is the first one that does
        not count as unattended: a reopened ticket is not new.

        :param str category: a value of ``helpdesk.ticket.stage.status_category``
        :return: one stage, or an empty recordset if the team has no such stage
        """
        stages = self._get_applicable_stages().filtered(
            lambda stage: stage.status_category == category
        )
        if category == "open":
            return (stages.filtered(lambda stage: not stage.unattended) or stages)[:1]
        return stages[:1]

    def _has_field_access(self, field, operation):
        # portal users may read teams, but not the mail aliases of teams
        if field.name.startswith("alias_") and not (
            self.env.su or self.env.user._is_internal()
        ):
            return False
        return super()._has_field_access(field, operation)
