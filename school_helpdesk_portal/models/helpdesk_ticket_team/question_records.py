"""Questions of a team whose answers are records (many2one and many2many properties).

The form offers, accepts and shows only records that the user may read, without sudo. So
a question reveals no other records, even if a team leader selects an internal model.
"""

from ast import literal_eval

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

RECORD_TYPES = ("many2one", "many2many")
#: Models that are never listed, because Odoo lets portal users read all contacts of
#: their company. The search for people has its own checks:
#: res_partner/report_for_others.py.
WITHHELD_MODELS = ("res.partner", "res.users")
#: How many records a list offers; longer lists are hard to use on a phone.
OFFERED_RECORDS = 100


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team"]

    @api.model
    def _portal_get_record_model(self, definition):
        """Return the empty model of a question's records, without sudo.

        :return: ``None`` if the question has no model or the user may not read it
        """
        model = definition.get("comodel")
        if model in WITHHELD_MODELS or model not in self.env:
            return None
        # drop sudo: apply the access rights of the current user
        Model = self.env[model].sudo(False)
        return Model if Model.has_access("read") else None

    @api.model
    def _portal_find_records(self, definition, ids=None):
        """Return the records of a question that the current user may read.

        :param ids: search only these ids; by default, search the first
            :data:`OFFERED_RECORDS` + 1 records
        :return: list of pairs of id and name in the order of the model; empty if the
            domain or the names need records that the user may not read
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
