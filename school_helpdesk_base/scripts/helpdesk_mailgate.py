#!/usr/bin/env python3
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Hands one mail to Odoo; a mail server (Postfix, Exim) starts it for each mail.

The mail comes from standard input and is sent as it is, with all its bytes: Odoo's own
script returns mails that are not UTF-8 to their sender. Only an unknown address is told
to the sender. After any other failure, such as a wrong password, the mail server keeps
the mail and tries again later. Needs Python 3 and nothing else.
"""

import argparse
import sys
import xmlrpc.client

#: Exit codes that mail servers know (see ``sysexits.h``).
ACCEPTED, NO_SUCH_ADDRESS, TRY_AGAIN = 0, 67, 75


class Parser(argparse.ArgumentParser):
    def error(self, message):
        """Keep the mail until the administrator has mended the command."""
        self.exit(TRY_AGAIN, f"{message}\n")


def hand_over(options, mail):
    """Let Odoo process a mail.

    :param bytes mail: the mail as it was received
    :return: the exit code
    """
    with open(options.password_file, encoding="utf-8") as file:
        password = file.read().strip()
    models = xmlrpc.client.ServerProxy(
        f"{options.url.rstrip('/')}/xmlrpc/2/object", allow_none=True
    )
    try:
        models.execute_kw(
            options.database,
            options.user,
            password,
            "mail.thread",
            "message_process",
            [False, xmlrpc.client.Binary(mail)],
        )
    except xmlrpc.client.Fault as fault:
        if "No possible route" in fault.faultString:
            sys.stderr.write("There is no such address.\n")
            return NO_SUCH_ADDRESS
        raise
    return ACCEPTED


def main():
    parser = Parser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8069", help="of Odoo")
    parser.add_argument("-d", "--database", required=True)
    parser.add_argument("-u", "--user", type=int, required=True, help="id of the user")
    parser.add_argument("--password-file", required=True)
    options = parser.parse_args()
    mail = sys.stdin.buffer.read()
    try:
        return hand_over(options, mail)
    except xmlrpc.client.Fault as fault:
        # the last line; the sender never gets it, but the log of the mail server does
        reason = fault.faultString.strip().rpartition("\n")[2]
    except Exception as error:  # noqa: BLE001 - no failure may lose the mail
        reason = f"{type(error).__name__}: {error}"
    sys.stderr.write(f"Odoo did not take the mail: {reason[:200]}\n")
    return TRY_AGAIN


if __name__ == "__main__":
    sys.exit(main())
