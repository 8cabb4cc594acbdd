"""Tickets from incoming mail, and the recipients of mail about tickets.

The sender becomes the requester and follows the ticket. Other people in To or Cc do not
follow it: they are kept as suggested recipients, and an agent decides.
"""

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize, escape_psql, formataddr, html2plaintext
from odoo.tools.mail import parse_contact_from_email

from ...tools.cut_text import cut_text
from ...tools.plain_name import clean_line
from ..ir_cron import MAIL_QUEUE
from .notify import COLLECTED
from .ticket import DESK_ONLY

#: Key of the parsed mail: the agent who forwarded it, see ``_intake_forwarded_mail``.
FORWARDED_BY = "helpdesk_forwarded_by"
#: A longer subject is cut; the message keeps it.
MAX_TITLE = 200


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]
    _primary_email = "partner_email"

    # ------------------------------------------------------------------
    # From mail to ticket
    # ------------------------------------------------------------------

    @api.model
    def message_new(self, msg, custom_values=None):
        forwarder = self.env["res.partner"].browse(msg.pop(FORWARDED_BY, None) or ())
        team_id = (custom_values or {}).get("team_id")
        # sudo: helpdesk.ticket.team - only its company, for any gateway user
        company = self.env["helpdesk.ticket.team"].sudo().browse(team_id).company_id
        sender = self._get_mail_sender(msg, company=company)
        # the mail gateway posts the message with this author
        msg["author_id"] = sender.id
        ticket = super().message_new(
            self._without_recipients(msg),
            self._prepare_mail_values(msg, sender, custom_values),
        )
        # the mail gateway has stored name and address; keep the address only
        ticket.partner_email = email_normalize(msg.get("email_from")) or sender.email
        if forwarder:
            ticket._message_log(
                body=self.env._("%(name)s forwarded this mail.", name=forwarder.name)
            )
        return ticket

    def message_post(self, *, message_type="notification", partner_ids=None, **kwargs):
        if partner_ids and message_type in ("email", "auto_comment"):
            # Odoo sends a reply to the author of the mail that it answers. Our
            # notifications come from the school itself, which reads the ticket.
            # sudo: helpdesk.ticket - only its company, for any gateway user
            company = self.sudo().company_id or self.env.company
            school = company.sudo().partner_id.id
            partner_ids = [one for one in partner_ids if one != school]
        return super().message_post(
            message_type=message_type, partner_ids=partner_ids, **kwargs
        )

    def message_update(self, msg, update_vals=None):
        if self._is_automatic_mail(msg):
            # the mail gateway posts the message with this type
            msg["message_type"] = "auto_comment"
        values = dict(update_vals or {})
        new = self._get_people_in_copy(msg)
        known = self._mail_cc_sanitized_raw_dict(self.email_cc)
        if new.keys() - known.keys():
            values["email_cc"] = ", ".join({**new, **known}.values())
        return super().message_update(self._without_recipients(msg), values)

    @api.model
    def _without_recipients(self, msg):
        """Return a copy of a mail for OCA, which subscribes all people in To and Cc."""
        return {**msg, "to": "", "cc": ""}

    @api.model
    def _get_people_in_copy(self, msg):
        """Return the people in To and Cc other than the desk, by address.

        They do not follow the ticket, but agents see them and may answer them.
        """
        people = self._mail_cc_sanitized_raw_dict(
            ",".join(filter(None, (msg.get("to_filtered"), msg.get("cc_filtered"))))
        )
        sender = email_normalize(msg.get("email_from") or "")
        return {
            address: name
            for address, name in people.items()
            if address and address != sender
        }

    @api.model
    def _get_mail_sender(self, msg, create=True, company=None):
        """Return the contact of the sender; create one if the address is unknown.

        :param company: the company whose language a new contact gets
        """
        author = self.env["res.partner"].browse(msg.get("author_id"))
        if author or not email_normalize(msg.get("email_from") or ""):
            # without an address, one contact would be all such senders
            return author
        return self._partner_find_from_emails_single(
            [msg["email_from"]],
            additional_values=self._get_new_contact_values(
                [msg["email_from"]], company or self.env.company
            ),
            no_create=not create,
        )

    @api.model
    def _get_new_contact_values(self, emails, company):
        """Return the language of new contacts, by address.

        Odoo takes the language of the user, who is the mail gateway or an agent. The
        school's language is more probably that of a stranger.
        """
        # sudo: res.company, res.partner - only the language, for any user
        lang = company.sudo().partner_id.lang
        addresses = {email_normalize(email, strict=False) or email for email in emails}
        return {address: {"lang": lang} for address in addresses if address and lang}

    @api.model
    def _prepare_mail_values(self, msg, sender, custom_values):
        name, _email = parse_contact_from_email(msg.get("email_from") or "")
        values = {
            "partner_id": sender.id,
            "partner_name": name or sender.name,
            # OCA's setting would assign the ticket to the mail gateway's user
            "user_id": False,
            "channel_id": self._get_email_channel_id(),
            "email_cc": ", ".join(self._get_people_in_copy(msg).values()),
            **(custom_values or {}),
        }
        if len(msg.get("subject") or "") > MAX_TITLE:
            values["name"] = cut_text(msg["subject"], MAX_TITLE)
        body = msg.get("body") or ""
        if "<img" not in body and not clean_line(html2plaintext(body)):
            subject = msg.get("subject") or self.env._("No Subject")
            values["description"] = Markup("<p>%s</p>") % subject
        return values

    @api.model
    def _get_mail_sender_domain(self, sender):
        """Return the domain of the tickets that an address has opened by mail.

        :param str sender: the normalized address
        """
        channel_id = self._get_email_channel_id()
        return Domain("partner_email", "=ilike", escape_psql(sender)) & Domain(
            "channel_id", "in", [channel_id] if channel_id else []
        )

    @api.model
    def _get_email_channel_id(self):
        """Return the id of the channel of mails; empty if somebody has deleted it."""
        return self.env["ir.model.data"]._xmlid_to_res_id(
            "helpdesk_mgmt.helpdesk_ticket_channel_email"
        )

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        if self.env.company.helpdesk_mail_limit:
            # our own rate limit applies, which parks the mails above the limit
            return []
        # the sender's address is False if it is missing or not valid
        return list(self._get_mail_sender_domain(email_from_normalized or ""))

    # ------------------------------------------------------------------
    # Recipients
    # ------------------------------------------------------------------

    def _get_typed_requester(self):
        """Return name and address of a requester who is no contact.

        :return: ``(name, address)``; both are empty if there is a contact, or no valid
            address
        """
        self.ensure_one()
        name, address = parse_contact_from_email(self.partner_email or "")
        if self.partner_id or not email_normalize(address):
            return "", ""
        return self.partner_name or name, email_normalize(address)

    def _link_typed_requester(self):
        """Make a contact of the typed name and address, so that answers reach it.

        The contact of a known address becomes the requester, as for a mail from it.

        :raise UserError: there is an address, but no mail can be sent to it
        """
        self.ensure_one()
        if self.partner_id or not self.partner_email:
            return
        name, address = self._get_typed_requester()
        found = self.env["res.partner"]
        if address:
            found = self._partner_find_from_emails_single([formataddr((name, address))])
        if not found:
            raise UserError(
                self.env._(
                    "Nothing was sent: no mail can be sent to %(address)s. Correct the "
                    "mail address of the ticket, or choose its requester.",
                    address=self.partner_email,
                )
            )
        self.partner_id = found

    def _partner_find_from_emails(
        self,
        records_emails,
        avoid_alias=True,
        ban_emails=None,
        filter_found=None,
        additional_values=None,
        no_create=False,
    ):
        """Let agents write to addresses without a contact: create the contacts.

        Odoo raises an access error if the user may not create contacts, or leaves the
        people out.
        """
        tickets, is_readable = self, filter_found
        if not no_create and self._is_desk_creating_contacts():
            # sudo: res.partner - agents may answer everybody who is on their ticket
            tickets = self.sudo()

            def is_readable(partner_sudo):
                return partner_sudo.sudo(False).has_access("read") and (
                    not filter_found or filter_found(partner_sudo)
                )

        if not no_create:
            values = {}
            for ticket, emails in records_emails.items():
                # sudo: helpdesk.ticket - only its company
                company = ticket.sudo().company_id or self.env.company
                values |= self._get_new_contact_values(emails, company)
            for address, given in (additional_values or {}).items():
                values[address] = {**values.get(address, {}), **given}
            additional_values = values
        found = super(HelpdeskTicket, tickets)._partner_find_from_emails(
            records_emails,
            avoid_alias=avoid_alias,
            ban_emails=ban_emails,
            filter_found=is_readable,
            additional_values=additional_values,
            no_create=no_create,
        )
        return {
            ticket_id: partners.with_env(self.env)
            for ticket_id, partners in found.items()
        }

    def _partner_find_from_emails_single(
        self, emails, *args, no_create=False, **kwargs
    ):
        # the routes of the web client ask to create no contact if the user may not
        # create contacts
        no_create = no_create and not self._is_desk_creating_contacts()
        return super()._partner_find_from_emails_single(
            emails, *args, no_create=no_create, **kwargs
        )

    def _is_desk_creating_contacts(self):
        """Whether an agent who may not create contacts writes about these tickets."""
        return (
            bool(self)
            and not self.env.su
            and self.env.user.has_group(DESK_ONLY)
            and not self.env["res.partner"].has_access("create")
            and self.has_access("write")
        )

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if self and self.env.context.get("helpdesk_automatic_mail"):
            return []
        if self and self.env.context.get("helpdesk_told_by"):
            # sudo: helpdesk.ticket - authors may lack access to the requesters
            told = self.sudo()._get_requesters()
            recipients = self._without_people(recipients, told)
        recipients = self._without_told_by_reopening(recipients)
        if not self or not self._is_internal_message(message, msg_vals or {}):
            return recipients
        # sudo: helpdesk.ticket - authors of notes may lack access to the requesters
        requesters = self.sudo()._get_requesters()
        addressed = (msg_vals or {}).get("partner_ids", message.sudo().partner_ids.ids)
        return [
            recipient
            for recipient in recipients
            if recipient["id"] not in requesters.ids
            and (recipient["id"] in addressed or self._is_writable_by(recipient["uid"]))
        ]

    def _without_told_by_reopening(self, recipients):
        """Leave out the agent who gets these words with the news of the reopening.

        A reply that reopens a ticket is told once.
        """
        collected = self.env.cr.precommit.data.get(COLLECTED, {})
        details = collected.get((self.id, "reopened"))
        if not details:
            return recipients
        # sudo: helpdesk.ticket, res.users - authors may lack access to the agent
        assignee = self.sudo().user_id.partner_id
        muted = assignee.user_ids.helpdesk_muted_rule_ids
        if assignee.id == details["actor"] or muted.filtered(
            lambda rule: rule.event == "reopened" and rule.audience == "assignee"
        ):
            return recipients
        tells = self.env["helpdesk.notification.rule"]._tells
        channels = {"email": "mail", "inbox": "inbox"}
        others = self._without_people(recipients, assignee)
        return [
            one
            for one in recipients
            if one in others
            or one["notif"] not in channels
            or not tells("reopened", "assignee", channels[one["notif"]])
        ]

    def _notify_get_reply_to(self, default=None, author_id=False):
        """Let people reply to the address of the team, also after it was changed.

        Odoo takes any alias of the team, and an older one may have no mailbox.
        """
        reply_to = super()._notify_get_reply_to(default=default, author_id=author_id)
        for ticket in self:
            # sudo: helpdesk.ticket.team - only its address, for everybody who writes
            team = ticket.sudo().team_id
            if team.alias_email:
                reply_to[ticket.id] = formataddr((team.name, team.alias_email))
        return reply_to

    def _notify_thread_by_email(self, message, recipients_data, **kwargs):
        """Do not mail the desk's answers to requesters if the school wants this."""
        if self:
            # sudo: helpdesk.ticket - authors may lack access to the requesters
            requesters = self.sudo()._get_requesters().ids
            if not self.env["helpdesk.notification.rule"]._tells(
                "public_reply", "requesters", "mail"
            ):
                recipients_data = [
                    one for one in recipients_data if one["id"] not in requesters
                ]
            recipients_data = self._keep_one_of_each_address(
                recipients_data, requesters
            )
        # the mails need not start the queue, too
        thread = self.with_context(helpdesk_starts_queue=True) if self else self
        result = super(HelpdeskTicket, thread)._notify_thread_by_email(
            message, recipients_data, **kwargs
        )
        if self and any(one["notif"] == "email" for one in recipients_data):
            # What a scheduled action posts, such as a mail that it has fetched, Odoo
            # leaves in its queue, which would wait for up to an hour.
            self.env["ir.cron"]._start_soon(MAIL_QUEUE)
        return result

    @api.model
    def _keep_one_of_each_address(self, recipients_data, requester_ids):
        """Leave one contact of each address: two contacts can be the same person.

        Requesters come first, then people with an account.
        """
        ranked = sorted(
            recipients_data,
            key=lambda one: (one["id"] not in requester_ids, not one["uid"]),
        )
        kept = {}
        for one in ranked:
            address = one["notif"] == "email" and one["email_normalized"]
            kept.setdefault(address or id(one), one)
        return list(kept.values())

    @api.model
    def _without_people(self, recipients_data, people):
        """Leave out contacts, and mails to other contacts with their addresses."""
        addresses = {*people.mapped("email_normalized")} - {False}
        return [
            one
            for one in recipients_data
            if one["id"] not in people.ids
            and (one["notif"] != "email" or one["email_normalized"] not in addresses)
        ]

    def _is_internal_message(self, message, msg_vals):
        """Whether a message that is being sent is an internal note."""
        # sudo: mail.message, mail.message.subtype - only whether it is internal
        message_sudo = message.sudo()
        subtype = message_sudo.subtype_id.browse(
            msg_vals.get("subtype_id", message_sudo.subtype_id.id)
        )
        is_internal = msg_vals.get("is_internal", message_sudo.is_internal)
        return is_internal or not subtype or subtype.internal

    def _is_writable_by(self, user_id):
        """Whether a user may write this ticket; False without a user account."""
        user = self.env["res.users"].browse(user_id or ())
        return bool(user) and self.with_user(user).has_access("write")
