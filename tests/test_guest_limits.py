"""Guests report at the same moment; several workers share one rate limit."""

import re

import pytest
import suite
from guest_forms import open_form, send_together
from ports import free_port

GUESTS = 10
LIMIT = 3

PREPARE = f"""
env.company.write({{
    "helpdesk_guest_reports": True,
    "helpdesk_guest_domains": "school.example",
    "helpdesk_guest_device_limit": {LIMIT},
}})
asset = env["asset.asset"].create({{
    "asset_code": "ONE-1",
    "name": "Projector",
    "category_id": env["asset.category"].create({{"name": "Projectors"}}).id,
}})
env.cr.commit()
print("TOKEN", asset.qr_token)
"""


@pytest.fixture(scope="module")
def desk(make_database, run_shell, start_server):
    database = make_database(demo=False)
    token = re.search(r"TOKEN (\S+)", run_shell(database, PREPARE)).group(1)
    server = start_server(database, "--workers=3", f"--gevent-port={free_port()}")
    return database, f"{server.url}/helpdesk/scan/{token}/guest"


def count(database, table):
    [[number]] = suite.execute(database, f"SELECT count(*) FROM {table}")
    return number


def test_the_same_form_is_kept_once(desk):
    database, url = desk
    form = open_form(url, email="twice@school.example")
    assert send_together([form] * 4) == {200: 4}
    assert count(database, "helpdesk_guest_report") == 1
    assert count(database, "mail_mail") == 1


def test_workers_share_the_limit(desk):
    database, url = desk
    forms = [
        open_form(url, email=f"guest{number}@school.example")
        for number in range(GUESTS)
    ]
    # the test before this one has used one report of the limit
    assert send_together(forms) == {200: LIMIT - 1, 429: GUESTS - LIMIT + 1}
    assert count(database, "helpdesk_guest_report") == LIMIT
    assert count(database, "mail_mail") == LIMIT


def test_confirming_at_the_same_moment_creates_one_ticket(desk):
    database, url = desk
    [[body]] = suite.execute(
        database, "SELECT body_html FROM mail_mail ORDER BY id LIMIT 1"
    )
    link = re.search(r"/helpdesk/guest/[\w-]+", body).group()
    link = url.partition("/helpdesk/")[0] + link
    tickets = count(database, "helpdesk_ticket")
    partners = count(database, "res_partner")
    assert send_together([open_form(link) for _visitor in range(4)]) == {200: 4}
    assert count(database, "helpdesk_ticket") == tickets + 1
    assert count(database, "res_partner") == partners + 1
