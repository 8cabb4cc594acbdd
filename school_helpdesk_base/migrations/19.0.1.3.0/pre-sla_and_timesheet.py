"""Move the external ids of SLA clocks and timesheets to their new addons.

The records stay. Only the owning addon changes, so that the update neither deletes
nor duplicates them. Both addons are marked for installation: without them, a database
with OCA's SLA addon would show all SLA clocks to everybody.
"""

#: New addon: the names of its external ids, and a prefix of further names.
MOVED = {
    "school_helpdesk_workflow": (
        ["access_helpdesk_sla_agent", "model_helpdesk_ticket_sla"],
        "field_helpdesk_ticket_sla__",
    ),
    "school_helpdesk_timesheet": (
        ["model_account_analytic_line"],
        "field_account_analytic_line__",
    ),
}


def migrate(cr, version):
    for addon, (names, prefix) in MOVED.items():
        params = {"addon": addon, "names": names, "prefix": prefix}
        # both addons may name the same model or field
        cr.execute(
            """
            DELETE FROM ir_model_data AS old
             USING ir_model_data AS new
             WHERE old.module = 'school_helpdesk_base'
               AND (old.name = ANY(%(names)s) OR starts_with(old.name, %(prefix)s))
               AND new.module = %(addon)s
               AND new.name = old.name
            """,
            params,
        )
        cr.execute(
            """
            UPDATE ir_model_data
               SET module = %(addon)s
             WHERE module = 'school_helpdesk_base'
               AND (name = ANY(%(names)s) OR starts_with(name, %(prefix)s))
            """,
            params,
        )
    cr.execute(
        """
        UPDATE ir_module_module
           SET state = 'to install'
         WHERE name = ANY(%s) AND state = 'uninstalled'
        """,
        [list(MOVED)],
    )
