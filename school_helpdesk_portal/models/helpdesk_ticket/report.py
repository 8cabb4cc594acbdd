"""Tickets reported on the school's own pages: made once, however often they are sent.

A phone on a weak network sends again what has arrived already. Each form carries a key
of its own; the database keeps one ticket for a person and a key.
"""

import textwrap
from contextlib import contextmanager

from psycopg2.errors import UniqueViolation

from odoo import Command, api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import plaintext2html

TITLE_WIDTH = 80


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

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

    def _extend_report(self, texts, files):
        """Keep what a report sent again says more than the first time, as a comment.

        The first answer was lost on the way, and its sender has gone on writing.

        :param texts: of the form; those the ticket has already are left out
        :param files: checked, as werkzeug's storages; likewise
        """
        self.ensure_one()
        known = {self.name, self.category_id.name}
        texts = [
            text
            for text in texts
            if text
            and text not in known
            # as the database keeps it
            and self.new({"description": plaintext2html(text)}).description
            != self.description
        ]
        files = self._leave_out_known(files, self.attachment_ids)
        if texts or files:
            self._portal_comment(self.env.user.partner_id, "\n".join(texts), files)

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
    def _create_report(
        self,
        key,
        category,
        words="",
        assets_sudo=None,
        partner=None,
        ticket_type=None,
        **values,
    ):
        """Create the present user's ticket, or find what he has sent already.

        The caller has checked all of it: that he may report for the person, on the
        devices and in the category.

        :param str key: the form's
        :param category: what is wrong; an empty recordset for something else
        :param str words: plain text, may be empty
        :param assets_sudo: the devices, the main one first
        :param partner: the affected person; the present user by default
        :param ticket_type: where it is not the category's
        :param values: of fields, in place of what is made of the rest
        :return: ``(ticket, new)``: the ticket, as root, and whether it is new
        """
        if ticket := self._find_report(key):
            return ticket, False
        if assets_sudo is None:
            assets_sudo = self.env["asset.asset"]
        sender = self.env.user.partner_id
        partner = partner or sender
        values = {
            **self._prepare_report_values(
                category, words, assets_sudo, partner, ticket_type
            ),
            "report_key": key,
            **values,
        }
        if partner != sender:
            values.setdefault("submitter_id", sender.id)
        # sudo: helpdesk.ticket - requesters create tickets by pages alone
        Ticket = self.sudo().with_context(mail_create_nosubscribe=True)
        with self._retried_when_doubled():
            ticket = Ticket.create(values)
            ticket.flush_recordset()
        ticket.message_subscribe(
            partner_ids=(ticket.partner_id | ticket.submitter_id).ids
        )
        return ticket, True

    @api.model
    def _prepare_report_values(
        self, category, words, assets_sudo, partner, ticket_type=None
    ):
        ticket_type = ticket_type or self._get_report_type(category)
        team = self._get_report_team(ticket_type)
        subject = textwrap.shorten(words, TITLE_WIDTH, placeholder="…")
        subject = subject or category.name
        channel = self.env.ref("school_helpdesk_portal.channel_qr", False)
        values = {
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
            "asset_id": assets_sudo[:1].id,
            "asset_link_ids": [
                Command.create({"asset_id": asset.id, "role": "affected"})
                for asset in assets_sudo[1:]
            ],
        }
        # without a title or words, the device's own take their place
        if subject:
            code = assets_sudo[:1].asset_code
            values["name"] = f"{subject} - {code}" if code else subject
        if words:
            values["description"] = plaintext2html(words)
        return values

    @api.model
    def _get_report_type(self, category):
        """Return the category's type, as root, or none."""
        # sudo: helpdesk.ticket.category - the desk's own type, whoever asks
        return category.sudo().type_id

    @api.model
    def _get_report_team(self, ticket_type):
        """Return the team for a type, or for none, as ``_get_report_teams`` does."""
        return self._get_report_teams([ticket_type])[ticket_type]

    @api.model
    def _get_report_teams(self, ticket_types):
        """Return the team of each type, or the first one that the portal shows.

        :return: dict of types to teams, as root
        """
        # sudo: helpdesk.ticket.team - the desk's own, whatever the requester may read
        teams_sudo = self.env["helpdesk.ticket.team"].sudo()
        teams_sudo = teams_sudo.search(
            Domain("show_in_portal", "=", True)
            & Domain("company_id", "in", [False, self.env.company.id])
        )
        return {
            kind: (teams_sudo & kind.team_ids or teams_sudo)[:1]
            for kind in ticket_types
        }

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
