"""Setup that is read for each ticket or search, and so is kept in the cache."""

from odoo import api, models


class HelpdeskKeptMixin(models.AbstractModel):
    """For models whose records are read with ``ormcache``.

    The cache is emptied whenever a record is created, changed or deleted.
    """

    _name = "helpdesk.kept.mixin"
    _description = "Setup That Is Kept in the Cache"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._on_setup_changed()
        return records

    def write(self, vals):
        result = super().write(vals)
        self._on_setup_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self._on_setup_changed()
        return result

    def _on_setup_changed(self):
        """These records were created, changed or deleted.

        Other files extend this method, for example to compute again what follows.
        """
        self.env.registry.clear_cache()
