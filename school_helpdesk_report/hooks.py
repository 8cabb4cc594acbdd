#: Menus of OCA that the menus of this addon replace.
REPLACED_MENUS = (
    "helpdesk_mgmt.helpdesk_ticket_reporting_analysis",
    "helpdesk_mgmt_sla.helpdesk_sla_report_menu",
)


def post_init_hook(env):
    """Let the scheduled action compute the figures of the existing tickets."""
    env["helpdesk.ticket"]._trigger_figures()


def uninstall_hook(env):
    """Show the menus of OCA again (``views/helpdesk_report_menus.xml``)."""
    for xmlid in REPLACED_MENUS:
        if menu := env.ref(xmlid, raise_if_not_found=False):
            menu.active = True
