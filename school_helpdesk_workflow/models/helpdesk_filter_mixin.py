"""Filters of tickets that managers write: a domain that can become invalid."""

import logging

from psycopg2 import OperationalError

from odoo import api, models, tools
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


#: Searches in the records that a field refers to.
SEARCHES_BELOW = ("any", "not any", "any!", "not any!")


class SecretFieldError(ValueError):
    """A filter asks for a field that managers may not read."""


class HelpdeskFilterMixin(models.AbstractModel):
    """For models with a field ``domain``, which chooses tickets."""

    _name = "helpdesk.filter.mixin"
    _description = "Filter of Tickets"

    @api.constrains(lambda self: ("domain",) if "domain" in self._fields else ())
    def _check_domain(self):
        """Refuse filters that do not work, or ask for what the user may not read.

        A search by the user checks the fields, and finds what only the database
        refuses.
        """
        Ticket = self.env["helpdesk.ticket"]
        for record in self:
            try:
                domain = self._read_filter(record.domain)
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
    def _read_filter(self, text):
        """Return the domain that a text says.

        Filters are used without access rights, and every manager sees which tickets
        fit. If a filter could ask for a field that managers may not read, the tickets
        would tell its value. So this is asked whenever a filter is used: it may have
        been saved before there was this check, or when the field was no secret.

        :raise ValueError: or another one of ``INVALID_FILTER``: it is not valid
        :raise SecretFieldError: it asks for what managers may not read
        """
        domain = Domain(safe_eval(text or "[]"))
        Ticket = self.env["helpdesk.ticket"]
        domain.validate(Ticket)
        for model, name in self._get_asked_fields(domain, Ticket):
            secret = self._get_secret_fields(model)
            if secret is None or name in secret:
                label = (
                    self.env[model]
                    ._fields[name]
                    .get_description(self.env, ["string"])["string"]
                )
                raise SecretFieldError(
                    self.env._(
                        "Managers of the help desk may not read “%(field)s”.",
                        field=label,
                    )
                )
        return domain

    @api.model
    def _get_asked_fields(self, domain, records):
        """Yield pairs of model and field that a domain asks for, on every level."""
        for condition in domain.iter_conditions():
            current = records
            for name in condition.field_expr.split("."):
                field = current._fields.get(name)
                if field is None:
                    # a part of a date, or a property
                    break
                yield current._name, name
                if field.relational:
                    current = self.env[field.comodel_name]
            value = condition.value
            if condition.operator in SEARCHES_BELOW and isinstance(value, list | tuple):
                value = Domain(value)
            if isinstance(value, Domain):
                yield from self._get_asked_fields(value, current)

    @api.model
    @tools.ormcache("model")
    def _get_secret_fields(self, model):
        """Return the names of the fields that managers of the desk may not read.

        What only some managers may read, because of another role, is a secret, too.

        :return: ``None`` if they may not read the model at all
        """
        # sudo: res.groups, ir.model.access - the answer is the same for everybody
        manager = self.env.ref("helpdesk_mgmt.group_helpdesk_manager").sudo()
        # this group only shows fields, and everybody has it in a database of several
        # companies
        companies = self.env.ref("base.group_multi_company").sudo()
        groups = (manager + companies).all_implied_ids.ids
        access = self.env["ir.model.access"].sudo()._get_access_groups(model)
        if not access.matches(groups):
            return None
        definitions = self.env["res.groups"]._get_group_definitions()
        return frozenset(
            name
            for name, field in self.env[model]._fields.items()
            if field.groups
            and not definitions.parse(field.groups, raise_if_not_found=False).matches(
                groups
            )
        )

    @api.model
    def _get_filter_problem(self, text):
        """Return why no ticket fits a filter, or an empty text if it is valid."""
        try:
            self._read_filter(text)
        except SecretFieldError as error:
            return self.env._("%(reason)s The filter fits no ticket.", reason=error)
        except INVALID_FILTER:
            return self.env._(
                "The filter under “Further conditions” is not valid any more: "
                "no ticket fits."
            )
        return ""

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
                domain = self._read_filter(domain)
            return tickets.filtered_domain(domain)
        except INVALID_FILTER:
            # a field was removed, for example: tickets must still be created
            _logger.warning("Filter of tickets %s fails", domain, exc_info=True)
            return tickets.browse()
