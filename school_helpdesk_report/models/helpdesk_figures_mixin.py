"""Records from which the figures of a ticket are computed."""

from odoo import api, models


class HelpdeskFiguresMixin(models.AbstractModel):
    """Computes the figures of a ticket again when one of its records changes."""

    _name = "helpdesk.figures.mixin"
    _description = "Part of the Figures of a Ticket"

    #: Writing one of these fields can change a figure.
    _figures_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._mark_figures()
        return records

    def write(self, vals):
        if self._figures_fields.isdisjoint(vals):
            return super().write(vals)
        # the record may move from one ticket to another one
        self._mark_figures()
        result = super().write(vals)
        self._mark_figures()
        return result

    def unlink(self):
        self._mark_figures()
        return super().unlink()

    def _mark_figures(self):
        """Compute the figures of the tickets of these records again."""
        # sudo: only the ids of the tickets are used
        ids = self.sudo()._get_figures_ticket_ids()
        self.env["helpdesk.ticket"].browse(ids)._mark_figures()

    def _get_figures_ticket_ids(self):
        """Return the ids of the tickets of these records, as a set."""
        raise NotImplementedError()
