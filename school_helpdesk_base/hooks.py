"""Setup of the server, and setup at installation only.

What is set at installation can be changed by an administrator, and is then kept.
"""

from odoo import SUPERUSER_ID
from odoo.tools import SQL

from .models.helpdesk_ticket_stage import ENDED_CATEGORIES
from .tools.foreign_terms import translate_foreign_code

#: The status of OCA's own stages; New and In Progress are already open by default.
OCA_STAGE_CATEGORIES = {
    "helpdesk_mgmt.helpdesk_ticket_stage_awaiting": "waiting",
    "helpdesk_mgmt.helpdesk_ticket_stage_done": "resolved",
    "helpdesk_mgmt.helpdesk_ticket_stage_cancelled": "cancelled",
    "helpdesk_mgmt.helpdesk_ticket_stage_rejected": "cancelled",
}

#: Records that security/helpdesk_ticket_security.xml deactivates.
OCA_SWITCHED_OFF = (
    "helpdesk_mgmt.helpdesk_ticket_rule_portal",
    "helpdesk_mgmt.helpdesk_ticket_rule_internal_user",
    "helpdesk_mgmt.access_helpdesk_ticket_stage_public",
)
#: Menus that views/helpdesk_ticket_queue_views.xml replaces.
OCA_MENUS = (
    "helpdesk_mgmt.helpdesk_own_ticket_menu",
    "helpdesk_mgmt.helpdesk_all_ticket_menu",
)


def post_load():
    translate_foreign_code("school_helpdesk_base")


def post_init_hook(env):
    """Set the status of OCA's stages, and the facts of existing tickets.

    A stage whose ``closed`` a school has changed keeps the status that follows from it.
    """
    status_field = env["helpdesk.ticket.stage"]._fields["status_category"]
    for xmlid, category in OCA_STAGE_CATEGORIES.items():
        stage = env.ref(xmlid, raise_if_not_found=False)
        if stage and stage.closed == (category in ENDED_CATEGORIES):
            # write() would also update the tickets, as when a manager changes a stage
            status_field.write(stage, category)
            stage.modified(["status_category"])
    _set_facts_of_old_tickets(env)
    set_awaiting_of_old_tickets(env)
    update_desk_only_files(env)
    show_pictures_of_mails(env)
    take_over_stage_mails(env)


def take_over_stage_mails(env, was_told_by_stages=False):
    """Take delivered mail templates off the stages: notifications tell the same.

    A template that a person has made or changed stays. It replaces our words.

    :param bool was_told_by_stages: whether the stages decided until now what people are
        told: then a status of which no stage had a mail is not told now
    """
    stages = env["helpdesk.ticket.stage"].with_context(active_test=False).search([])
    if was_told_by_stages:
        _silence_statuses(env, stages.filtered("active"))
    delivered = stages.mail_template_id.filtered(
        lambda template: template.get_external_id()[template.id]
        and template.write_uid.id in (False, SUPERUSER_ID)
    )
    for stage in stages.filtered(lambda stage: stage.mail_template_id in delivered):
        stage.write(
            {
                "mail_template_id": False,
                "notify_requesters": stage.status_category == "open"
                and not stage.unattended,
            }
        )


def _silence_statuses(env, stages):
    """Switch off the mails about statuses of which no stage had a mail."""
    told = set(stages.filtered("mail_template_id").mapped("status_category"))
    events = {"waiting": ("waiting", "on_hold"), "resolved": ("resolved",)}
    silent = [
        event
        for status, names in events.items()
        if status not in told
        for event in names
    ]
    if not stages.filtered(lambda stage: stage.unattended and stage.mail_template_id):
        silent.append("receipt")
    env["helpdesk.notification.rule"].search(
        [("event", "in", silent), ("audience", "=", "requesters")]
    ).mail = False
    if "closed" in told:
        env.ref("school_helpdesk_base.notification_rule_closed_requesters").mail = True


def update_desk_only_files(env):
    """Compute which files of tickets are for the desk only."""
    env["ir.attachment"]._update_desk_only_where(
        SQL("file.res_model = 'helpdesk.ticket'")
    )


def show_pictures_of_mails(env):
    """Show the stored pictures of mails in the descriptions of existing tickets."""
    Ticket = env["helpdesk.ticket"].with_context(active_test=False)
    for ticket in Ticket.search([("description", "like", "cid:")]):
        ticket._show_stored_pictures(ticket.message_ids.sorted("id"))


def set_awaiting_of_old_tickets(env):
    """Find out who must act on the tickets that are not ended."""
    env["helpdesk.ticket"].with_context(active_test=False).search(
        [("status_category", "not in", ENDED_CATEGORIES)]
    )._set_awaiting_from_messages()


def _set_facts_of_old_tickets(env):
    """Set the dates of existing tickets from the dates that OCA stored.

    Uses one SQL statement: a school may have tickets of many years.
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
    """Activate the records of OCA that this addon has deactivated or replaced.

    Without OCA's rules requesters cannot read tickets, and without its menus agents
    cannot open them.
    """
    if duplicate := env.ref(
        "helpdesk_mgmt.action_duplicate_ticket", raise_if_not_found=False
    ):
        duplicate.binding_model_id = env["ir.model"]._get("helpdesk.ticket")
    env.ref("helpdesk_mgmt.helpdesk_ticket_menu").action = False
    env.ref("helpdesk_mgmt.helpdesk_config_settings_menu").action = env.ref(
        "helpdesk_mgmt.action_helpdesk_mgmt_config_settings"
    )
    for xmlid in OCA_SWITCHED_OFF + OCA_MENUS:
        if record := env.ref(xmlid, raise_if_not_found=False):
            record.active = True
