"""Reports of people without an account, which wait for confirmation by mail.

Anybody can fill in the form, with any name and e-mail address. Until the visitor opens
the link in the mail and presses the button there, only this record and the mail exist:
no ticket and no contact. The token of the link is stored as a hash. Records without
confirmation are deleted after 24 hours.
"""

import hashlib
import re
import secrets
from datetime import timedelta
from ipaddress import ip_address, ip_network

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize, split_every

from odoo.addons.school_helpdesk_base.models.ir_cron import MAIL_QUEUE

GUEST_PATH = "/helpdesk/guest"
TOKEN_BYTES = 32
#: The format of `secrets.token_urlsafe(TOKEN_BYTES)`.
TOKEN_PATTERN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
LIFETIME = timedelta(hours=24)
CHANNEL = "school_helpdesk_portal.channel_qr"
MAIL_TEMPLATE = "school_helpdesk_guest.guest_report_mail_template"
#: Prevent out-of-office replies, which would create tickets at the help desk.
MAIL_HEADERS = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "All",
}
#: ASCII only, so that no other address can look like a known address.
EMAIL_PATTERN = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9.-]{1,253}")
CRON_BATCH = 500


class HelpdeskGuestReport(models.Model):
    _name = "helpdesk.guest.report"
    _inherit = ["helpdesk.literal.search.mixin"]
    _description = "Report without an Account"
    _order = "id desc"
    _rec_name = "email"
    _helpdesk_gated_files = True

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, ondelete="cascade"
    )
    asset_id = fields.Many2one(
        comodel_name="asset.asset",
        string="Device",
        required=True,
        index=True,
        ondelete="cascade",
    )
    category_id = fields.Many2one(
        comodel_name="helpdesk.ticket.category", string="Problem", ondelete="set null"
    )
    symptom_id = fields.Many2one(
        comodel_name="helpdesk.symptom", index="btree_not_null", ondelete="set null"
    )
    words = fields.Text()
    name = fields.Char(required=True)
    email = fields.Char(required=True)
    lang = fields.Char(string="Language")
    token_hash = fields.Char(required=True, groups="base.group_system")
    expires = fields.Datetime(required=True, index=True)
    confirmed = fields.Datetime(string="Confirmed On")
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", index="btree_not_null", ondelete="set null"
    )

    _token_unique = models.UniqueIndex("(token_hash)")

    @api.ondelete(at_uninstall=True)
    def _unlink_mails(self):
        """Delete the mails too: a mail that could not be sent contains the link."""
        # sudo: mail.message - the messages of these reports
        self.env["mail.message"].sudo().search(
            [("model", "=", self._name), ("res_id", "in", self.ids)]
        ).unlink()

    # ------------------------------------------------------------------
    # Submission
    # ------------------------------------------------------------------

    @api.model
    def _parse_email(self, text, company):
        """Return the normalized address if it is in a domain of the school, or ""."""
        email = email_normalize(text) or ""
        if not EMAIL_PATTERN.fullmatch(email):
            return ""
        domain = email.rpartition("@")[2]
        return email if domain in company._get_guest_domains() else ""

    @api.model
    def _is_desk_address(self, email):
        """Whether mail to an address goes to the help desk and not to a person."""
        # sudo: mail.alias.domain, fetchmail.server - visitors may not read the setup
        env = self.sudo().env
        mailboxes = (
            env["fetchmail.server"].search([("user", "!=", False)]).mapped("user")
        )
        return bool(
            env["mail.alias.domain"]._find_aliases([email])
            or email in [(user or "").lower() for user in mailboxes]
        )

    @api.model
    def _take_slots(self, company, asset, email, ip):
        """Count a report for the rate limits of its address, device and network.

        All transactions use this order, so that they cannot cause a deadlock.

        :return: whether the report is within all limits of the company
        """
        # sudo: helpdesk.guest.slot - no user has access rights
        Slot = self.env["helpdesk.guest.slot"].sudo()
        user, _at, domain = email.rpartition("@")
        return (
            # a person can use many addresses of the form name+text: count them as one
            Slot._take(
                "address",
                f"{user.partition('+')[0]}@{domain}",
                company.helpdesk_guest_address_limit,
            )
            and Slot._take("device", asset.id, company.helpdesk_guest_device_limit)
            and Slot._take(
                "network", self._get_network(ip), company.helpdesk_guest_network_limit
            )
        )

    @api.model
    def _get_network(self, ip):
        """Return the network of one visitor: an IPv4 address or an IPv6 /64 network."""
        try:
            address = ip_address((ip or "").partition("%")[0])
        except ValueError:
            return ""
        if address.version == 6 and not address.ipv4_mapped:
            return str(ip_network((address, 64), strict=False))
        return str(getattr(address, "ipv4_mapped", None) or address)

    @api.model
    def _submit(
        self, key, company, asset, category, words, name, email, ip, symptom=None
    ):
        """Store a checked report, and send the confirmation link by mail.

        :return: False if a rate limit is exceeded; True if the report is stored, now or
            by an earlier submission of the same form
        :raise ConcurrencyError: another transaction is storing the same form
        """
        # sudo: helpdesk.guest.report - visitors have no access rights
        reports = self.sudo()
        Submission = self.env["helpdesk.submission"]
        if Submission._find(key, self._name):
            return True
        with self.env.cr.savepoint() as savepoint:
            if not self._take_slots(company, asset, email, ip):
                savepoint.rollback()
                return False
        submission = Submission._claim(key, self._name)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        report = reports.create(
            {
                "company_id": company.id,
                "asset_id": asset.id,
                "category_id": category.id,
                "symptom_id": symptom and symptom.id,
                "words": words,
                "name": name,
                "email": email,
                "lang": self.env.lang,
                "token_hash": self._hash_token(token),
                "expires": fields.Datetime.now() + LIFETIME,
            }
        )
        submission._set_record(report)
        report._mail_link(token)
        return True

    def _mail_link(self, token):
        """Send the confirmation link by mail, without any text of the visitor."""
        self.ensure_one()
        base_url = self.env["asset.asset"]._qr_get_base_url()
        # sudo: mail.template - visitors may not read mail templates
        template = self.env.ref(MAIL_TEMPLATE).sudo()
        template.with_context(
            confirm_url=f"{base_url}{GUEST_PATH}/{token}", lang=self.lang
        ).send_mail(self.id, email_values={"headers": repr(MAIL_HEADERS)})
        self.env["ir.cron"]._start_soon(MAIL_QUEUE)

    # ------------------------------------------------------------------
    # Confirmation
    # ------------------------------------------------------------------

    @api.model
    def _hash_token(self, token):
        """Return the hash that is stored instead of the token of a link."""
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    def _find_by_token(self, token):
        """Return the report of a link, with sudo; empty if the token is unknown."""
        # sudo: helpdesk.guest.report - the token gives access to this report
        reports = self.sudo()
        if not TOKEN_PATTERN.fullmatch(token):
            return reports
        return reports.search([("token_hash", "=", self._hash_token(token))], limit=1)

    def _is_expired(self):
        self.ensure_one()
        return not self.confirmed and self.expires <= fields.Datetime.now()

    def _confirm(self, files=()):
        """Create the ticket of the report, unless it exists.

        The requester is the contact with the same e-mail address, unless the person has
        set this address themselves. The contact is not changed. If there is none, a new
        one is created. As with a ticket by mail, the superuser creates the ticket, not
        the current user.

        :param files: checked files, as werkzeug's ``FileStorage``
        :return: the ticket, with sudo
        """
        self.ensure_one()
        if self.confirmed:
            return self.ticket_id
        report = self.with_user(SUPERUSER_ID).with_company(self.company_id)
        report = report.with_context(
            lang=self.lang, allowed_company_ids=self.company_id.ids
        )
        Ticket = report.env["helpdesk.ticket"]
        partner = Ticket._partner_find_from_emails_single(
            [report.email],
            avoid_alias=False,
            filter_found=lambda one: one._get_known_email() == report.email,
            additional_values={
                report.email: {"name": report.name, "lang": report.lang}
            },
        )
        values = Ticket._prepare_submission_values(
            report.category_id,
            report.words or "",
            partner,
            assets_sudo=report.asset_id,
            symptom_sudo=report.symptom_id,
            channel_id=report.env["ir.model.data"]._xmlid_to_res_id(CHANNEL),
            submitter_id=False,
        )
        # the hash of the token is the idempotency key, so there is only one ticket
        ticket, _is_new = Ticket._create_from_submission(
            report.token_hash, values, files
        )
        report.write({"ticket_id": ticket.id, "confirmed": fields.Datetime.now()})
        report.flush_recordset()
        return ticket

    # ------------------------------------------------------------------
    # Scheduled job
    # ------------------------------------------------------------------

    @api.model
    def _cron_remove_expired(self):
        """Delete expired reports, with their mails, and expired slots.

        Both dates are indexed, so the job reads only expired records.
        """
        now = fields.Datetime.now()
        self._remove_due(self, Domain("expires", "<=", now))
        self._remove_due(self.env["helpdesk.guest.slot"], Domain("until", "<=", now))

    @api.model
    def _remove_due(self, records, due):
        """Delete the records of the domain ``due``; commit after each batch."""
        ids = records.search(due).ids
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=len(ids))
        for batch in split_every(CRON_BATCH, ids):
            # skip locked rows: a form may be deleting the same expired slots now
            records.browse(batch).try_lock_for_update().unlink()
            if not Cron._commit_progress(len(batch)):
                break
