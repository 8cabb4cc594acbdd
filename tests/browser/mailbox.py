"""An SMTP server for tests that keeps the mails Odoo sends."""

import email
import email.policy
import socketserver
import threading


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self._say("220 tests")
        recipients = []
        for line in self.rfile:
            match line.strip().upper().split(b":")[0].split():
                case [b"RCPT", *_rest]:
                    recipients.append(line.split(b"<")[1].split(b">")[0].decode())
                    self._say("250 OK")
                case [b"DATA"]:
                    self._say("354 Go on")
                    self.server.add(recipients, self._read_mail())
                    recipients = []
                    self._say("250 OK")
                case [b"QUIT"]:
                    self._say("221 Bye")
                    return
                case _:
                    self._say("250 OK")

    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())

    def _read_mail(self):
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b"."))
        return email.message_from_bytes(b"".join(lines), policy=email.policy.default)


class Mailbox(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Session)
        self.port = self.server_address[1]
        self.mails = []
        self.arrived = threading.Condition()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def add(self, recipients, mail):
        with self.arrived:
            self.mails.append((recipients, mail))
            self.arrived.notify_all()

    def to(self, address):
        """The mails sent to an address so far, oldest first."""
        return [mail for recipients, mail in self.mails if address in recipients]

    def wait_for(self, address, count=1, seconds=30):
        """Wait for so many mails to an address; all of them, oldest first."""
        with self.arrived:
            are_there = self.arrived.wait_for(
                lambda: len(self.to(address)) >= count, seconds
            )
            assert are_there, f"no mail to {address}"
            return self.to(address)
