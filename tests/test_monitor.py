"""The monitoring of a real server: its log as JSON, an answer without a database."""

import json
import urllib.error
import urllib.request

import suite
from common import wait_until

TOKEN = "monitor-token-of-this-test"
SET_UP = f"""
env["ir.config_parameter"].set_param("school_helpdesk_monitor.token", "{TOKEN}")
env["ir.cron"].search([]).nextcall = "2099-01-01"
env.cr.commit()
"""
#: Log lines before Odoo loads the addons of the server: version, folders, database.
EARLY_LINES = 10


def read(server, path):
    """Return the status and the text of a page, as the monitoring gets it."""
    request = urllib.request.Request(
        server.url + path, headers={"Authorization": f"Bearer {TOKEN}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def allow_connections(database, allowed):
    """Let the database accept connections, or refuse all and end the present ones."""
    suite.execute(
        "postgres",
        f'ALTER DATABASE "{database}" WITH ALLOW_CONNECTIONS {allowed}',
    )
    if not allowed:
        suite.execute(
            "postgres",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            database,
        )


def test_a_monitored_server(make_database, start_server, run_shell, monkeypatch):
    database = make_database(demo=False)
    run_shell(database, SET_UP)
    monkeypatch.setenv("SCHOOL_HELPDESK_LOG_FORMAT", "json")
    server = start_server(database, f"{suite.TEST_LOAD},school_helpdesk_monitor")
    status, text = read(server, "/helpdesk/health")
    assert (status, json.loads(text)["ok"]) == (200, True)
    status, text = read(server, "/helpdesk/metrics")
    assert status == 200 and "school_helpdesk_ok 1\n" in text

    allow_connections(database, False)
    try:
        for path in "/helpdesk/health", "/helpdesk/metrics":
            status, text = read(server, path)
            assert (status, json.loads(text)) == (503, {"ok": False, "database": False})
    finally:
        allow_connections(database, True)
    wait_until(
        lambda: read(server, "/helpdesk/health")[0] == 200,
        "the server does not find the database again",
    )
    server.stop()

    lines = server.log.read_text().splitlines()
    early = next(number for number, line in enumerate(lines) if line.startswith("{"))
    assert early <= EARLY_LINES
    parsed = [json.loads(line) for line in lines[early:]]
    assert {"time", "level", "logger", "message", "pid"} <= set(parsed[0])
    [request] = [line for line in parsed if '/metrics HTTP/1.1" 200' in line["message"]]
    assert request["database"] == database
    assert len(request["performance"].split()) == 3
    assert request["pid"] == server.process.pid
    assert TOKEN not in server.log.read_text()
