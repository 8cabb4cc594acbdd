"""Photos from phones: large, several, in Apple's format, and sent immediately."""

import base64
import io

import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import expect

from .common import get_scan_url

#: The size of a camera's photo: 12 megapixels; with noise, it has some megabytes.
CAMERA = (4000, 3000)
#: The longer side in pixels after scaling (photo_list.esm.js), and the maximum bytes.
SENT_SIDE, SENT_BYTES = 1600, 1_000_000


@pytest.fixture(scope="module")
def jpeg():
    buffer = io.BytesIO()
    Image.effect_noise(CAMERA, 40).convert("RGB").save(buffer, "JPEG", quality=90)
    assert buffer.tell() > 3_000_000
    return {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


@pytest.fixture(scope="module")
def heic():
    buffer = io.BytesIO()
    picture = pillow_heif.from_pillow(Image.new("RGB", (1200, 900), "navy"))
    picture.save(buffer, quality=60)
    return {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": buffer.getvalue()}


def small(name):
    buffer = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(buffer, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": buffer.getvalue()}


@pytest.fixture
def page(demo_server, phone, sign_in):
    page = sign_in(phone, demo_server, "teacher", "teacher-demo")
    page.goto(get_scan_url(demo_server, "PRJ-0004"))
    return page


def get_photos(server, words):
    """The photos of the ticket with these words in its title: name to content."""
    call = server.rpc("admin", "admin")
    [ticket] = call(
        "helpdesk.ticket", "search_read", [("name", "like", words)], ["attachment_ids"]
    )
    files = call("ir.attachment", "read", ticket["attachment_ids"], ["name", "datas"])
    return {file["name"]: base64.b64decode(file["datas"]) for file in files}


def write(page, words, photos):
    page.get_by_text("Something else", exact=True).tap()
    page.get_by_label("In your words").fill(words)
    page.get_by_label("Photos").set_input_files(photos)


def send(page):
    page.get_by_role("button", name="Send", exact=True).tap()


def test_several_photos(demo_server, page, jpeg, heic):
    """Photos are added one by one and removed again; every browser can show them."""
    write(page, "The lamp is dark", [jpeg])
    page.get_by_label("Photos").set_input_files([heic])
    page.get_by_label("Photos").set_input_files([small("a.png"), small("b.png")])
    items = page.locator(".o_helpdesk_photos li")
    expect(items).to_have_count(4)
    page.get_by_role("button", name="Remove this file: a.png").tap()
    expect(items).to_have_count(3)
    send(page)
    page.wait_for_url("**/my/ticket/**")
    photos = get_photos(demo_server, "The lamp is dark")
    assert sorted(photos) == ["IMG_1.jpg", "b.png", "lamp.jpg"]
    with Image.open(io.BytesIO(photos["lamp.jpg"])) as picture:
        assert max(picture.size) == SENT_SIDE
    assert len(photos["lamp.jpg"]) < SENT_BYTES
    with Image.open(io.BytesIO(photos["IMG_1.jpg"])) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (1200, 900)


def test_sent_before_the_photo_is_scaled(demo_server, page, jpeg):
    """Send, tapped while a photo is still scaled, waits for the photo."""
    # simulate a slow phone: the test decides when the scaling ends
    page.evaluate(
        """() => {
            const scale = window.createImageBitmap.bind(window);
            const released = new Promise((done) => {
                window.releasePhoto = done;
            });
            window.createImageBitmap = (file) => released.then(() => scale(file));
        }"""
    )
    write(page, "The lamp is green", [jpeg])
    send(page)
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    expect(page.get_by_role("progressbar", name="Sending")).to_be_hidden()
    page.evaluate("window.releasePhoto()")
    page.wait_for_url("**/my/ticket/**")
    assert list(get_photos(demo_server, "The lamp is green")) == ["lamp.jpg"]


def test_the_progress_is_shown(demo_server, page, jpeg):
    """While a report is being sent, the page shows the progress and disables Send."""
    write(page, "The lamp is red", [jpeg])
    expect(page.get_by_role("img", name="lamp.jpg")).to_be_visible()
    progress = page.get_by_role("progressbar", name="Sending")
    expect(progress).to_be_hidden()
    held = []
    page.route("**/report", lambda route: held.append(route))
    send(page)
    expect(progress).to_be_visible()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    [route] = held
    route.continue_()
    page.wait_for_url("**/my/ticket/**")
    assert len(get_photos(demo_server, "The lamp is red")) == 1
