"""What is done once, at install: an administrator's later choice stays."""

from odoo.tools import SQL

from .models.helpdesk_ticket_stage import ENDED_CATEGORIES

#: What OCA's own stages mean; New and In Progress are open already.
OCA_STAGE_CATEGORIES = {
    "helpdesk_mgmt.helpdesk_ticket_stage_awaiting": "waiting",
    "helpdesk_mgmt.helpdesk_ticket_stage_done": "resolved",
    "helpdesk_mgmt.helpdesk_ticket_stage_cancelled": "cancelled",
    "helpdesk_mgmt.helpdesk_ticket_stage_rejected": "cancelled",
}

#: What security/helpdesk_ticket_security.xml switches off.
OCA_SWITCHED_OFF = (
    "helpdesk_mgmt.helpdesk_ticket_rule_portal",
    "helpdesk_mgmt.helpdesk_ticket_rule_internal_user",
    "helpdesk_mgmt.access_helpdesk_ticket_stage_public",
)


def post_init_hook(env):
    """Give OCA's stages their status, as far as they still close what they closed."""
    status_field = env["helpdesk.ticket.stage"]._fields["status_category"]
    for xmlid, category in OCA_STAGE_CATEGORIES.items():
        stage = env.ref(xmlid, raise_if_not_found=False)
        if stage and stage.closed == (category in ENDED_CATEGORIES):
            # not write(): it has the tickets follow as a change of mind would
            status_field.write(stage, category)
            stage.modified(["status_category"])
    _date_old_tickets(env)
    update_desk_only_files(env)


def update_desk_only_files(env):
    """Say of each file the tickets have whether it is for the desk alone."""
    env["ir.attachment"]._update_desk_only_where(
        SQL("file.res_model = 'helpdesk.ticket'")
    )


def _date_old_tickets(env):
    """Give the tickets there are their facts, from what OCA has kept of them.

    In one go, however many years of them there are.
    """
    Ticket = env["helpdesk.ticket"]
    env.flush_all()
    env.cr.execute(
        """
        UPDATE helpdesk_ticket
           SET closed_date = CASE
                   WHEN status_category IN %(ended)s
                   THEN COALESCE(closed_date, last_stage_update, create_date)
                   ELSE closed_date
               END,
               resolved_date = CASE
                   WHEN status_category IN ('resolved', 'closed')
                   THEN COALESCE(
                       resolved_date, closed_date, last_stage_update, create_date
                   )
               END,
               waiting_since = CASE
                   WHEN status_category = 'waiting'
                   THEN COALESCE(waiting_since, last_stage_update, create_date)
               END
         WHERE status_category <> 'open'
        """,
        {"ended": ENDED_CATEGORIES},
    )
    Ticket.invalidate_model(["closed_date", "resolved_date", "waiting_since"])
    env["helpdesk.ticket.status.log"]._build_from_history()
    env.add_to_compute(
        Ticket._fields["auto_close_date"],
        Ticket.with_context(active_test=False).search(
            [("status_category", "=", "resolved")]
        ),
    )


def uninstall_hook(env):
    """Give OCA's own rules and rights back: without them nobody reads his tickets."""
    for xmlid in OCA_SWITCHED_OFF:
        if record := env.ref(xmlid, raise_if_not_found=False):
            record.active = True
