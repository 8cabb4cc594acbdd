"""A teacher comes in by the front door of the website and leaves with a sent report.

On a phone: sign in, scan the label with the camera inside the page, tap what is wrong,
send. The next visit begins with the open ticket. A label that is not valid says what to
do. Both decoders are used: Chromium has none of its own on a desktop.
"""

import re

from common import send_login
from playwright.sync_api import expect

from .common import fits_screen
from .test_backend_scan_story import camera, find_device, longer_timeout, print_label

# fixtures of the other story with a camera
__all__ = ["camera", "longer_timeout"]


def open_context(camera, open_screen_of):
    context = camera.new_context(**open_screen_of, permissions=["camera"])
    context.set_default_timeout(60000)
    return context


def test_from_the_front_door_to_a_report(demo_server, admin, camera):
    device = find_device(admin, with_tickets=False)
    camera.show(print_label(admin, device))
    context = open_context(
        camera,
        {
            "viewport": {"width": 390, "height": 844},
            "has_touch": True,
            "is_mobile": True,
            "locale": "en-US",
        },
    )
    page = context.new_page()
    page.goto(f"{demo_server.url}/")
    assert fits_screen(page)
    page.get_by_role("link", name="Sign in to report a problem").tap()
    send_login(page, "teacher", "teacher-demo")
    page.wait_for_url("**/helpdesk")
    expect(page.get_by_role("heading", name="My open tickets")).to_be_visible()
    page.get_by_role("link", name="Scan a label").tap()
    page.wait_for_url(f"**/helpdesk/scan/{device['qr_token']}")
    page.locator(".o_helpdesk_problems label").first.tap()
    page.get_by_role("button", name="Send", exact=True).tap()
    page.wait_for_url("**/my/ticket/**")
    title = page.get_by_role("heading", level=1).text_content()
    [number] = re.findall(r"/my/ticket/(\d+)", page.url)

    # the logo leads home, where the new ticket is
    page.locator(".o_helpdesk_brand").tap()
    expect(page.locator(f"main a[href='/my/ticket/{number}']")).to_contain_text(title)
    # the menu is at the bottom, and has everything else
    menu = page.get_by_role("button", name="Menu")
    assert menu.bounding_box()["y"] > 700
    menu.tap()
    page.get_by_role("link", name="My devices").first.tap()
    page.wait_for_url("**/my/devices")
    context.close()


def test_a_code_that_is_no_label(demo_server, camera):
    """After another code the scanner continues; without a camera it shows a hint."""
    camera.show()
    context = open_context(camera, {"locale": "en-US"})
    page = context.new_page()
    page.goto(f"{demo_server.url}/helpdesk/scanner")
    expect(page.locator("video")).to_be_visible()
    assert page.url.endswith("/helpdesk/scanner")
    context.close()
    context = camera.new_context(locale="en-US")
    page = context.new_page()
    page.add_init_script("delete Navigator.prototype.mediaDevices")
    page.goto(f"{demo_server.url}/helpdesk/scanner")
    expect(page.get_by_role("status")).to_contain_text("The camera cannot be used here")
    page.get_by_role("link", name="Report without a label").click()
    page.wait_for_url("**/web/login**")
    context.close()
