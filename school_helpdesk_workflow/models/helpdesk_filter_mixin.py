"""Filters of tickets that managers write: a domain that can become invalid."""

import logging

from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

_logger = logging.getLogger(__name__)

#: What a filter raises that is not valid (any longer); errors of the database are not
#: among them, so that Odoo can try the transaction again.
INVALID_FILTER = (
    ArithmeticError,
    AttributeError,
    LookupError,
    SyntaxError,
    TypeError,
    ValueError,
)


class HelpdeskFilterMixin(models.AbstractModel):
    """For models with a field ``domain``, which chooses tickets."""

    _name = "helpdesk.filter.mixin"
    _description = "Filter of Tickets"

    @api.constrains(lambda self: ("domain",) if "domain" in self._fields else ())
    def _check_domain(self):
        """Refuse filters that do not work, or ask for what the user may not read.

        Later, a filter is used without access rights. If it could ask for a secret
        field, the tickets that fit would tell the secret. A search by the user checks
        the fields, and finds what only the database refuses.
        """
        Ticket = self.env["helpdesk.ticket"]
        for record in self:
            try:
                domain = Domain(safe_eval(record.domain or "[]"))
                domain.validate(Ticket)
                with self.env.cr.savepoint():
                    Ticket.search(domain, limit=1)
            except OperationalError:
                # not about the filter: Odoo tries the transaction again
                raise
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The filter of %(record)s is not valid: %(error)s",
                        record=record.display_name,
                        error=error,
                    )
                ) from error

    @api.model
    def _eval_domain(self, domain):
        try:
            return safe_eval(domain or "[]")
        except INVALID_FILTER:
            # a manager is typing; the constraint refuses to save it
            return []

    @api.model
    def _filter_by_domain(self, tickets, domain):
        """Return the tickets that fit a domain; none if the domain is not valid.

        :param domain: a text, or a ``Domain``
        """
        try:
            if isinstance(domain, str):
                domain = Domain(safe_eval(domain))
            return tickets.filtered_domain(domain)
        except INVALID_FILTER:
            # a field was removed, for example: tickets must still be created
            _logger.warning("Filter of tickets %s fails", domain, exc_info=True)
            return tickets.browse()
