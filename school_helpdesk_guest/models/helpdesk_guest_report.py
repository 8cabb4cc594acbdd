"""What somebody without an account reports, until he confirms it by mail.

Anybody in the world can fill in the form, in anybody's name. Until the link in the mail
is followed and its button pressed, there is this row and that one mail: no ticket, no
contact. The link's secret is kept as a hash, and what is not confirmed goes in a day.
"""

import hashlib
import re
import secrets
from datetime import timedelta
from ipaddress import ip_address, ip_network

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize, split_every

GUEST_PATH = "/helpdesk/guest"
#: What `secrets.token_urlsafe` makes of 32 bytes.
TOKEN_BYTES = 32
TOKEN_PATTERN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
LIFETIME = timedelta(hours=24)
CHANNEL = "school_helpdesk_portal.channel_qr"
MAIL_TEMPLATE = "school_helpdesk_guest.guest_report_mail_template"
#: An absence note in answer to the link would come to the desk, before any ticket.
MAIL_HEADERS = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "All",
}
#: Plain characters: what looks like a known address is that address.
EMAIL_PATTERN = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9.-]{1,253}")
CRON_BATCH = 500


class HelpdeskGuestReport(models.Model):
    _name = "helpdesk.guest.report"
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
        """Remove the mails as well: one that could not be sent has the link in it."""
        # sudo: mail.message - the report's own
        self.env["mail.message"].sudo().search(
            [("model", "=", self._name), ("res_id", "in", self.ids)]
        ).unlink()

    # ------------------------------------------------------------------
    # What comes in
    # ------------------------------------------------------------------

    @api.model
    def _parse_email(self, text, company):
        """Return an address of the school as it is compared, or none."""
        email = email_normalize(text) or ""
        if not EMAIL_PATTERN.fullmatch(email):
            return ""
        domain = email.rpartition("@")[2]
        return email if domain in company._get_guest_domains() else ""

    @api.model
    def _is_desk_address(self, email):
        """Whether mail to an address comes to the desk and not to a person."""
        # sudo: mail.alias.domain, fetchmail.server - what the desk reads
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
        """Count a report among those of its address, device and network.

        Always in this order, so that no two transactions wait for each other.

        :return: whether none of them is over the company's limit
        """
        # sudo: helpdesk.guest.slot - nobody writes them but this
        Slot = self.env["helpdesk.guest.slot"].sudo()
        user, _at, domain = email.rpartition("@")
        return (
            # people may have any number of addresses like name+anything
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
        """Return what one visitor has of addresses: a single one, or a /64 in IPv6."""
        try:
            address = ip_address((ip or "").partition("%")[0])
        except ValueError:
            return ""
        if address.version == 6 and not address.ipv4_mapped:
            return str(ip_network((address, 64), strict=False))
        return str(getattr(address, "ipv4_mapped", None) or address)

    @api.model
    def _submit(self, key, company, asset, category, words, name, email, ip):
        """Keep a checked report, and mail the link that confirms it.

        :return: whether the limits let it in; true as well where it is kept already
        :raise ConcurrencyError: the same form is being kept by another transaction
        """
        # sudo: helpdesk.guest.report - visitors write by this form and cannot read
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
        """Mail the confirmation link; nothing a stranger wrote goes with it."""
        self.ensure_one()
        base_url = self.env["asset.asset"]._qr_get_base_url()
        # sudo: mail.template - visitors have no right on the desk's templates
        template = self.env.ref(MAIL_TEMPLATE).sudo()
        template.with_context(
            confirm_url=f"{base_url}{GUEST_PATH}/{token}", lang=self.lang
        ).send_mail(self.id, email_values={"headers": repr(MAIL_HEADERS)})
        # sudo: ir.cron - the queue is to send it now, without a worker waiting for it
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    # ------------------------------------------------------------------
    # Confirmation
    # ------------------------------------------------------------------

    @api.model
    def _hash_token(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    def _find_by_token(self, token):
        """Return the report, as root, that a link belongs to, or none."""
        # sudo: helpdesk.guest.report - the token is the visitor's only right
        reports = self.sudo()
        if not TOKEN_PATTERN.fullmatch(token):
            return reports
        return reports.search([("token_hash", "=", self._hash_token(token))], limit=1)

    def _is_expired(self):
        self.ensure_one()
        return not self.confirmed and self.expires <= fields.Datetime.now()

    def _confirm(self, files=()):
        """Make the report a ticket, once.

        The requester is the contact whose address it is known to be, as he is; he is
        made where there is none. As with mail, nobody's session makes the ticket.

        :param files: checked, as werkzeug's storages
        :return: the ticket, as root
        """
        self.ensure_one()
        if self.confirmed:
            return self.ticket_id
        own = self.with_user(SUPERUSER_ID).with_company(self.company_id)
        own = own.with_context(lang=self.lang, allowed_company_ids=self.company_id.ids)
        Ticket = own.env["helpdesk.ticket"]
        partner = Ticket._partner_find_from_emails_single(
            [own.email],
            avoid_alias=False,
            filter_found=lambda one: one._get_known_email() == own.email,
            additional_values={own.email: {"name": own.name, "lang": own.lang}},
        )
        values = Ticket._prepare_submission_values(
            own.category_id,
            own.words or "",
            partner,
            assets_sudo=own.asset_id,
            channel_id=own.env["ir.model.data"]._xmlid_to_res_id(CHANNEL),
            submitter_id=False,
        )
        # a report is confirmed once: the link takes the place of the form's key
        ticket, _is_new = Ticket._create_from_submission(own.token_hash, values, files)
        own.write({"ticket_id": ticket.id, "confirmed": fields.Datetime.now()})
        own.flush_recordset()
        return ticket

    # ------------------------------------------------------------------
    # Scheduled
    # ------------------------------------------------------------------

    @api.model
    def _cron_remove_expired(self):
        """Remove what is over: reports, with the mails of them, and taken slots.

        The cost is that of what is due: both dates are indexed.
        """
        now = fields.Datetime.now()
        self._remove_due(self, Domain("expires", "<=", now))
        self._remove_due(self.env["helpdesk.guest.slot"], Domain("until", "<=", now))

    @api.model
    def _remove_due(self, records, due):
        ids = records.search(due).ids
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=len(ids))
        for batch in split_every(CRON_BATCH, ids):
            # a form that comes in removes its slots that are over as well
            records.browse(batch).try_lock_for_update().unlink()
            if not Cron._commit_progress(len(batch)):
                break
