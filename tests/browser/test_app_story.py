"""The help desk as an app: Chromium can install it, and it works without a connection.

A page then says that there is no connection, in the reader's language, until the
network is back.
"""

import json
import socket
from contextlib import suppress
from threading import Thread
from urllib.parse import urlsplit

import pytest
from common import wait_until
from conftest import Server
from playwright.sync_api import expect

from .common import CONTROLLED

TRY_AGAIN = {"en_US": "Try again", "th_TH": "ลองอีกครั้ง"}


class Wire:
    """The network between the phone and the server, which can be cut and restored.

    DevTools can take a page offline, but not the service worker of the page.
    """

    def __init__(self, url):
        address = urlsplit(url)
        self.server = (address.hostname, address.port)
        self.port = 0
        self.ends = set()
        self.restore()
        self.url = f"http://127.0.0.1:{self.port}"

    def restore(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        Thread(target=self._accept, args=[self.listener], daemon=True).start()

    def cut(self):
        for end in [self.listener, *self.ends]:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.ends.clear()

    def _accept(self, listener):
        with suppress(OSError):
            while True:
                phone, _ = listener.accept()
                server = socket.create_connection(self.server)
                self.ends |= {phone, server}
                for source, target in ((phone, server), (server, phone)):
                    Thread(target=self._carry, args=[source, target]).start()

    def _carry(self, source, target):
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def wire(demo_server):
    wire = Wire(demo_server.url)
    yield wire
    wire.cut()


@pytest.fixture
def page(wire, phone, sign_in):
    return open_tickets(wire, phone, sign_in)


def open_tickets(wire, context, sign_in):
    """The list of tickets of a teacher, controlled by the service worker."""
    page = sign_in(context, Server(wire.url), "teacher2", "teacher2-demo")
    page.goto(f"{wire.url}/my/tickets")
    page.evaluate("navigator.serviceWorker.ready")
    page.evaluate(CONTROLLED)
    return page


def test_chromium_can_install_the_app(page):
    devtools = page.context.new_cdp_session(page)
    devtools.send("Page.enable")
    answer = devtools.send("Page.getInstallabilityErrors")
    errors = [error["errorId"] for error in answer["installabilityErrors"]]
    # Chromium treats the context of a test as a private window, which installs nothing
    assert [error for error in errors if error != "in-incognito"] == []
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/helpdesk/manifest.webmanifest")
    icons = json.loads(manifest["data"])["icons"]
    for purpose in ("any", "maskable"):
        sizes = {icon["sizes"] for icon in icons if icon["purpose"] == purpose}
        assert {"192x192", "512x512"} <= sizes


@pytest.mark.parametrize("path", ["/my/tickets", "/my"])
def test_a_page_without_a_connection(wire, page, path):
    wire.cut()
    page.goto(wire.url + path)
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    expect(page.get_by_text("kept on this phone")).to_have_count(0)
    page.get_by_role("link", name=TRY_AGAIN["en_US"]).tap()
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    wire.restore()
    page.get_by_role("link", name=TRY_AGAIN["en_US"]).tap()
    expect(page.get_by_role("heading", name="No connection")).to_have_count(0)
    expect(page.get_by_role("navigation").first).to_be_visible()


def test_in_the_readers_language(admin, wire, page):
    """The page without a connection is in the reader's language.

    Its address redirects to an address with the language. Browsers refuse to show a
    redirected answer for another page, so the service worker copies the answer.
    """
    [thai] = admin(
        "res.lang",
        "search",
        [("code", "=", "th_TH")],
        context={"active_test": False},
    )
    wizard = admin("base.language.install", "create", {"lang_ids": [(6, 0, [thai])]})
    admin("base.language.install", "lang_install", [wizard])
    websites = admin("website", "search", [])
    admin("website", "write", websites, {"language_ids": [(4, thai)]})
    page.goto(f"{wire.url}/th/my/tickets")
    expect(page.locator("html")).to_have_attribute("lang", "th-TH")
    # the service worker stores the page in the background
    cached = "caches.match('/th/helpdesk/offline').then(Boolean)"
    wait_until(lambda: page.evaluate(cached), "the page is not stored")
    wire.cut()
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "th-TH")
    expect(page.get_by_role("link", name=TRY_AGAIN["th_TH"])).to_be_visible()
    wire.restore()
    page.get_by_role("link", name=TRY_AGAIN["th_TH"]).tap()
    expect(page).to_have_url(f"{wire.url}/th/my/tickets")


def test_the_scan_page_keeps_the_typed_text(admin, wire, each_screen, sign_in):
    page = open_tickets(wire, each_screen, sign_in)
    [device] = admin(
        "asset.asset", "search_read", [], ["qr_token"], order="asset_code", limit=1
    )
    page.goto(f"{wire.url}/helpdesk/scan/{device['qr_token']}")
    page.get_by_text("Something else", exact=True).click()
    _type_without_a_connection(wire, page, "In your words")


def test_the_report_form_keeps_the_typed_text(wire, page):
    page.goto(f"{wire.url}/new/ticket")
    _type_without_a_connection(wire, page, "What happened, in a few words")


def test_the_comment_form_keeps_the_typed_text(wire, page):
    page.goto(f"{wire.url}/my/tickets")
    page.locator("a[href*='/my/ticket/']").first.tap()
    _type_without_a_connection(wire, page, "Add a comment")


def _type_without_a_connection(wire, page, label):
    field = page.get_by_label(label)
    field.fill("It hums")
    wire.cut()
    page.reload()
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    expect(page.get_by_text("kept on this phone")).to_be_visible()
    wire.restore()
    page.get_by_role("link", name=TRY_AGAIN["en_US"]).click()
    expect(field).to_have_value("It hums")
