"""An SMTP server for tests that keeps the mails Odoo sends."""

import email
import email.policy
import threading

from smtp_sink import SmtpSink


class Mailbox(SmtpSink):
    def __init__(self):
        self.mails = []
        self.arrived = threading.Condition()
        super().__init__(self.add)

    def add(self, recipients, source):
        mail = email.message_from_bytes(source, policy=email.policy.default)
        with self.arrived:
            self.mails.append((recipients, mail))
            self.arrived.notify_all()

    def to(self, address):
        """The mails sent to an address so far, oldest first."""
        return [mail for recipients, mail in self.mails if address in recipients]

    def wait_for(self, address, count=1, seconds=30):
        """Wait for this number of mails to an address; return them, oldest first."""
        with self.arrived:
            are_there = self.arrived.wait_for(
                lambda: len(self.to(address)) >= count, seconds
            )
            assert are_there, f"no mail to {address}"
            return self.to(address)
