"""Processes each incoming mail exactly once, and loses none.

Each mail has one outcome. Either it is stored on a record (as a ticket, a reply or a
note on a ticket), or it is parked (``helpdesk.mail.parked``). Odoo alone would lose a
mail that raises an error, because its fetching still marks the mail as read.
"""

import email
import email.policy
import logging
import random
import time
from functools import partial

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, ConcurrencyError

from ...tools.incoming_mail import Intake, get_source, is_same_sender

_logger = logging.getLogger(__name__)

#: Classes of PostgreSQL's errors that may not occur at the next try: no connection, a
#: conflict with another transaction, no resources, a locked object, a shutdown.
TEMPORARY_ERRORS = ("08", "40", "53", "55", "57")
#: The groups of users that may hand over a mail by RPC.
MAIL_HANDLERS = ("school_helpdesk_base.group_mail_gateway", "base.group_system")
#: How often a mail is processed before it is left in its mailbox for the next time.
MAX_TRIES = 5


class MailThread(models.AbstractModel):
    _name = "mail.thread"
    _inherit = ["mail.thread"]

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        self._check_may_hand_over_mails()
        # The account of a mail server needs no right on tickets: its mails are
        # processed as those that the scheduled action fetches.
        self = self.with_user(SUPERUSER_ID)
        process = partial(
            self._process_mail,
            get_source(message),
            model,
            custom_values=custom_values,
            save_original=save_original,
            strip_attachments=strip_attachments,
            thread_id=thread_id,
        )
        if not self._is_mail_fetched():
            return process()
        # fetching has a transaction of its own, which Odoo does not retry
        for tries_left in reversed(range(MAX_TRIES)):
            try:
                result = process()
                self.env.flush_all()
                return result
            except Exception as error:
                if not tries_left or not _is_temporary(error):
                    raise
                _logger.info("Mail is tried again: %s", error)
                self.env.cr.rollback()
                self.env.transaction.reset()
                time.sleep(random.uniform(0.1, 1) * (MAX_TRIES - tries_left))
        return None

    @api.model
    def _check_may_hand_over_mails(self):
        """Refuse a mail that neither a mailbox nor an authorized user hands over.

        Anybody with an account can call the gateway by RPC, and a mail can name any
        sender.

        :raise AccessError: the current user may not hand over mails
        """
        user = self.env.user
        if not self.env.su and not any(map(user.has_group, MAIL_HANDLERS)):
            raise AccessError(self.env._("You may not hand over mails to Odoo."))

    @api.model
    def _is_mail_fetched(self):
        """Whether Odoo fetches the mail from a mailbox itself."""
        return bool(self.env.context.get("default_fetchmail_server_id"))

    @api.model
    def _process_mail(self, source, model, **kwargs):
        """Process a mail once, and park it if it cannot be processed."""
        intake = Intake(source)
        # sudo: helpdesk.mail.receipt - no user has access rights
        receipts = self.env["helpdesk.mail.receipt"].sudo()
        key = receipts._make_key(*intake.get_identity())
        if not receipts._claim(key):
            _logger.info("Mail %s is known already", intake.message_id or key)
            return False
        if not intake.has_message_id:
            intake.message_id = f"<{key}@no-message-id.invalid>"
        try:
            return self._route_mail(intake, key, model, **kwargs)
        except Exception as error:
            if _is_temporary(error) or self._is_answered_by_server(error):
                raise
            _logger.info("Mail %s is parked", intake.message_id, exc_info=True)
            # these hooks would send mails that the rollback has removed
            self.env.cr.postcommit.clear()
            self._park_mail(intake, "error", error)
            return False

    @api.model
    def _route_mail(self, intake, key, model, **kwargs):
        """Let Odoo's gateway process a mail, and park it if Odoo ignores it."""
        thread = self.with_context(helpdesk_intake=intake)
        with self.env.cr.savepoint():
            result = super(MailThread, thread).message_process(
                model, intake.readable, **kwargs
            )
            if intake.is_settled or result:
                return result
            if thread._is_reused_message_id(intake):
                # copiers send all their scans with the same Message-ID
                intake.message_id = f"<{key}@reused-message-id.invalid>"
                result = super(MailThread, thread).message_process(
                    model, intake.readable, **kwargs
                )
        if not (intake.is_settled or result):
            # only park mails for the desk; other apps may ignore their mails
            parked = self.env["helpdesk.mail.parked"]
            if parked._get_addressee_values(intake.headers)["is_for_desk"]:
                thread._park_mail(intake, intake.reason or "ignored")
        return result

    @api.model
    def _parse_source(self, intake):
        """Return a mail as Odoo's parser returns it, without processing it."""
        message = email.message_from_bytes(intake.readable, policy=email.policy.SMTP)
        return self.with_context(helpdesk_intake=intake).message_parse(message)

    @api.model
    def _is_reused_message_id(self, intake):
        """Whether another mail has the Message-ID of this mail."""
        # sudo: mail.message - only whether it is the same mail
        known_sudo = (
            self.env["mail.message"]
            .sudo()
            .search([("message_id", "=", intake.message_id)], limit=1)
        )
        if not known_sudo:
            return False
        if self.env["helpdesk.ticket"]._read_message_id(intake.message_id):
            intake.reason = "own"
            return False
        if is_same_sender(known_sudo.email_from, intake.headers.get("from")):
            # the same mail was received before this addon stored receipts
            if intake.get_date() in (None, known_sudo.date):
                intake.is_settled = True
                return False
        return True

    @api.model
    def _is_answered_by_server(self, error):
        """Whether the mail server will tell the sender that the address is unknown.

        A mail server that hands over a mail reads this error and answers the sender. A
        mail in a mailbox has been accepted already: its sender would not be told.
        """
        return (
            isinstance(error, ValueError)
            and str(error).startswith("No possible route")
            and not self._is_mail_fetched()
        )

    @api.model
    def _park_mail(self, intake, reason, error=None):
        """Park a mail that is on no record."""
        # sudo: helpdesk.mail.parked - the gateway's user need not be a manager
        self.env["helpdesk.mail.parked"].sudo()._park(intake, reason, error)


def _is_temporary(error):
    """Whether the same mail may be processed without an error later."""
    if isinstance(error, ConcurrencyError):
        return True
    return isinstance(error, OperationalError) and (
        not error.pgcode or error.pgcode[:2] in TEMPORARY_ERRORS
    )
