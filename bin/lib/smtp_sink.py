"""An SMTP server that sends nothing: it gives each mail to a function.

bin/up catches the mails of the demo school with it, and tests read what Odoo sends.
"""

import re
import socketserver
import threading

_ADDRESS = re.compile(rb"<([^<>]*)>")
#: The largest mail, in bytes: a wrong program must not fill the memory.
MAX_SIZE = 64 << 20


class _Session(socketserver.StreamRequestHandler):
    timeout = 300

    def handle(self):
        self._say("220 catches mails")
        recipients = []
        for line in self.rfile:
            match line.strip().upper().split(b":")[0].split():
                case [b"EHLO", *_rest]:
                    self._say(f"250-localhost\r\n250-8BITMIME\r\n250 SIZE {MAX_SIZE}")
                case [b"MAIL" | b"RSET", *_rest]:
                    recipients = []
                    self._say("250 OK")
                case [b"RCPT", *_rest]:
                    if address := _ADDRESS.search(line):
                        recipients.append(address[1].decode(errors="replace"))
                        self._say("250 OK")
                    else:
                        self._say("501 The address must be in angle brackets")
                case [b"DATA"] if recipients:
                    self._say("354 Go on")
                    self._keep(recipients, self._read_mail())
                    recipients = []
                case [b"DATA"]:
                    self._say("503 RCPT first")
                case [b"QUIT"]:
                    self._say("221 Bye")
                    return
                case [b"HELO" | b"NOOP", *_rest]:
                    self._say("250 OK")
                case _:
                    self._say("502 Not implemented")

    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())

    def _read_mail(self):
        """Return the bytes of a mail; None if it is too large."""
        lines, size = [], 0
        for line in self.rfile:
            if line == b".\r\n":
                break
            size += len(line)
            if size <= MAX_SIZE:
                lines.append(line.removeprefix(b"."))
        return b"".join(lines) if size <= MAX_SIZE else None

    def _keep(self, recipients, source):
        if source is None:
            self._say("552 The mail is too large")
            return
        try:
            self.server.keep(recipients, source)
        except OSError as error:
            self._say(f"452 {error.strerror or error}")
            return
        self._say("250 OK")


class SmtpSink(socketserver.ThreadingTCPServer):
    """Runs until ``shutdown``; only programs on this computer reach it.

    :param keep: called with a list of recipients and the bytes of each mail
    :param int port: 0 for any free port
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, keep, port=0):
        super().__init__(("127.0.0.1", port), _Session)
        self.keep = keep
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()
