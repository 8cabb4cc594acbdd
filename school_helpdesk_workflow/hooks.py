"""Give OCA's SLA addon its access rights back when this addon is uninstalled."""

#: Access rights of OCA that security/helpdesk_sla_security.xml switches off.
OCA_SWITCHED_OFF = (
    "helpdesk_mgmt_sla.access_helpdesk_sla_portal",
    "helpdesk_mgmt_sla.access_helpdesk_sla_base_user",
)


def uninstall_hook(env):
    """Switch OCA's access rights to SLA policies on again."""
    for xmlid in OCA_SWITCHED_OFF:
        if record := env.ref(xmlid, raise_if_not_found=False):
            record.active = True
