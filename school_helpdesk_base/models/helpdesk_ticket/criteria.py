"""An event for the values by which policies and rules choose tickets."""

from odoo import api, models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    def _on_criteria_changed(self, tickets):
        """Values by which policies choose tickets have changed on existing tickets.

        This is an event like those in ``events.py``. It is not called for new tickets.

        :param tickets: the changed tickets
        """

    @api.model
    def _get_criteria_fields(self):
        """Return the names of the fields by which policies choose tickets.

        Other addons add theirs. A change of one of them causes the event.
        """
        return {"category_id", "priority", "tag_ids", "type_id"}

    def write(self, vals):
        names = self._get_criteria_fields()
        if names.isdisjoint(vals):
            return super().write(vals)
        # sudo: helpdesk.ticket - to compare the ticket after a write that may take the
        # user's access away
        tickets_sudo = self.sudo()
        before = tickets_sudo._read_criteria(names)
        result = super().write(vals)
        after = tickets_sudo._read_criteria(names)
        if changed := self.browse(t.id for t in before if before[t] != after[t]):
            self._on_criteria_changed(changed)
        return result

    def _read_criteria(self, names):
        return {ticket: [ticket[name] for name in names] for ticket in self}
