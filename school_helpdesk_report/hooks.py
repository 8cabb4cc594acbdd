#: Menus of OCA that the menus of this addon replace.
REPLACED_MENUS = (
    "helpdesk_mgmt.helpdesk_ticket_reporting_analysis",
    "helpdesk_mgmt_sla.helpdesk_sla_report_menu",
)
#: A right of Odoo that this addon deactivates.
REPLACED_RIGHT = "spreadsheet_dashboard.access_spreadsheet_dashboard_share"


def post_init_hook(env):
    """Let the scheduled action compute the figures of the existing tickets."""
    env["helpdesk.ticket"]._trigger_figures()


def uninstall_hook(env):
    """Show the menus of OCA again, and give Odoo's right back."""
    for xmlid in (*REPLACED_MENUS, REPLACED_RIGHT):
        if record := env.ref(xmlid, raise_if_not_found=False):
            record.active = True
