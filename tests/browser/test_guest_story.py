"""A guest scans a label, fills in a form, gets a mail and confirms the report."""

import re
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from .common import get_scan_url
from .mailbox import Mailbox

#: A projector of the demo school.
DEVICE = "PRJ-0003"
DOMAIN = "school.example"


@pytest.fixture
def guest(screen_name):
    """A guest's mail address, a different one for each screen."""
    return f"gus.{screen_name}@{DOMAIN}"


@pytest.fixture(scope="module")
def scan_url(demo_server):
    return get_scan_url(demo_server, DEVICE)


@pytest.fixture(scope="module")
def mailbox(admin):
    mailbox = Mailbox()
    admin(
        "ir.mail_server",
        "create",
        {
            "name": "Tests",
            "smtp_host": "127.0.0.1",
            "smtp_port": mailbox.port,
            "smtp_encryption": "none",
        },
    )
    yield mailbox
    mailbox.shutdown()


def send_queued_mail(admin):
    """Run the scheduled actions that send mails; the form has triggered them."""
    for module, name in (
        ("school_helpdesk_base", "ir_cron_notify"),
        ("mail", "ir_cron_mail_scheduler_action"),
    ):
        [cron] = admin(
            "ir.model.data",
            "search_read",
            [("module", "=", module), ("name", "=", name)],
            ["res_id"],
        )
        admin("ir.cron", "method_direct_trigger", [cron["res_id"]])


def guest_tickets(admin, guest):
    return admin(
        "helpdesk.ticket",
        "search_read",
        [("partner_email", "=", guest)],
        ["number", "name", "channel_id", "partner_name", "asset_code"],
    )


def test_off_by_default(scan_url, phone):
    page = phone.new_page()
    page.goto(scan_url)
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    expect(page.get_by_role("link", name="Report without an account")).to_have_count(0)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{scan_url}/guest")
    assert refused.value.code == 404


def test_a_guest_reports(demo_server, scan_url, each_screen, admin, mailbox, guest):
    admin(
        "res.company",
        "write",
        [1],
        {"helpdesk_guest_reports": True, "helpdesk_guest_domains": DOMAIN},
    )
    page = each_screen.new_page()
    page.goto(scan_url)
    page.get_by_role("link", name="Report without an account").click()
    page.get_by_text("No picture", exact=True).click()
    page.get_by_label("In your words").fill("It hums")
    page.get_by_label("Your name").fill("Gus Guest")
    page.get_by_label("Your e-mail at the school").fill("gus@elsewhere.example")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text(f"@{DOMAIN}")
    # the guest does not have to type anything again
    expect(page.get_by_label("In your words")).to_have_value("It hums")
    page.get_by_label("Your e-mail at the school").fill(guest)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")

    send_queued_mail(admin)
    [mail] = mailbox.wait_for(guest)
    assert mail["To"] == guest
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_body(("html",)).get_content()
    assert "Gus" not in text and "hums" not in text
    [path] = re.findall(r"/helpdesk/guest/[\w-]+", text)
    assert not guest_tickets(admin, guest)

    page.goto(demo_server.url + path)
    expect(page.get_by_text("It hums")).to_be_visible()
    assert not guest_tickets(admin, guest)
    send_queued_mail(admin)
    assert len(mailbox.to(guest)) == 1
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")

    [ticket] = guest_tickets(admin, guest)
    expect(page.get_by_text(ticket["number"])).to_be_visible()
    assert ticket["channel_id"][1] == "QR Code"
    assert ticket["asset_code"] == DEVICE
    assert ticket["partner_name"] == "Gus Guest"
    send_queued_mail(admin)
    receipt = mailbox.wait_for(guest, count=2)[1]
    assert ticket["number"] in receipt["Subject"]

    # the link in the mail, opened again, leads to the same ticket
    page.goto(demo_server.url + path)
    expect(page.get_by_text(ticket["number"])).to_be_visible()
    assert len(guest_tickets(admin, guest)) == 1


def test_guest_pages_load_no_script_and_no_other_site(scan_url, phone):
    page = phone.new_page()
    requested = []
    page.on("request", lambda request: requested.append(request))
    page.goto(f"{scan_url}/guest")
    assert {request.resource_type for request in requested} <= {
        "document",
        "stylesheet",
        "image",
        "other",
    }
    # the only picture is the school's logo
    pictures = [one.url for one in requested if one.resource_type == "image"]
    assert all("/helpdesk/logo/" in url for url in pictures)
    own = scan_url.partition("/helpdesk")[0]
    assert all(request.url.startswith(own) for request in requested)
    # the honeypot, a field for programs, is not visible
    expect(page.locator("#topic")).not_to_be_in_viewport()
