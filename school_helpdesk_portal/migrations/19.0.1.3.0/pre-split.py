"""Move guest reports and push notifications to addons of their own.

Their records get the external ids of the new addons, so that the update neither deletes
them nor creates them again. The new addons are then marked as "to upgrade" and not as
"to install", because an installation would overwrite changes that a school has made to
the mail template and the scheduled job.
"""

from odoo.tools.sql import column_exists

PORTAL = "school_helpdesk_portal"
GUEST = "school_helpdesk_guest"
PUSH = "school_helpdesk_push"

#: Old to new name of the renamed fields, and of their columns.
FIELDS = {
    "helpdesk_guest_address_ceiling": "helpdesk_guest_address_limit",
    "helpdesk_guest_device_ceiling": "helpdesk_guest_device_limit",
    "helpdesk_guest_ip_ceiling": "helpdesk_guest_network_limit",
}
SETTINGS_MODELS = ("res.company", "res.config.settings")
#: External ids to move, as regular expressions.
GUEST_RECORDS = (
    r"^model_helpdesk_guest_(report|slot)$",
    r"^field_helpdesk_guest_(report|slot)__",
    r"^field_res_(company|config_settings)__helpdesk_guest_",
    r"^constraint_helpdesk_guest_(report|slot)_",
    r"^constraint_res_company_helpdesk_guest_",
    r"^access_helpdesk_guest_",
    r"^helpdesk_guest_report_",
    r"^ir_cron_remove_guest_reports",
    r"^guest_",
    r"^scan_page_guest$",
    r"^res_config_settings_view_form_guest$",
)
PUSH_RECORDS = (
    r"^push_switch$",
    r"^model_mail_push_device$",
    r"^field_mail_push_device__",
)
#: Constraints and indexes of guest reports in ir.model.constraint.
GUEST_CONSTRAINTS = r"^(helpdesk_guest_(report|slot)_|res_company_helpdesk_guest_)"


def migrate(cr, version):
    for addon, patterns in ((GUEST, GUEST_RECORDS), (PUSH, PUSH_RECORDS)):
        _move_records(cr, addon, patterns)
    _move_templates(cr)
    _rename_fields(cr)
    cr.execute(
        """
        UPDATE ir_model_constraint
           SET module = new.id
          FROM ir_module_module AS new, ir_module_module AS old
         WHERE new.name = %s
           AND old.name = %s
           AND ir_model_constraint.module = old.id
           AND ir_model_constraint.name ~ %s
        """,
        [GUEST, PORTAL, GUEST_CONSTRAINTS],
    )
    cr.execute(
        """
        UPDATE ir_config_parameter
           SET key = 'school_helpdesk_push.hosts'
         WHERE key = 'school_helpdesk_portal.push_hosts'
        """
    )
    _mark_addons(cr)


def _move_records(cr, addon, patterns):
    cr.execute(
        "UPDATE ir_model_data SET module = %s WHERE module = %s AND name ~ %s",
        [addon, PORTAL, "|".join(patterns)],
    )


def _move_templates(cr):
    """Rename the keys of page templates, also in copies made for one website."""
    for addon, name in (
        (GUEST, "guest_"),
        (GUEST, "scan_page_guest"),
        (PUSH, "push_switch"),
    ):
        old, new = f"{PORTAL}.{name}", f"{addon}.{name}"
        cr.execute(
            "UPDATE ir_ui_view SET key = replace(key, %s, %s) WHERE key LIKE %s",
            [old, new, f"{old}%"],
        )
        cr.execute(
            """
            UPDATE ir_ui_view
               SET arch_db = replace(arch_db::text, %s, %s)::jsonb
             WHERE arch_db::text LIKE %s
            """,
            [old, new, f"%{old}%"],
        )


def _rename_fields(cr):
    for old, new in FIELDS.items():
        if column_exists(cr, "res_company", old):
            cr.execute(f'ALTER TABLE res_company RENAME COLUMN "{old}" TO "{new}"')
        cr.execute(
            "UPDATE ir_model_fields SET name = %s WHERE name = %s AND model IN %s",
            [new, old, SETTINGS_MODELS],
        )
        cr.execute(
            """
            UPDATE ir_model_data
               SET name = replace(name, %s, %s)
             WHERE module = %s AND model = 'ir.model.fields' AND name LIKE %s
            """,
            [old, new, GUEST, f"%{old}"],
        )


def _mark_addons(cr):
    cr.execute(
        """
        UPDATE ir_module_module AS new
           SET state = 'to upgrade', latest_version = '19.0.1.0.0', demo = old.demo
          FROM ir_module_module AS old
         WHERE old.name = %s
           AND new.name IN %s
           AND new.state = 'uninstalled'
        """,
        [PORTAL, (GUEST, PUSH)],
    )
