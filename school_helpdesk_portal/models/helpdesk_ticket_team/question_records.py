"""A team's questions that lead to records: what of them a requester may choose.

Only what he may read himself is offered, taken and shown: never as root, so that a
question cannot tell what its asker forgot to protect.
"""

from ast import literal_eval

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

RECORD_TYPES = ("many2one", "many2many")
#: People are looked for by whoever may report for them (res_partner_report.py), and
#: not listed: Odoo lets a portal user read all contacts of his own school.
WITHHELD_MODELS = ("res.partner", "res.users")
#: A longer list would be none to choose from on a phone.
OFFERED_RECORDS = 100


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team"]

    @api.model
    def _portal_get_record_model(self, definition):
        """Return the model that a question leads to, as the reader, or ``None``.

        None where it leads to no other records, or to none that he may choose of.
        """
        model = definition.get("comodel")
        if model in WITHHELD_MODELS or model not in self.env:
            return None
        # sudo(False): the reader's own rights, whoever's the team was read with
        Model = self.env[model].sudo(False)
        return Model if Model.has_access("read") else None

    @api.model
    def _portal_find_records(self, definition, ids=None):
        """Return the records of a question that the reader may read, with their names.

        :param ids: only of these; of the first :data:`OFFERED_RECORDS` and one
            without
        :return: list of pairs of id and name in the model's own order; empty too where
            the question's domain, or the name, tells of what is not the reader's to see
        """
        Model = self._portal_get_record_model(definition)
        if Model is None:
            return []
        domain = Domain(literal_eval(definition.get("domain") or "[]"))
        limit = OFFERED_RECORDS + 1
        if ids is not None:
            domain &= Domain("id", "in", ids)
            limit = len(ids)
        try:
            records = Model.search(domain, limit=limit)
            return [(record.id, record.display_name) for record in records]
        except AccessError:
            return []
