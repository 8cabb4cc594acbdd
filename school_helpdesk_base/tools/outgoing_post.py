"""Sends JSON to an address that a person has typed, without reaching private servers.

Not the library ``requests``: it writes addresses, which contain secrets, to the log, it
follows redirects, and it looks up the name of the server again after our check.
"""

import http.client
import ipaddress
import json
import socket
import ssl
import threading
from contextlib import suppress
from urllib.parse import urlsplit

#: Seconds for the whole request.
TIMEOUT = 10
#: The ports that services for the public use.
PORTS = {"https": 443, "http": 80}


class PostError(Exception):
    """Why something was not sent, in words without the address.

    :ivar str code: ``refused`` (we do not send there), ``unreachable``, ``timeout``,
        ``certificate`` or ``status``
    :ivar int status: the HTTP status, for the code ``status``
    """

    def __init__(self, code, status=0):
        super().__init__(f"{code} {status}" if status else code)
        self.code = code
        self.status = status


def split_address(address, private=False):
    """Return the parts of a web address.

    :param bool private: whether ``http:`` is allowed, too
    :raise PostError: it is no address to which we may send
    """
    address = address or ""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise PostError("refused") from None
    schemes = ("https", "http") if private else ("https",)
    has_user = "@" in parts.netloc
    is_plain = address.isascii() and not set(address) & set(" \r\n\t\\")
    if parts.scheme not in schemes or not parts.hostname or has_user or not is_plain:
        raise PostError("refused")
    if port == 0:
        raise PostError("refused")
    return parts


def post_json(address, values, headers=None, private=False, timeout=TIMEOUT):
    """Send values as JSON; return when the server has accepted them.

    :param dict headers: headers in addition
    :param bool private: whether servers in private networks are allowed
    :raise PostError: they were not accepted
    """
    parts = split_address(address, private)
    host, port = parts.hostname, parts.port or PORTS[parts.scheme]
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    ips = _find_ips(host, port, private)
    connection = _Connection(host, port, ips, parts.scheme == "https", timeout)
    # the time-out of a socket begins again with each byte
    clock = threading.Timer(timeout, connection.cut)
    clock.start()
    try:
        connection.request(
            "POST",
            target,
            json.dumps(values, ensure_ascii=False).encode(),
            {
                "Content-Type": "application/json; charset=utf-8",
                "User-Agent": "school-helpdesk",
                **(headers or {}),
            },
        )
        status = connection.getresponse().status
    except ssl.SSLCertVerificationError:
        raise PostError("certificate") from None
    except TimeoutError:
        raise PostError("timeout") from None
    except (OSError, http.client.HTTPException, ValueError):
        code = "timeout" if connection.was_cut else "unreachable"
        raise PostError(code) from None
    finally:
        clock.cancel()
        connection.close()
    # a redirect is not followed: it could lead to a private server
    if not 200 <= status < 300:
        raise PostError("status", status)


def _find_ips(host, port, private):
    """Return the IP addresses of a host; refuse it if any is private."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise PostError("unreachable") from None
    ips = [entry[4][0] for entry in found]
    if not private and not all(map(_is_public, ips)):
        raise PostError("refused")
    return list(dict.fromkeys(ips))


def _is_public(text):
    ip = ipaddress.ip_address(text.partition("%")[0])
    if ip.version == 6:
        # an IPv4 address in another notation
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if inner:
            return inner.is_global and not inner.is_multicast
        # IPv4 addresses inside others (::/96, 64:ff9b::/96), and the former private
        # network fec0::/10, which Python calls global
        if ip.is_reserved or ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast


class _Connection(http.client.HTTPConnection):
    """A connection to IP addresses that were checked; the name is looked up once."""

    def __init__(self, host, port, ips, is_secure, timeout):
        super().__init__(host, port, timeout=timeout)
        self.ips = ips
        self.is_secure = is_secure
        self.was_cut = False

    def connect(self):
        for ip in self.ips:
            try:
                self.sock = socket.create_connection((ip, self.port), self.timeout)
                break
            except OSError:
                if ip == self.ips[-1] or self.was_cut:
                    raise
        if self.is_secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)

    def cut(self):
        """End the connection from another thread, because the time is over."""
        self.was_cut = True
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)
