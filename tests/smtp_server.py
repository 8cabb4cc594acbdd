"""A real SMTP server for tests: aiosmtpd in a process of its own.

It keeps each mail as a file. A test can let it refuse or wait, stop it and start it
again on the same port. ``bin/lib/smtp_sink.py`` is ours; this server is not, so it also
shows that another program understands what Odoo sends.
"""

import email
import email.policy
import json
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ports import free_port

#: Debian's Python, which has Debian's package python3-aiosmtpd.
PYTHON = "/usr/bin/python3"
#: Instead of an answer: the server ends the connection.
HANG_UP = "hang up"
RULES, CONNECTIONS = "rules.json", "connections"


class Sent(NamedTuple):
    """A mail that was accepted, and the address that it was sent to."""

    recipient: str
    mail: email.message.EmailMessage


class SmtpServer:
    """The SMTP server; ``port`` is its port while it runs and while it is stopped."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.process = None
        self.behave()
        (folder / CONNECTIONS).touch()

    def start(self):
        if self.process and self.process.poll() is None:
            return
        self.process = subprocess.Popen(
            [PYTHON, __file__, self.folder, str(self.port)], cwd="/"
        )
        for _try in range(100):
            assert self.process.poll() is None, (
                "the SMTP server does not start: bin/test installs python3-aiosmtpd"
            )
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    # this connection is not one of Odoo's
                    probe.recv(100)
                    self.ignored = self._count_connections()
                    return
            time.sleep(0.1)
        raise AssertionError("the SMTP server does not answer")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(30)

    def behave(self, refuse=None, delay=0):
        """Set what it does with mails from now on.

        :param dict refuse: address to the answer that refuses it, or ``HANG_UP``; ``*``
            is any address
        :param float delay: seconds to wait for each mail
        """
        new = self.folder / f"{RULES}.new"
        new.write_text(json.dumps({"refuse": refuse or {}, "delay": delay}))
        new.rename(self.folder / RULES)

    @property
    def connections(self):
        """How many connections Odoo has opened since the last start."""
        return self._count_connections() - self.ignored

    def _count_connections(self):
        return (self.folder / CONNECTIONS).stat().st_size

    def sent(self):
        """Return the accepted mails, oldest first: a ``Sent`` for each recipient."""
        found = []
        for path in sorted(self.folder.glob("*.eml")):
            recipients = json.loads(path.with_suffix(".json").read_text())
            source = path.read_bytes()
            mail = email.message_from_bytes(source, policy=email.policy.default)
            found += [Sent(recipient, mail) for recipient in recipients]
        return found


@contextmanager
def run_smtp_server(folder):
    """Run the server with its files in a folder; yield the ``SmtpServer``."""
    server = SmtpServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def serve(folder, port):
    """The other process: serve until it is killed."""
    import asyncio

    from aiosmtpd.smtp import SMTP

    class CountingServer(SMTP):
        def connection_made(self, transport):
            with open(folder / CONNECTIONS, "ab") as file:
                file.write(b".")
            super().connection_made(transport)

    class Handler:
        def get_rules(self):
            return json.loads((folder / RULES).read_text())

        async def handle_RCPT(self, server, session, envelope, address, options):
            refuse = self.get_rules()["refuse"]
            if answer := refuse.get(address) or refuse.get("*"):
                if answer == HANG_UP:
                    server.transport.abort()
                return answer
            envelope.rcpt_tos.append(address)
            return "250 OK"

        async def handle_DATA(self, server, session, envelope):
            await asyncio.sleep(self.get_rules()["delay"])
            path = folder / f"{time.time_ns()}.eml"
            path.with_suffix(".json").write_text(json.dumps(envelope.rcpt_tos))
            new = path.with_suffix(".new")
            new.write_bytes(envelope.original_content)
            new.rename(path)
            return "250 OK"

    async def run():
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: CountingServer(Handler(), hostname="mail.example.com", loop=loop),
            "127.0.0.1",
            port,
        )
        await server.serve_forever()

    asyncio.run(run())


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
