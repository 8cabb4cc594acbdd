"""Setup that data files cannot do, because it depends on records in the database.

The hooks run only once, at installation: later changes by an administrator stay.
"""

from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from .tools import kept_records

MODULE = "school_asset_helpdesk_bridge"

#: OCA stages that the school's data renames, instead of adding duplicates.
ADOPTED_STAGES = {
    "stage_new": "helpdesk_mgmt.helpdesk_ticket_stage_new",
    "stage_in_progress": "helpdesk_mgmt.helpdesk_ticket_stage_in_progress",
    "stage_pending": "helpdesk_mgmt.helpdesk_ticket_stage_awaiting",
    "stage_resolved": "helpdesk_mgmt.helpdesk_ticket_stage_done",
    "stage_cancelled": "helpdesk_mgmt.helpdesk_ticket_stage_cancelled",
}

#: Models whose records the help desk still needs after the uninstallation.
KEPT_MODELS = (
    "asset.asset",
    "asset.assignment.line",
    "asset.category",
    "asset.damage.case",
    "asset.location",
    "asset.student.assignment",
    "asset.student.line",
    "asset.teacher.assignment",
    "helpdesk.assignment.rule",
    "helpdesk.escalation.rule",
    "helpdesk.sla",
    "helpdesk.ticket",
    "helpdesk.ticket.category",
    "helpdesk.ticket.channel",
    "helpdesk.ticket.stage",
    "helpdesk.ticket.team",
    "helpdesk.ticket.type",
    "hr.department",
    "hr.employee",
    "mail.alias",
    "mail.alias.domain",
    "mail.canned.response",
    "mail.template",
    "project.project",
    "res.company",
    "res.partner",
    "res.users",
    "resource.calendar",
    "resource.resource",
)

#: Models of rules that choose tickets, and the criteria that this addon adds to them.
RULE_MODELS = ("helpdesk.assignment.rule", "helpdesk.escalation.rule")
OUR_CRITERIA = ("asset_category_ids", "asset_model", "location_ids", "requester_group")

#: Models of the lines of the demo school's assignments.
LINE_MODELS = {
    "asset.teacher.assignment": "asset.assignment.line",
    "asset.student.assignment": "asset.student.line",
}


def pre_init_hook(env):
    """Give this addon's xml ids to kept records and to OCA's stages.

    So the data files update these records instead of creating them a second time.
    """
    kept_records.take_back(env, MODULE)
    name_demo_lines(env)
    for name, xmlid in ADOPTED_STAGES.items():
        stage = env.ref(xmlid, raise_if_not_found=False)
        known = env.ref(f"{MODULE}.{name}", raise_if_not_found=False)
        if stage and not stage.team_ids and not known:
            env["ir.model.data"]._update_xmlids(
                [{"xml_id": f"{MODULE}.{name}", "record": stage, "noupdate": True}]
            )


def name_demo_lines(env):
    """Give xml ids to the lines of the demo school's assignments.

    Earlier versions created the lines without xml ids, again with each installation.
    """
    Data = env["ir.model.data"]
    for model, line_model in LINE_MODELS.items():
        known = Data.search([("model", "=", line_model)]).mapped("res_id")
        for assignment in Data.search(
            [
                ("module", "=", MODULE),
                ("model", "=", model),
                ("name", "=like", "demo_%"),
            ]
        ):
            name = assignment.name.replace("_assignment_", "_line_")
            line = env[line_model].search(
                [("assignment_id", "=", assignment.res_id)], order="id", limit=1
            )
            if line and line.id not in known:
                Data._update_xmlids(
                    [{"xml_id": f"{MODULE}.{name}", "record": line, "noupdate": True}]
                )


def post_init_hook(env):
    team = env.ref(f"{MODULE}.team_it_support")
    _set_timezone(env, team)
    _set_aliases(env, team)
    _set_portal_options(team.company_id)
    _archive_rejected_stage(env)


def uninstall_hook(env):
    """Keep stages, categories, SLAs and other records that existing tickets need.

    Their xml ids are kept as well, so that a later installation finds them again.
    Assets that are out of service get their earlier status back, because the
    uninstallation deletes the field that stores it.
    """
    env["asset.asset"]._return_to_status_before_ticket()
    archive_rules_about_devices(env)
    kept_records.keep(env, MODULE, KEPT_MODELS)


def archive_rules_about_devices(env):
    """Archive the rules with our criteria: without them they fit every ticket."""
    for model in RULE_MODELS:
        if model in env:
            about_devices = Domain.OR(
                Domain(name, "!=", False) for name in OUR_CRITERIA
            )
            env[model].search(about_devices).active = False


def _set_timezone(env, team):
    """Use the company's time zone for the school hours."""
    company = team.company_id
    timezone = company.partner_id.tz or company.resource_calendar_id.tz
    if timezone:
        env.ref(f"{MODULE}.calendar_school_hours").tz = timezone


def _set_aliases(env, team):
    """Give the team the alias ``helpdesk``, and route OCA's own alias to the team."""
    taken = env["mail.alias"].search_count(
        [
            ("alias_name", "=", "helpdesk"),
            ("alias_domain_id", "in", [False, team.alias_domain_id.id]),
        ]
    )
    if not taken:
        team.alias_name = "helpdesk"
    alias = env.ref(
        "helpdesk_mgmt.mail_alias_lead_info_helpdesk", raise_if_not_found=False
    )
    if alias and not safe_eval(alias.alias_defaults or "{}"):
        alias.write(
            {
                "alias_parent_thread_id": team.id,
                "alias_defaults": {"team_id": team.id},
            }
        )


def _set_portal_options(company):
    """Make the portal's category optional; do not assign tickets to their creator."""
    company.write(
        {
            "helpdesk_mgmt_portal_select_team": True,
            "helpdesk_mgmt_portal_select_category": True,
            "helpdesk_mgmt_portal_category_id_required": False,
            "helpdesk_mgmt_ticket_auto_assign": False,
        }
    )


def _archive_rejected_stage(env):
    """Archive OCA's stage Rejected, unless it contains tickets."""
    stage = env.ref(
        "helpdesk_mgmt.helpdesk_ticket_stage_rejected", raise_if_not_found=False
    )
    if not stage:
        return
    tickets = env["helpdesk.ticket"].with_context(active_test=False)
    if tickets.search_count([("stage_id", "=", stage.id)], limit=1):
        stage.sequence = 8
    else:
        stage.active = False
