"""Reads a container of Outlook from standard input: a program, started by ``tnef.py``.

A damaged container can make the library count to four billion, and write a line into
the log each time. So it runs in a process of its own, with limits and without a log.
"""

import base64
import json
import logging
import resource
import sys

#: The most memory, in bytes, and the most time of the processor, in seconds.
LIMITS = {resource.RLIMIT_AS: 2 * 1024**3, resource.RLIMIT_CPU: 5}


def read(content):
    """Return the content of a container in a form that JSON can express.

    Texts and files are in base64; an empty text stands for none.
    """
    from tnefparse import TNEF

    tnef = TNEF(content, do_checksum=False)
    files = [(one.long_filename() or one.name, one.data) for one in tnef.attachments]
    return {
        "html": _pack(tnef.htmlbody),
        "text": _pack(tnef.body),
        "has_body": bool(tnef.has_body()),
        "files": [(str(name or ""), _pack(data)) for name, data in files],
    }


def _pack(value):
    if isinstance(value, str):
        value = value.encode("utf-8", "replace")
    return base64.b64encode(value or b"").decode()


def main():
    # the folder of this file contains modules of Odoo
    del sys.path[0]
    logging.disable(logging.CRITICAL)
    for kind, most in LIMITS.items():
        _soft, hard = resource.getrlimit(kind)
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (soft, hard))
    json.dump(read(sys.stdin.buffer.read()), sys.stdout)


if __name__ == "__main__":
    main()
