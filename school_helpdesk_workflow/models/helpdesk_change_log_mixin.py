"""Logs who changed a record of the setup, when, and how it was before."""

from odoo import api, models, tools
from odoo.models import MAGIC_COLUMNS

#: The kinds of fields that Odoo can log.
LOGGED_TYPES = {
    "boolean",
    "char",
    "date",
    "datetime",
    "float",
    "integer",
    "many2many",
    "many2one",
    "selection",
    "text",
}


class HelpdeskChangeLogMixin(models.AbstractModel):
    """Every stored field that a person can change is logged in the chatter.

    So a field that another addon adds is logged, too, without somebody thinking of it.
    """

    _name = "helpdesk.change.log.mixin"
    _inherit = ["mail.thread"]
    _description = "Log of Changes of the Setup"

    @tools.ormcache("self.env.uid", "self.env.su")
    def _track_get_fields(self):
        names = [
            name
            for name, field in self._fields.items()
            if field.store
            and field.type in LOGGED_TYPES
            and name not in MAGIC_COLUMNS
            and not field.readonly
        ]
        # without those that the user may not read
        return set(self.fields_get(names, attributes=()))

    @api.model_create_multi
    def create(self, vals_list):
        # the creator does not follow the rule: its log sends no notifications
        context = {"mail_create_nosubscribe": True}
        if self.env.context.get("install_mode"):
            # nobody has created it, and the line would stay English for all readers
            context["mail_create_nolog"] = True
        records = super(HelpdeskChangeLogMixin, self.with_context(**context)).create(
            vals_list
        )
        return records.with_env(self.env)

    @api.ondelete(at_uninstall=False)
    def _keep_what_is_deleted(self):
        self._log_deletion()

    def _log_deletion(self):
        """Note who deletes these records, when, and what they were.

        The log of a record is deleted with it, so this is kept elsewhere.
        """
        self.env["helpdesk.deleted.rule"]._create_from(self)

    @api.model
    def _get_fields_to_keep(self):
        """Return the names of the fields that are noted when a record is deleted."""
        return self._track_get_fields()
