"""Existing tickets and teams, and OCA's access rights after uninstallation."""

from odoo import fields
from odoo.tools import SQL
from odoo.tools.sql import column_exists

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.queue import (
    DEADLINE_RANK,
    OPEN_RANK,
)
from odoo.addons.school_helpdesk_base.tools.foreign_terms import (
    translate_foreign_code,
)

from .models.helpdesk_escalation_rule import MOST_HOURS
from .models.helpdesk_filter_mixin import INVALID_FILTER, SecretFieldError
from .models.helpdesk_ticket.escalations import ENDED_VERSION

#: Access rights of OCA that security/helpdesk_sla_security.xml switches off.
OCA_SWITCHED_OFF = (
    "helpdesk_mgmt_sla.access_helpdesk_sla_portal",
    "helpdesk_mgmt_sla.access_helpdesk_sla_base_user",
    "helpdesk_mgmt_sla.access_helpdesk_ticket_sla_manager",
    "helpdesk_mgmt_sla.access_helpdesk_ticket_sla_user_personal",
)


def post_load():
    translate_foreign_code("school_helpdesk_workflow")


def pre_init_hook(env):
    """Convert OCA's policies and clocks, before the fields of this addon are loaded."""
    adopt_policies(env)
    adopt_clocks(env)


def post_init_hook(env):
    """Compute the clocks of existing tickets, also of those that have ended."""
    sync_clocks(env)
    skip_ended(env.cr)
    prepare_assignment(env)


def uninstall_hook(env):
    """Remove the deadlines, and switch OCA's access rights on again."""
    env.flush_all()
    # with SQL: a school may have many tickets, and only the rank depends on the field
    env.cr.execute(
        SQL(
            """
            UPDATE helpdesk_ticket
               SET next_due = NULL,
                   queue_rank = CASE
                       WHEN queue_rank = %(with_deadline)s
                       THEN %(open)s + COALESCE(priority, '0')::int
                       ELSE queue_rank
                   END
             WHERE next_due IS NOT NULL
            """,
            with_deadline=DEADLINE_RANK,
            open=OPEN_RANK,
        )
    )
    for xmlid in OCA_SWITCHED_OFF:
        if record := env.ref(xmlid, raise_if_not_found=False):
            record.active = True


def adopt_policies(env):
    """Set the fields of this addon on OCA's policies.

    - A policy whose stage is neither resolved nor closed measured when the desk began
      to work: it becomes a policy for the first response.
    - A policy whose clocks paused in a waiting stage pauses in every kind of wait.
    - A filter for one priority, and nothing else, becomes the field ``priority``.
    - A policy without time is archived: no ticket could meet it.
    """
    if column_exists(env.cr, "helpdesk_sla", "target"):
        # the policies have the fields of this addon already
        return
    env.cr.execute(
        SQL(
            r"""
            ALTER TABLE helpdesk_sla
                ADD COLUMN IF NOT EXISTS target varchar,
                ADD COLUMN IF NOT EXISTS minutes integer,
                ADD COLUMN IF NOT EXISTS priority varchar,
                ADD COLUMN IF NOT EXISTS pause_vendor boolean,
                ADD COLUMN IF NOT EXISTS pause_part boolean,
                ADD COLUMN IF NOT EXISTS pause_approval boolean,
                ADD COLUMN IF NOT EXISTS pause_other boolean;
            UPDATE helpdesk_sla AS policy
               SET target = CASE
                       WHEN EXISTS (
                           SELECT 1 FROM helpdesk_ticket_stage AS stage
                            WHERE stage.id = policy.stage_id
                              AND stage.status_category IN ('open', 'waiting')
                       ) THEN 'first_response'
                       ELSE 'resolution'
                   END,
                   minutes = 0,
                   days = GREATEST(days, 0),
                   hours = GREATEST(hours, 0);
            UPDATE helpdesk_sla
               SET priority = substring(domain FROM '[0-3]'), domain = '[]'
             WHERE domain ~
 '^\s*\[\s*\(\s*["'']priority["'']\s*,\s*["'']=["'']\s*,\s*["''][0-3]["'']\s*\)\s*,?\s*\]\s*$';
            UPDATE helpdesk_sla SET hours = 1, active = FALSE
             WHERE days = 0 AND hours = 0;
            UPDATE helpdesk_sla AS policy
               SET pause_vendor = TRUE, pause_part = TRUE,
                   pause_approval = TRUE, pause_other = TRUE
             WHERE EXISTS (
                       SELECT 1
                         FROM helpdesk_sla_helpdesk_ticket_stage_rel AS rel
                         JOIN helpdesk_ticket_stage AS stage
                           ON stage.id = rel.helpdesk_ticket_stage_id
                        WHERE rel.helpdesk_sla_id = policy.id
                          AND stage.status_category = 'waiting'
                   );
            """
        )
    )


def adopt_clocks(env):
    """Keep one of OCA's clocks for each ticket and target, the one due first."""
    if column_exists(env.cr, "helpdesk_ticket_sla", "target"):
        return
    env.cr.execute(
        SQL(
            """
            ALTER TABLE helpdesk_ticket_sla ADD COLUMN IF NOT EXISTS target varchar;
            UPDATE helpdesk_ticket_sla AS clock
               SET target = policy.target
              FROM helpdesk_sla AS policy
             WHERE policy.id = clock.sla_id;
            DELETE FROM helpdesk_ticket_sla AS clock
             USING helpdesk_ticket_sla AS other
             WHERE other.ticket_id = clock.ticket_id
               AND other.target = clock.target
               AND (COALESCE(other.deadline, 'infinity'), other.id)
                 < (COALESCE(clock.deadline, 'infinity'), clock.id);
            """
        )
    )


def sync_clocks(env):
    """Compute all clocks from the history of the tickets."""
    Ticket = env["helpdesk.ticket"].with_context(active_test=False)
    tickets = Ticket.search([("team_id.use_sla", "=", True)])
    tickets |= env["helpdesk.ticket.sla"].search([]).ticket_id
    # base knows no deadlines: these fields may be empty
    for name in ("next_due", "next_warn", "queue_rank"):
        env.add_to_compute(Ticket._fields[name], tickets)
    now = fields.Datetime.now()
    for start in range(0, len(tickets), 500):
        batch = tickets[start : start + 500]
        batch._sync_clocks()
        # nobody wants a mail about each clock that was missed long ago
        for clock in batch.ticket_sla_ids:
            clock.told = clock._get_passed(now)
        env.flush_all()


def skip_past_events(cr):
    """Let the clocks of an existing database begin without news.

    Nobody wants a mail about each clock that was at risk or missed long ago.
    """
    cr.execute(
        SQL(
            """
            ALTER TABLE helpdesk_ticket_sla
                ADD COLUMN IF NOT EXISTS told varchar,
                ADD COLUMN IF NOT EXISTS told_round integer;
            UPDATE helpdesk_ticket_sla AS clock
               SET told = CASE
                       WHEN deadline < now() AT TIME ZONE 'utc' THEN 'missed'
                       WHEN warn_date < now() AT TIME ZONE 'utc' THEN 'at_risk'
                   END,
                   told_round = ticket.reopen_count
              FROM helpdesk_ticket AS ticket
             WHERE ticket.id = clock.ticket_id
            """
        )
    )


def skip_ended(cr):
    """Let the escalation rules not look at tickets that have ended long ago."""
    cr.execute(
        SQL(
            """
            UPDATE helpdesk_ticket SET escalations_version = %s
             WHERE status_category IN ('resolved', 'closed', 'cancelled')
            """,
            ENDED_VERSION,
        )
    )


def prepare_assignment(env):
    """Create the records of team members; agents so far were chosen by people."""
    Team = env["helpdesk.ticket.team"].with_context(active_test=False)
    env["helpdesk.team.member"]._sync_members(Team.search([]))
    # with SQL: a school may have many tickets, and nothing depends on the field
    env.cr.execute(
        "UPDATE helpdesk_ticket SET assigned_by = 'person'"
        " WHERE user_id IS NOT NULL AND assigned_by IS NULL"
    )
    env["helpdesk.ticket"].invalidate_model(["assigned_by"], flush=False)


def limit_numbers(cr):
    """Bring numbers into their limits, so that the database can check them.

    A rule with more hours than the limit never fires, before and after. ``least``
    also replaces NaN and infinity.
    """
    for table, column, most in (
        ("helpdesk_escalation_rule", "hours", MOST_HOURS),
        ("helpdesk_team_member", "share", 100),
        *(
            ("res_company", f"helpdesk_weight_{name}", 1000)
            for name in ("low", "normal", "high", "urgent")
        ),
    ):
        if column_exists(cr, table, column):
            cr.execute(
                SQL(
                    "UPDATE %(table)s SET %(column)s = least(%(column)s, %(most)s)"
                    " WHERE %(column)s > %(most)s",
                    table=SQL.identifier(table),
                    column=SQL.identifier(column),
                    most=most,
                )
            )


def note_secret_filters(env):
    """Note in the log of rules that their filter is not used any more, and why."""
    for name in (
        "helpdesk.assignment.rule",
        "helpdesk.escalation.rule",
        "helpdesk.sla",
    ):
        records = env[name].with_context(active_test=False).search([])
        for record in records.with_context(lang=env.user.lang):
            try:
                record._read_filter(record.domain)
            except SecretFieldError:
                record._message_log(body=record._get_filter_problem(record.domain))
            except INVALID_FILTER:
                # another problem, which is not new
                continue
