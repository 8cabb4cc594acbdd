"""Two machines with one help desk, as docs/scaling.md describes them, for tests.

Each node is Odoo with workers, a process for websockets and one for scheduled actions.
They share the database, the sessions in a second database, and the folder of the files.
"""

import json
import os
import signal
from contextlib import suppress
from itertools import count

import requests
import suite
import websocket
from conftest import RUN_FOLDER, Server
from mail_desk import get_hidden
from ports import free_port

#: Also the notifications of the last seconds.
SUBSCRIBE = {"event_name": "subscribe", "data": {"channels": [], "last": 0}}


class Node(Server):
    """One of the machines; it can be killed and started again on the same ports."""

    def __init__(self, name, folder, database, sessions):
        self.name = name
        self.port = free_port()
        self.websocket_port = free_port()
        super().__init__(f"http://127.0.0.1:{self.port}", database)
        self.websocket_url = f"ws://127.0.0.1:{self.websocket_port}/websocket"
        self.sessions = sessions
        self.data = folder / name
        self.data.mkdir()
        # what a network file system is between two machines
        (self.data / "filestore").symlink_to(suite.CACHE / "data/filestore")
        self.starts = count(1)
        self.logs = []

    def start(self):
        """Start it, without waiting for it."""
        log = RUN_FOLDER / f"server-{self.database}-{self.name}-{next(self.starts)}.log"
        self.logs.append(log)
        os.environ["SESSION_DB_URI"] = self.sessions
        try:
            self.process = suite.start_odoo(
                log,
                f"--database={self.database}",
                f"--db-filter=^{self.database}$",
                f"--data-dir={self.data}",
                f"--db_app_name={self.name}",
                f"--http-port={self.port}",
                f"--gevent-port={self.websocket_port}",
                "--workers=2",
                "--max-cron-threads=1",
                "--proxy-mode",
                f"{suite.TEST_LOAD},session_db",
            )
        finally:
            del os.environ["SESSION_DB_URI"]

    def wait(self):
        """Wait until it answers, also its process for websockets."""
        for url in (
            f"{self.url}/web/login",
            f"http://127.0.0.1:{self.websocket_port}/websocket/health",
        ):
            assert suite.wait_for_http(url, self.process), self.logs[-1]

    def kill(self):
        """Switch the machine off: none of its processes can finish anything."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)

    def stop(self):
        if self.process:
            with suppress(ProcessLookupError):
                suite.stop(self.process)

    def read_log(self):
        return "".join(log.read_text(errors="replace") for log in self.logs)


class Person:
    """A person's browser, without scripts. Its cookies do not depend on the port."""

    def __init__(self, url, login):
        self.session = requests.Session()
        self.session.trust_env = False
        page = self.get(f"{url}/web/login").text
        answer = self.post(
            f"{url}/web/login",
            {
                **get_hidden(page, "login"),
                "login": login,
                "password": f"{login}-demo",
            },
        )
        assert not answer.url.endswith("/web/login"), f"{login} cannot sign in"

    def get(self, address):
        return self.session.get(address, timeout=120)

    def post(self, address, form, **options):
        return self.session.post(address, form, timeout=120, **options)

    def call(self, address, **params):
        """Call a JSON-RPC route and return its result."""
        message = {"jsonrpc": "2.0", "params": params}
        answer = self.session.post(address, json=message, timeout=120).json()
        assert "error" not in answer, answer["error"]["data"]["debug"]
        return answer["result"]

    def open_form(self, url):
        """Return the hidden values of the form for a new report."""
        return get_hidden(self.get(f"{url}/new/ticket").text, "/helpdesk/report")


class Listener:
    """The open websocket of a person. As a browser, it opens another when it ends."""

    def __init__(self, url, person, origin):
        self.url = url
        self.cookie = f"session_id={person.session.cookies['session_id']}"
        self.origin = origin
        self.connections = 0
        self.connect()

    def connect(self):
        self.socket = websocket.create_connection(
            self.url,
            timeout=60,
            origin=self.origin,
            cookie=self.cookie,
            http_no_proxy=["*"],
        )
        self.connections += 1
        self.socket.send(json.dumps(SUBSCRIBE))

    def expect(self, text):
        """Wait for a notification with this text."""
        while True:
            try:
                if text in self.socket.recv():
                    return
            except (websocket.WebSocketConnectionClosedException, ConnectionError):
                self.connect()

    def close(self):
        self.socket.close()
