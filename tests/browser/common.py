"""Helpers that several stories share."""

import base64

#: A projector of the demo school for each screen: no two stories use the same one.
PROJECTORS = {"phone": "PRJ-0004", "tablet": "PRJ-0005", "desktop": "PRJ-0006"}
#: A PNG picture of one pixel.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/q842iQAA"
    "AABJRU5ErkJggg=="
)


#: Waits until the service worker controls the page. ``wait_for_function`` cannot wait,
#: because the content security policy of the pages forbids its repeated checks.
CONTROLLED = """new Promise((done) => {
    const workers = navigator.serviceWorker;
    if (workers.controller) {
        done(true);
    }
    workers.addEventListener("controllerchange", () => done(true));
})"""


def get_scan_url(server, code):
    """The address on the label of the device with this asset code."""
    [device] = server.rpc("admin", "admin")(
        "asset.asset", "search_read", [("asset_code", "=", code)], ["qr_token"]
    )
    return f"{server.url}/helpdesk/scan/{device['qr_token']}"


def fits_screen(page):
    """Whether the page needs no horizontal scrolling."""
    width = page.evaluate("document.documentElement.scrollWidth")
    return width <= page.viewport_size["width"]
