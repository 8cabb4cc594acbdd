"""Deadlines of existing tickets, and OCA's access rights after uninstallation."""

#: Access rights of OCA that security/helpdesk_sla_security.xml switches off.
OCA_SWITCHED_OFF = (
    "helpdesk_mgmt_sla.access_helpdesk_sla_portal",
    "helpdesk_mgmt_sla.access_helpdesk_sla_base_user",
)


def post_init_hook(env):
    """Compute when existing tickets are due: base knows no deadlines."""
    Ticket = env["helpdesk.ticket"].with_context(active_test=False)
    clocks = env["helpdesk.ticket.sla"].search(
        [("state", "in", ("in_progress", "expired"))]
    )
    env.add_to_compute(Ticket._fields["next_due"], clocks.ticket_id)


def uninstall_hook(env):
    """Remove the deadlines, and switch OCA's access rights to SLA policies on again."""
    env.flush_all()
    # with SQL: a school may have many tickets, and nothing depends on the field
    env.cr.execute(
        "UPDATE helpdesk_ticket SET next_due = NULL WHERE next_due IS NOT NULL"
    )
    for xmlid in OCA_SWITCHED_OFF:
        if record := env.ref(xmlid, raise_if_not_found=False):
            record.active = True
