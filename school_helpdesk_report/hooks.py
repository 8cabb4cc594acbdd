from odoo.addons.school_asset_helpdesk_bridge.tools import kept_records

MODULE = "school_helpdesk_report"
#: Menus of OCA that the menus of this addon replace.
REPLACED_MENUS = (
    "helpdesk_mgmt.helpdesk_ticket_reporting_analysis",
    "helpdesk_mgmt_sla.helpdesk_sla_report_menu",
)
#: Models of the demo school's records that its tickets still need.
KEPT_MODELS = (
    "helpdesk.sla",
    "helpdesk.ticket.team",
    "hr.employee",
    "res.partner",
    "res.users",
    "resource.resource",
)
#: A right of Odoo that this addon deactivates.
REPLACED_RIGHT = "spreadsheet_dashboard.access_spreadsheet_dashboard_share"


def pre_init_hook(env):
    """Find the kept records of the demo school again."""
    kept_records.take_back(env, MODULE)


def post_init_hook(env):
    """Let the scheduled action compute the figures of the existing tickets."""
    env["helpdesk.ticket"]._trigger_figures()


def uninstall_hook(env):
    """Keep what tickets need, show the menus of OCA again, give Odoo's right back."""
    kept_records.keep(env, MODULE, KEPT_MODELS)
    for xmlid in (*REPLACED_MENUS, REPLACED_RIGHT):
        if record := env.ref(xmlid, raise_if_not_found=False):
            record.active = True
