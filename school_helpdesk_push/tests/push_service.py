"""A local push service, and a browser to which it delivers notifications.

The browser decrypts notifications as RFC 8291 and RFC 8188 describe, with its own key.
So a test reads exactly what a phone would show. The browser also checks the sender's
token as a push service does (RFC 8292).
"""

import base64
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()


def encode(content):
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def get_point(key):
    """Return a public key as the bytes of its point."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def derive(secret, salt, info, length):
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


class PushService:
    """Stores each push and responds with ``status``; use it as a context manager."""

    def __enter__(self):
        self.status = 201
        self.received = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.received.append((self.path, dict(self.headers), body))
                self.send_response(service.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                """Keep the log of the tests readable."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.host = f"127.0.0.1:{self.server.server_port}"
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()


class Browser:
    """A browser with a subscription at a push service, which decrypts notifications."""

    def __init__(self, service, name, application_key):
        self.service = service
        self.path = f"/push/{name}"
        self.application_key = application_key
        self.key = ec.generate_private_key(CURVE)
        self.auth = b"sixteen bytes ok"

    @property
    def endpoint(self):
        return f"http://{self.service.host}{self.path}"

    @property
    def subscription(self):
        """The result of the browser's ``PushSubscription.toJSON()``."""
        return {
            "endpoint": self.endpoint,
            "expirationTime": None,
            "keys": {
                "p256dh": encode(get_point(self.key.public_key())),
                "auth": encode(self.auth),
            },
        }

    def read(self):
        """Return the notifications delivered since the last call."""
        mine = [push for push in self.service.received if push[0] == self.path]
        self.service.received[:] = [
            push for push in self.service.received if push[0] != self.path
        ]
        return [self._open(headers, body) for _path, headers, body in mine]

    def _open(self, headers, body):
        self._check_sender(headers["Authorization"])
        assert headers["Content-Encoding"] == "aes128gcm"
        assert int(headers["TTL"]) > 0
        assert len(body) <= 4096
        salt, rest = body[:16], body[16:]
        record_size, key_length = int.from_bytes(rest[:4], "big"), rest[4]
        sender, record = rest[5 : 5 + key_length], rest[5 + key_length :]
        assert len(record) <= record_size, "more than one record"
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender)
        )
        info = b"WebPush: info\0" + get_point(self.key.public_key()) + sender
        secret = derive(shared, self.auth, info, 32)
        key = derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derive(secret, salt, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        assert plain.endswith(b"\2"), "not the last record"
        return json.loads(plain[:-1])

    def _check_sender(self, authorization):
        """Check that the application's key signed the VAPID token for this service."""
        scheme, _, parameters = authorization.partition(" ")
        assert scheme == "vapid"
        values = dict(part.strip().split("=", 1) for part in parameters.split(","))
        assert values["k"].rstrip("=") == self.application_key.rstrip("=")
        head, claims, signature = values["t"].split(".")
        raw = decode(signature)
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decode(values["k"])).verify(
            utils.encode_dss_signature(
                int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
            ),
            f"{head}.{claims}".encode(),
            ec.ECDSA(hashes.SHA256()),
        )
        assert json.loads(decode(head))["alg"] == "ES256"
        claims = json.loads(decode(claims))
        assert claims["aud"] == f"http://{self.service.host}"
        assert time.time() < claims["exp"] <= time.time() + 24 * 3600
