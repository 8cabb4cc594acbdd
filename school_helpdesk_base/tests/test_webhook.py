"""Messages to webhooks: sent after the event, again if they fail, to nobody else."""

import json
import socket
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import BaseCase, tagged

from ..models.helpdesk_webhook.webhook import LINE_ADDRESS, PRIVATE_PARAMETER
from ..tools import outgoing_post
from ..tools.outgoing_post import PostError, post_json, split_address
from .common import HelpdeskCommon

SECRET = "s3cr3t-of-the-channel"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        size = int(self.headers["Content-Length"])
        body = json.loads(self.rfile.read(size))
        self.server.got.append((self.path, dict(self.headers), body))
        if self.server.drip:
            # a server that never ends, although each byte is in time
            for _second in range(40):
                try:
                    self.wfile.write(b"H")
                except OSError:
                    return
                time.sleep(0.05)
        self.send_response(self.server.status)
        if 300 <= self.server.status < 400:
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@contextmanager
def http_server(status=200, drip=False):
    """A real server on this computer; ``got`` has what it got."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.got, server.status, server.drip = [], status, drip
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@tagged("post_install", "-at_install")
class TestOutgoingPost(BaseCase):
    def _try(self, address, **kwargs):
        with self.assertRaises(PostError) as caught:
            post_json(address, {}, **kwargs)
        self.assertNotIn("127.0.0.1", str(caught.exception))
        return str(caught.exception)

    def test_addresses_in_private_networks_are_refused(self):
        with http_server() as server:
            port = server.server_port
            for host in (
                "127.0.0.1",
                "localhost",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "2130706433",
                "0x7f.1",
                "[::1]",
                "[::ffff:127.0.0.1]",
                "[fe80::1]",
                "[fd00::1]",
                "[2002:7f00:1::]",
                "[64:ff9b::7f00:1]",
            ):
                with self.subTest(host):
                    self.assertEqual(self._try(f"https://{host}:{port}/x"), "refused")
            self.assertEqual(server.got, [])

    def test_a_name_is_looked_up_once(self):
        """The second answer of a name server could be a private address."""
        answers = [("203.0.113.5", "203.0.113.6"), ("127.0.0.1",)]

        def look_up(host, port, **_kwargs):
            return [(socket.AF_INET, 1, 6, "", (ip, port)) for ip in answers.pop(0)]

        connected = []

        def connect(address, *_args, **_kwargs):
            connected.append(address)
            raise ConnectionRefusedError

        with (
            # 203.0.113.0/24 is for documentation, so it is not global
            patch("socket.getaddrinfo", look_up),
            patch("socket.create_connection", connect),
            patch.object(outgoing_post, "_is_public", lambda ip: ip != "127.0.0.1"),
        ):
            self.assertEqual(self._try("https://rebind.example.com"), "unreachable")
        # each address of the first answer is tried
        self.assertEqual(connected, [("203.0.113.5", 443), ("203.0.113.6", 443)])

    def test_one_private_address_of_a_name_is_enough_to_refuse(self):
        def look_up(host, port, **_kwargs):
            ips = ("8.8.8.8", "10.0.0.1")
            return [(socket.AF_INET, 1, 6, "", (ip, port)) for ip in ips]

        with patch("socket.getaddrinfo", look_up):
            self.assertEqual(self._try("https://two.example.com"), "refused")

    def test_addresses_that_are_none(self):
        for address in (
            "",
            None,
            "hooks.example.com",
            "http://hooks.example.com",
            "file:///etc/passwd",
            "gopher://example.com",
            "https://",
            "https://user:word@example.com",
            "https://example.com:99999",
            "https://example.com/a b",
            "https://example.com/\r\nHost: x",
            "https://โรงเรียน.example.com",
        ):
            with self.subTest(address), self.assertRaises(PostError):
                split_address(address)
        self.assertTrue(split_address("https://hooks.example.com/services/T0/B0?x=1"))

    def test_answers(self):
        for status, said in (
            (200, None),
            (204, None),
            (301, "status 301"),
            (307, "status 307"),
            (400, "status 400"),
            (500, "status 500"),
        ):
            with self.subTest(status), http_server(status) as server:
                if said:
                    self.assertEqual(self._try(f"{server.url}/x", private=True), said)
                else:
                    post_json(f"{server.url}/x", {"ก": 1}, private=True)
                # a redirect is not followed
                self.assertEqual([got[0] for got in server.got], ["/x"])
        self.assertEqual(self._try(f"{server.url}/x", private=True), "unreachable")

    def test_the_time_is_limited(self):
        with http_server(drip=True) as server:
            start = time.monotonic()
            said = self._try(server.url, private=True, timeout=0.3)
            self.assertEqual(said, "timeout")
            self.assertLess(time.monotonic() - start, 1.5)


@tagged("post_install", "-at_install")
class TestWebhook(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param(PRIVATE_PARAMETER, "True")
        cls.requester.partner_id.name = "Malee Requester"
        cls.ticket = cls._create_ticket(name="Screen <b>of</b> & *room* 12")
        cls.Webhook = cls.env["helpdesk.webhook"]
        cls.Call = cls.env["helpdesk.webhook.call"]
        cls.manager = cls.env.ref("base.user_admin")
        cls.env.cr.flush()
        cls.env["helpdesk.webhook.call"].search([]).unlink()

    def _hook(self, server, kind="json", **values):
        return self.Webhook.create(
            {
                "name": "Channel",
                "team_id": self.team.id,
                "kind": kind,
                "address": f"{server.url}/{SECRET}",
                **values,
            }
        )

    def _send(self):
        """Do what the scheduled action does."""
        self.env.cr.flush()
        with self.enter_registry_test_mode():
            self.env.ref("school_helpdesk_base.ir_cron_webhook").method_direct_trigger()

    def _at(self, minutes):
        later = fields.Datetime.now() + timedelta(minutes=minutes)
        return patch.object(type(self.Call), "_get_now", lambda self: later)

    def test_a_pause_leaves_no_old_messages(self):
        for kind in ("json", "slack", "teams"):
            with self.subTest(kind), http_server() as server:
                hook = self._hook(server, kind)
                self.ticket.user_id = self.agent
                self.env.cr.flush()
                self.assertEqual(hook.call_ids.mapped("state"), ["pending"])
                hook.with_user(self.manager).active = False
                hook.with_user(self.manager).active = True
                self._send()
                self.assertEqual(server.got, [])
                self.ticket.user_id = False
                hook.unlink()

    def test_each_kind(self):
        texts = {}
        for kind in ("json", "slack", "teams", "line"):
            with self.subTest(kind), http_server() as server:
                line = {"token": "tok", "recipient": "C123"} if kind == "line" else {}
                hook = self._hook(server, kind, **line)
                self.ticket.user_id = self.agent
                self.assertEqual(server.got, [])
                self._send()
                ((path, headers, body),) = server.got
                self.assertEqual(path, f"/{SECRET}")
                texts[kind] = text = json.dumps(body)
                self.assertIn(self.ticket.number, text)
                self.assertIn(f"/odoo/helpdesk/{self.ticket.id}", text)
                self.assertNotIn("Malee", text)
                self.assertNotIn("Nothing to see", text)
                self.assertEqual(
                    headers.get("Authorization"), line and "Bearer tok" or None
                )
                call = hook.call_ids
                self.assertEqual((call.state, call.tries), ("sent", 1))
                if kind == "line":
                    self.assertEqual(body["to"], "C123")
                    self.assertEqual(headers["X-Line-Retry-Key"], call.key)
                hook.unlink()
                self.ticket.user_id = False
                self.env.cr.flush()
        self.assertIn("&lt;b&gt;of&lt;/b&gt; &amp; *room*", texts["slack"])
        self.assertIn("\\\\<b\\\\>of\\\\</b\\\\> & \\\\*room\\\\*", texts["teams"])
        self.assertIn("<b>of</b> & *room*", texts["line"])

    def test_only_the_events_of_the_team_that_the_school_ticks(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "Other"})
        with http_server() as server:
            self._hook(server, tell_resolved=True, with_title=False)
            self._hook(server, team_id=other.id)
            self._hook(server, tell_assigned=False)
            self._hook(server, active=False)
            # nobody is told by mail: webhooks are told all the same
            self.env["helpdesk.notification.rule"].search([]).mail = False
            self.ticket.user_id = self.agent
            self.ticket._set_status("waiting")
            self.ticket._set_status("resolved")
            self._send()
            told = [body["event"] for _path, _headers, body in server.got]
            self.assertEqual(sorted(told), ["assigned", "resolved"])
            self.assertNotIn("title", server.got[0][2])

    def test_a_failed_transaction_tells_nobody(self):
        with http_server() as server:
            self._hook(server)
            self.env.cr.flush()
            with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
                self.ticket.user_id = self.agent
                self.env.cr.flush()
                raise ZeroDivisionError
            self.assertFalse(self.Call.search([]))

    def test_five_tries(self):
        with http_server(503) as server:
            hook = self._hook(server)
            self.ticket.user_id = self.agent
            self._send()
            waits = []
            call = hook.call_ids
            for minutes in (1, 6, 36, 156, 999):
                waits.append((len(server.got), call.state))
                with self._at(minutes - 0.5):
                    self._send()  # too early
                with self._at(minutes):
                    self._send()
            waits.append((len(server.got), call.state))
            self.assertEqual(
                waits,
                [
                    (1, "pending"),
                    (2, "pending"),
                    (3, "pending"),
                    (4, "pending"),
                    (5, "failed"),
                    (5, "failed"),
                ],
            )
            self.assertEqual(call.failure, "The server answered 503.")
            self.assertEqual(
                len({headers["Idempotency-Key"] for _, headers, _ in server.got}), 1
            )
            self.assertEqual(
                (hook.failed_count, self.team.failed_webhook_count), (1, 1)
            )
            # a manager sends it again
            server.status = 200
            call.with_user(self.manager).action_send_again()
            with self._at(999):
                self._send()
            self.assertEqual((call.state, call.failure), ("sent", False))
            self.assertEqual(hook.failed_count, 0)

    def test_line_knows_the_message_already(self):
        with http_server(409) as server:
            hook = self._hook(server, "line", token="tok", recipient="C1")
            hook.action_test()
            self._send()
            self.assertEqual(hook.call_ids.state, "sent")
            hook.write({"kind": "json"})
            hook.action_test()
            self._send()
            self.assertEqual(hook.call_ids[:1].state, "pending")

    def test_a_server_that_is_down_is_asked_once(self):
        with http_server() as server:
            pass
        hook = self._hook(server)
        with http_server() as other_server:
            other = self._hook(other_server, name="Other")
            for _time in range(3):
                hook.action_test()
            other.action_test()
            with patch(
                "odoo.addons.school_helpdesk_base.models.helpdesk_webhook.call.post_json",
                side_effect=post_json,
            ) as posted:
                self._send()
            self.assertEqual(posted.call_count, 2)
            self.assertEqual(other.call_ids.state, "sent")
            self.assertEqual(hook.call_ids.mapped("tries"), [1, 1, 1])

    def test_private_addresses_are_refused_without_the_parameter(self):
        with http_server() as server:
            hook = self._hook(server)
            hook.action_test()
            self.env["ir.config_parameter"].set_param(PRIVATE_PARAMETER, "False")
            self._send()
            self.assertEqual(server.got, [])
            # trying again does not help
            self.assertEqual(hook.call_ids.state, "failed")
            for address in (server.url, "https:example.com", "ftp://a.example.com"):
                with self.subTest(address), self.assertRaises(ValidationError):
                    hook.address = address

    def test_what_line_needs(self):
        for values in (
            {},
            {"token": "t"},
            {"recipient": "C"},
            {"token": "ท", "recipient": "C"},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.Webhook.create(
                    {
                        "name": "L",
                        "team_id": self.team.id,
                        "kind": "line",
                        "address": LINE_ADDRESS,
                        **values,
                    }
                )

    def test_no_secret_in_logs_and_lists(self):
        # all that the addon and the libraries log, at the most talkative level
        with self.assertLogs(level="DEBUG") as logs:
            for server_values in ({"status": 500}, {"status": 302}, {"status": 200}):
                with http_server(**server_values) as server:
                    hook = self._hook(server, token="t0ken-value")
                    hook.action_test()
                    self._send()
            hook.action_test()
            self._send()
            with patch.object(
                type(hook), "_prepare_payload", side_effect=ValueError(SECRET)
            ):
                hook.action_test()
                self._send()
        said = [
            log
            for log, record in zip(logs.output, logs.records, strict=True)
            # the log of SQL statements is for developers, and contains all data
            if not record.name.startswith("odoo.sql_db")
            and record.name != "odoo.schema"
        ]
        self.assertTrue(any("Webhook" in log for log in said))
        shown = [*said, *self.Call.search([]).mapped(lambda call: call.failure or "")]
        for text in shown:
            self.assertNotIn(SECRET, text)
            self.assertNotIn("t0ken", text)

    def test_only_managers_see_webhooks(self):
        with http_server() as server:
            hook = self._hook(server)
        hook.action_test()
        for record in (hook, hook.call_ids):
            with self.assertRaises(AccessError):
                record.with_user(self.agent).read(["display_name"])
        with self.assertRaises(AccessError):
            hook.with_user(self.agent).action_test()
        with self.assertRaises(AccessError):
            hook.call_ids.with_user(self.agent).action_send_again()
        self.assertEqual(hook.copy_data()[0].get("address"), None)
