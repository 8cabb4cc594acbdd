"""What is done once, at install: an administrator's later choice stays."""

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
    "helpdesk_mgmt_sla.access_helpdesk_sla_portal",
    "helpdesk_mgmt_sla.access_helpdesk_sla_base_user",
)


def post_init_hook(env):
    """Give OCA's stages their status, as far as they still close what they closed."""
    for xmlid, category in OCA_STAGE_CATEGORIES.items():
        stage = env.ref(xmlid, raise_if_not_found=False)
        if stage and stage.closed == (category in ENDED_CATEGORIES):
            stage.status_category = category


def uninstall_hook(env):
    """Give OCA's own rules and rights back: without them nobody reads his tickets."""
    for xmlid in OCA_SWITCHED_OFF:
        if record := env.ref(xmlid, raise_if_not_found=False):
            record.active = True
