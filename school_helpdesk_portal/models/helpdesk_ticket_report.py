"""Tickets reported by scanning a label: made once, however often they are sent.

A phone on a weak network sends again what has arrived already. Each form carries a key
of its own; the database keeps one ticket for a person and a key.
"""

import textwrap
from contextlib import contextmanager

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import plaintext2html

TITLE_WIDTH = 80


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    report_key = fields.Char(
        readonly=True,
        copy=False,
        groups="helpdesk_mgmt.group_helpdesk_manager",
        help="What tells a report sent twice from two reports.",
    )
    affected_ids = fields.One2many(
        comodel_name="helpdesk.ticket.affected",
        inverse_name="ticket_id",
        groups="helpdesk_mgmt.group_helpdesk_manager",
    )
    affected_count = fields.Integer(
        string="Others Affected",
        compute="_compute_affected",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="How many people besides the requester said that it is their problem too.",
    )
    affected_partner_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Affected People",
        compute="_compute_affected",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    _report_key_unique = models.UniqueIndex(
        "(create_uid, report_key) WHERE report_key IS NOT NULL",
        "This report has been sent already.",
    )

    @api.depends("affected_ids.partner_id")
    def _compute_affected(self):
        # sudo: helpdesk.ticket.affected - names of those with the same problem
        for ticket in self.sudo():
            ticket.affected_partner_ids = ticket.affected_ids.partner_id
            ticket.affected_count = len(ticket.affected_ids)

    @contextmanager
    def _retried_when_doubled(self):
        """Try the whole request again where another one has just done the same.

        :raise ConcurrencyError: the row exists, out of this transaction's sight
        """
        try:
            with self.env.cr.savepoint():
                yield
        except UniqueViolation as error:
            raise ConcurrencyError("sent twice at the same time") from error

    @api.model
    def _find_report(self, key):
        """Return the present user's ticket of a key, as root, or none."""
        # sudo: helpdesk.ticket - only what the caller has sent himself
        return (
            self.sudo()
            .with_context(active_test=False)
            .search([("create_uid", "=", self.env.uid), ("report_key", "=", key)])
        )

    @api.model
    def _create_report(self, asset_sudo, key, category, words):
        """Create the present user's ticket on a device, or find what he has sent.

        The caller has checked that he may report on the device, in the category.

        :param asset_sudo: the device
        :param str key: the form's
        :param category: what is wrong; none for something else
        :param str words: plain text, may be empty
        :return: ``(ticket, new)``: the ticket, as root, and whether it is new
        """
        if ticket := self._find_report(key):
            return ticket, False
        # sudo: helpdesk.ticket - requesters create tickets by pages alone
        Ticket = self.sudo().with_context(mail_create_nosubscribe=True)
        with self._retried_when_doubled():
            ticket = Ticket.create(
                self._prepare_report_values(asset_sudo, key, category, words)
            )
            ticket.flush_recordset()
        partner = self.env.user.partner_id
        ticket.message_subscribe(partner_ids=partner.ids)
        return ticket, True

    @api.model
    def _prepare_report_values(self, asset_sudo, key, category, words):
        partner = self.env.user.partner_id
        ticket_type = self._get_report_type(category)
        team = self._get_report_team(ticket_type)
        code = asset_sudo.asset_code
        subject = textwrap.shorten(words, TITLE_WIDTH, placeholder="…")
        subject = subject or category.name
        channel = self.env.ref("school_helpdesk_portal.channel_qr", False)
        values = {
            "report_key": key,
            "asset_id": asset_sudo.id,
            "category_id": category.id,
            "type_id": ticket_type.id,
            "team_id": team.id,
            # set, not left to be computed, so that the stage's mail goes out
            "stage_id": team._get_applicable_stages()[:1].id,
            "channel_id": channel and channel.id,
            "company_id": team.company_id.id or self.env.company.id,
            "partner_id": partner.id,
            "partner_name": partner.name,
            "partner_email": partner.email,
            "user_id": False,
        }
        # without a title or words, the device's own take their place
        if subject:
            values["name"] = f"{subject} - {code}"
        if words:
            values["description"] = plaintext2html(words)
        return values

    @api.model
    def _get_report_type(self, category):
        """Return the type that is called as the category's topmost one, or none."""
        top = category
        while top.parent_id:
            top = top.parent_id
        Type = self.env["helpdesk.ticket.type"]
        if not top:
            return Type
        # sudo: helpdesk.ticket.type - the desk's own, whatever the requester may read
        return Type.sudo().search(
            [("name", "=", top.with_context(lang=None).name)], limit=1
        )

    @api.model
    def _get_report_team(self, ticket_type):
        """Return the team for a type, or the first one that the portal shows."""
        # sudo: helpdesk.ticket.team - the desk's own, whatever the requester may read
        Team = self.env["helpdesk.ticket.team"].sudo()
        domain = Domain("show_in_portal", "=", True) & Domain(
            "company_id", "in", [False, self.env.company.id]
        )
        of_type = domain & Domain("id", "in", ticket_type.team_ids.ids)
        return Team.search(of_type, limit=1) or Team.search(domain, limit=1)

    def _add_affected(self, partner):
        """Count a person among those with this problem, once."""
        self.ensure_one()
        # sudo: helpdesk.ticket.affected - to be counted is all that a requester may
        Affected = self.env["helpdesk.ticket.affected"].sudo()
        values = {"ticket_id": self.id, "partner_id": partner.id}
        known = Domain.AND(Domain(name, "=", value) for name, value in values.items())
        if not Affected.search_count(known, limit=1):
            with self._retried_when_doubled():
                Affected.create(values)
