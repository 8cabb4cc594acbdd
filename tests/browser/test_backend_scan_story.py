"""A technician scans printed labels inside Odoo with a camera and the real decoder.

Chromium's camera shows a file: the label as it is printed. The stories run in the size
of a desktop and of a phone. The same dialog works without a camera, and with a scanner
that types like a keyboard.
"""

import base64
import io
import re

import conftest
import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import expect

TICKETS = "/odoo/helpdesk-tickets"
NEW_TICKET = "/odoo/helpdesk-tickets/new"
ASSETS = "/odoo/action-school_asset_management.action_asset_asset"
PICTURE = (640, 480)
#: Hides the page, as a browser does when somebody switches the phone off.
HIDE = """
    Object.defineProperty(document, "visibilityState", {value: "hidden"});
    document.dispatchEvent(new Event("visibilitychange"));
"""
#: Waits until the page has nothing to do.
IDLE = "() => new Promise((done) => requestIdleCallback(done))"
#: Closes the page, as far as its scripts can see.
UNLOAD = "window.dispatchEvent(new Event('beforeunload', {cancelable: true}));"


def frame_with(image, width):
    """A camera picture of a table top, with an image of this width on it."""
    frame = Image.new("RGB", PICTURE, "#b5a48b")
    if image:
        height = image.height * width // image.width
        shown = image.resize((width, height))
        frame.paste(shown, ((640 - width) // 2, (480 - height) // 2))
    picture = io.BytesIO()
    frame.save(picture, "JPEG", quality=92)
    return picture.getvalue()


@pytest.fixture(scope="module")
def camera(launch_browser, tmp_path_factory):
    """A browser with a camera; ``camera.show(image)`` sets what the camera sees."""
    film = tmp_path_factory.mktemp("camera") / "film.mjpeg"

    def show(image=None):
        # at several distances, as if held by a hand: no decoder reads every frame
        frames = [frame_with(image, width) for width in range(420, 601, 20)]
        film.write_bytes(b"".join(frames))

    show()
    browser = launch_browser(
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
    browser.show = show
    yield browser
    browser.close()


@pytest.fixture(autouse=True)
def longer_timeout():
    """On a busy machine it takes long to decode the film of the camera."""
    expect.set_options(timeout=120000)
    yield
    expect.set_options(timeout=30000)


@pytest.fixture(params=["desktop", "phone"])
def screen(request, camera):
    context = camera.new_context(
        **conftest.SCREENS[request.param], locale="en-US", permissions=["camera"]
    )
    context.set_default_timeout(60000)
    yield context
    context.close()


def find_device(admin, with_tickets):
    """The first device of the demo school with (or without) open tickets."""
    for device in admin(
        "asset.asset",
        "search_read",
        [],
        ["asset_code", "qr_token", "open_ticket_count", "status"],
        order="asset_code",
    ):
        if bool(device["open_ticket_count"]) == with_tickets:
            return device
    raise LookupError


def print_label(admin, device):
    """The label of a device as an image, in the layout for a roll printer."""
    wizard = admin(
        "asset.label.print",
        "create",
        {"asset_ids": [(6, 0, [device["id"]])], "layout": "roll_50x30"},
    )
    admin("asset.label.print", "action_print", [wizard])
    [sheet] = admin("asset.label.print", "read", [wizard], ["pdf"])
    document = pypdfium2.PdfDocument(base64.b64decode(sheet["pdf"]))
    return document[0].render(scale=4).to_pil()


def open_scanner(page):
    page.get_by_role("button", name="Scan").click()
    return page.locator(".o_scan_label")


def count_tickets(admin, device):
    domain = [("asset_link_ids.asset_id", "=", device["id"])]
    return admin("helpdesk.ticket", "search_count", domain)


def leave(page, is_changed=False):
    """Hide the page, then close it; return how many requests to save it has sent.

    :param bool is_changed: whether the user has changed the new ticket. Then hiding the
        page saves it, and the function waits for the address of the saved ticket.
    """
    saves = []

    def note(request):
        if request.url.endswith("/web_save"):
            saves.append(request)

    page.on("request", note)
    page.evaluate(f"() => {{ {HIDE} }}")
    if is_changed:
        page.wait_for_url(re.compile(r"/\d+$"))
    page.evaluate(IDLE)
    page.evaluate(f"() => {{ {UNLOAD} }}")
    # once the page is idle again, it has sent every request the event leads to
    page.evaluate(IDLE)
    page.remove_listener("request", note)
    return len(saves)


def test_a_device_without_open_tickets_gets_a_new_one(
    demo_server, admin, camera, screen, sign_in
):
    device = find_device(admin, with_tickets=False)
    before = count_tickets(admin, device)
    camera.show(print_label(admin, device))
    page = sign_in(screen, demo_server, "technician", "technician-demo")
    page.goto(f"{demo_server.url}{TICKETS}")
    open_scanner(page)
    chosen = page.locator(".modal [name=asset_id] input")
    expect(chosen).to_have_value(device["asset_code"])
    # leaving an unchanged form creates no ticket
    assert leave(page) == 0
    assert count_tickets(admin, device) == before
    page.locator(".modal .o_form_button_save:visible").click()
    expect(page.locator(".modal")).to_have_count(0)
    assert count_tickets(admin, device) == before + 1


def test_a_device_with_tickets_shows_them(demo_server, admin, camera, screen, sign_in):
    device = find_device(admin, with_tickets=True)
    camera.show(print_label(admin, device))
    page = sign_in(screen, demo_server, "technician", "technician-demo")
    page.goto(f"{demo_server.url}{TICKETS}")
    open_scanner(page)
    title = f"Tickets of {device['asset_code']}"
    expect(page.get_by_text(title).first).to_be_visible()
    rows = page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)")
    expect(rows).to_have_count(device["open_ticket_count"])
    page.get_by_role("button", name="New", exact=True).click()
    expect(page.locator("[name=asset_id] input")).to_have_value(device["asset_code"])
    before = count_tickets(admin, device)
    assert leave(page) == 0
    assert count_tickets(admin, device) == before
    # a typed text is saved, even while the cursor is still in the field
    title = page.locator("[name=name] input, [name=name] textarea").first
    title.press_sequentially(" and it hums")
    assert leave(page, is_changed=True) == 1
    assert count_tickets(admin, device) == before + 1


def test_a_new_ticket_takes_the_scanned_device(
    demo_server, admin, camera, screen, sign_in
):
    device = find_device(admin, with_tickets=False)
    camera.show(print_label(admin, device))
    page = sign_in(screen, demo_server, "technician", "technician-demo")
    page.goto(f"{demo_server.url}{NEW_TICKET}")
    open_scanner(page)
    expect(page.locator("[name=asset_id] input")).to_have_value(device["asset_code"])
    expect(page.locator("[name=name] input, [name=name] textarea").first).to_have_value(
        re.compile(device["asset_code"])
    )


def test_an_invalid_label_shows_a_message_and_the_next_one_is_read(
    demo_server, admin, camera, screen, sign_in
):
    device = find_device(admin, with_tickets=False)
    [archived] = admin("asset.asset", "copy", [device["id"]], {"asset_code": "GONE-1"})
    camera.show(print_label(admin, {"id": archived}))
    admin("asset.asset", "write", [archived], {"active": False})
    page = sign_in(screen, demo_server, "technician", "technician-demo")
    page.goto(f"{demo_server.url}{NEW_TICKET}")
    scanner = open_scanner(page)
    expect(scanner.get_by_role("alert")).to_contain_text("label is not valid")
    page.keyboard.type(f"https://it.school.example/helpdesk/scan/{device['qr_token']}")
    page.keyboard.press("Enter")
    expect(page.locator("[name=asset_id] input")).to_have_value(device["asset_code"])
    expect(scanner).to_be_hidden()


def test_without_a_camera_the_address_is_typed(demo_server, admin, desktop, sign_in):
    device = find_device(admin, with_tickets=False)
    page = sign_in(desktop, demo_server, "manager", "manager-demo")
    page.goto(f"{demo_server.url}{ASSETS}")
    scanner = open_scanner(page)
    expect(scanner.get_by_text("Could not start scanning")).to_be_visible()
    scanner.get_by_role("textbox").fill(f"/helpdesk/scan/{device['qr_token']}")
    scanner.get_by_role("button", name="Find").click()
    expect(page.locator(".o_last_breadcrumb_item")).to_contain_text(
        device["asset_code"]
    )
