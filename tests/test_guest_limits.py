"""Guests report at the same moment; several workers share one rate limit."""

import re
import threading
from collections import Counter
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
import suite

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
    server = start_server(database, "--workers=3", f"--gevent-port={suite.free_port()}")
    return database, f"{server.url}/helpdesk/scan/{token}/guest"


def open_form(url):
    """A visitor's browser with the form, and the form's values without the mail."""
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    page = opener.open(url).read().decode()
    hidden = re.findall(r'type="hidden"\s+name="(\w+)"\s+value="([^"]+)"', page)
    return opener, {**dict(hidden), "category": "other", "name": "Gus"}


def send_together(url, forms):
    """Send forms at the same moment; how many answers have which status."""
    barrier = threading.Barrier(len(forms))
    statuses = []

    def send(opener, form):
        barrier.wait(60)
        try:
            statuses.append(opener.open(url, urlencode(form).encode()).status)
        except HTTPError as error:
            statuses.append(error.code)

    threads = [threading.Thread(target=send, args=form) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return Counter(statuses)


def count(database, table):
    [[number]] = suite.execute(database, f"SELECT count(*) FROM {table}")
    return number


def test_the_same_form_is_kept_once(desk):
    database, url = desk
    opener, form = open_form(url)
    form["email"] = "twice@school.example"
    assert send_together(url, [(opener, form)] * 4) == {200: 4}
    assert count(database, "helpdesk_guest_report") == 1
    assert count(database, "mail_mail") == 1


def test_workers_share_the_limit(desk):
    database, url = desk
    forms = []
    for number in range(GUESTS):
        opener, form = open_form(url)
        forms.append((opener, {**form, "email": f"guest{number}@school.example"}))
    # the test before this one has used one report of the limit
    assert send_together(url, forms) == {200: LIMIT - 1, 429: GUESTS - LIMIT + 1}
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
    assert send_together(link, [open_form(link) for _visitor in range(4)]) == {200: 4}
    assert count(database, "helpdesk_ticket") == tickets + 1
    assert count(database, "res_partner") == partners + 1
