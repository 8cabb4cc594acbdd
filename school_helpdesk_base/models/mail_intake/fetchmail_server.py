"""Marks a fetched mail as read only after the result of its processing is stored.

Odoo's fetching marks a mail as read in two cases in which the mail may not be stored:
before it is processed, because reading it from IMAP does so, and after an error. If the
process is killed, or the mail cannot be processed, it would never be fetched again.
"""

import logging

from odoo import models

from odoo.addons.mail.models.fetchmail import OdooIMAP4

from ...tools.incoming_mail import Intake

_logger = logging.getLogger(__name__)


class CarefulConnection:
    """A connection to a mailbox that marks a mail as read only if it was processed.

    It has the methods that Odoo's fetching calls.

    :param connection: Odoo's connection, IMAP or POP
    :param has_outcome: function of a mail's bytes: whether the result is stored
    """

    def __init__(self, connection, has_outcome):
        self._connection = connection
        self._has_outcome = has_outcome
        #: number to bytes of the mail that is being processed
        self._sources = {}

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def retrieve_unread_messages(self):
        if isinstance(self._connection, OdooIMAP4):
            mails = self._peek_unread_messages()
        else:
            mails = self._connection.retrieve_unread_messages()
        for number, source in mails:
            self._sources = {number: source}
            yield number, source

    def _peek_unread_messages(self):
        """Yield the mails of an IMAP mailbox, without marking them as read."""
        connection = self._connection
        while connection._unread_messages:
            number = connection._unread_messages.pop()
            _status, data = connection.fetch(number, "(BODY.PEEK[])")
            source = next((part[1] for part in data if isinstance(part, tuple)), None)
            if source is None:
                _logger.warning("Mail %s of a mailbox cannot be fetched", number)
                continue
            yield number, source

    def handled_message(self, number):
        source = self._sources.pop(number, None)
        if source is not None and self._has_outcome(source):
            self._connection.handled_message(number)
        else:
            _logger.warning("Mail %s stays unread, to be fetched again", number)


class FetchmailServer(models.Model):
    _name = "fetchmail.server"
    _inherit = ["fetchmail.server"]

    def _connect__(self, allow_archived=False):  # noqa: PLW3201 - Odoo's name
        connection = super()._connect__(allow_archived=allow_archived)
        return CarefulConnection(connection, self._has_mail_outcome)

    def _has_mail_outcome(self, source):
        """Whether the result of processing a mail is committed."""
        # another cursor: this transaction began before the mail was processed
        with self.env.registry.cursor() as cr:
            receipts = self.env(cr=cr)["helpdesk.mail.receipt"]
            return receipts._is_known(
                receipts._make_key(*Intake(source).get_identity())
            )
