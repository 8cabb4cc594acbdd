"""A notification's whole way, but for the browser maker's service: that one is ours.

The server encrypts and signs it, a push service on this machine takes it, the browser's
keys open it, and Chromium's worker gets what was in it, through the DevTools protocol,
as it gets it from its maker's service.
"""

import importlib.util
import json
from urllib.parse import urlsplit

import pytest
import suite
from playwright.sync_api import expect

HOSTS = "school_helpdesk_push.hosts"
PORTAL_SCOPE = "/"
ODOO_SCOPE = "/odoo"
#: What is shown by the worker of a scope, seen from any page.
SHOWN = """async (scope) => {
    const registration = (await navigator.serviceWorker.getRegistrations()).find(
        (candidate) => new URL(candidate.scope).pathname === scope
    );
    return (await registration.getNotifications()).map(
        ({title, body, tag, data}) => ({title, body, tag, data})
    );
}"""
#: A click, and the address it asks for: without a hand, Chromium opens no window.
CLICK = """async () => {
    const opened = [];
    self.clients.openWindow = async (path) => opened.push(path);
    for (const notification of await self.registration.getNotifications()) {
        self.dispatchEvent(new NotificationEvent("notificationclick", {notification}));
    }
    await new Promise((done) => setTimeout(done, 500));
    return [opened, (await self.registration.getNotifications()).length];
}"""
#: The browser's part that takes its maker's service: a subscription, kept by the phone.
PUSH_MANAGER = """
    const kept = () => {
        const text = localStorage.getItem("subscription");
        return text && {
            ...JSON.parse(text),
            toJSON: () => JSON.parse(text),
            unsubscribe: async () => localStorage.removeItem("subscription"),
        };
    };
    PushManager.prototype.getSubscription = async () => kept();
    PushManager.prototype.subscribe = async (options) => {
        if (kept()) {
            throw new DOMException("There is one already", "InvalidStateError");
        }
        localStorage.setItem("subscription", JSON.stringify(%s));
        return kept();
    };
"""


@pytest.fixture(scope="module")
def push():
    """The addon's push service and browser keys."""
    path = suite.ROOT / "school_helpdesk_push" / "tests" / "push_service.py"
    spec = importlib.util.spec_from_file_location("push_service", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def service(push, demo_server):
    with push.PushService() as service:
        demo_server.rpc("admin", "admin")(
            "ir.config_parameter", "set_param", HOSTS, service.host
        )
        yield service


class Workers:
    """The workers of a page's site, through the DevTools protocol."""

    def __init__(self, page):
        address = urlsplit(page.url)
        self.origin = f"{address.scheme}://{address.netloc}"
        self.page = page
        self.ids = {}
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.on("ServiceWorker.workerRegistrationUpdated", self._note)
        self.devtools.send("ServiceWorker.enable")

    def _note(self, event):
        for registration in event["registrations"]:
            scope = urlsplit(registration["scopeURL"]).path
            self.ids[scope] = registration["registrationId"]

    def deliver(self, scope, notification):
        """Deliver a push to the worker of this scope; all it shows, once it does."""
        body = notification["options"]["body"]
        self.page.evaluate("navigator.serviceWorker.ready")
        while scope not in self.ids:
            self.page.wait_for_timeout(100)
        self.devtools.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": self.origin,
                "registrationId": self.ids[scope],
                "data": json.dumps(notification),
            },
        )
        for _ in range(50):
            shown = self.page.evaluate(SHOWN, scope)
            if body in [one["body"] for one in shown]:
                break
            self.page.wait_for_timeout(100)
        return shown


def get_worker(context, path):
    [worker] = [w for w in context.service_workers if urlsplit(w.url).path == path]
    return worker


def switch_of(page):
    return page.get_by_role("button", name="Notify me on this device")


def answer(server, ticket, body):
    server.rpc("technician", "technician-demo")(
        "helpdesk.ticket",
        "message_post",
        [ticket["id"]],
        body=body,
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
        partner_ids=[ticket["partner_id"][0]],
    )


def test_an_answer_comes_to_the_phone(demo_server, service, push, phone, sign_in):
    admin = demo_server.rpc("admin", "admin")
    key = admin("mail.push.device", "get_web_push_vapid_public_key")
    browser = push.Browser(service, "phone", key)
    phone.grant_permissions(["notifications"], origin=demo_server.url)
    phone.add_init_script(PUSH_MANAGER % json.dumps(browser.subscription))
    page = sign_in(phone, demo_server, "teacher", "teacher-demo")
    page.goto(f"{demo_server.url}/my/tickets")
    switch_of(page).tap()
    expect(page.get_by_text("You will be notified on this device.")).to_be_visible()
    page.reload()
    expect(switch_of(page)).to_have_attribute("aria-pressed", "true")

    [ticket] = admin(
        "helpdesk.ticket",
        "search_read",
        [
            ("status_category", "=", "open"),
            ("partner_id.user_ids.login", "=", "teacher"),
        ],
        ["name", "number", "partner_id"],
        limit=1,
    )
    answer(demo_server, ticket, "A new lamp is on its way.")
    [delivered] = browser.read()

    workers = Workers(page)
    [shown] = workers.deliver(PORTAL_SCOPE, delivered)
    assert ticket["name"] in shown["title"]
    assert "A new lamp is on its way." in shown["body"]

    # the next word on the ticket takes the first one's place
    delivered["options"]["body"] = "It is here."
    [shown] = workers.deliver(PORTAL_SCOPE, delivered)
    assert shown["body"] == "It is here."

    worker = get_worker(phone, "/helpdesk/service-worker.js")
    opened, left = worker.evaluate(CLICK)
    assert opened == [f"/my/ticket/{ticket['id']}"]
    assert left == 0
    page.goto(demo_server.url + opened[0])
    expect(page.get_by_role("heading", level=1)).to_contain_text(ticket["name"])

    # the next one on this phone hears nothing of it, and can have his own
    page.get_by_role("link", name="Sign out").tap()
    page.wait_for_url(lambda url: "/my/" not in url)
    answer(demo_server, ticket, "Done.")
    assert browser.read() == []
    page = sign_in(phone, demo_server, "student", "student-demo")
    page.goto(f"{demo_server.url}/my/tickets")
    expect(switch_of(page)).to_have_attribute("aria-pressed", "false")
    switch_of(page).tap()
    expect(switch_of(page)).to_have_attribute("aria-pressed", "true")


def test_odoos_own_worker_stays_the_backends(demo_server, desktop, sign_in):
    desktop.grant_permissions(["notifications"], origin=demo_server.url)
    page = sign_in(desktop, demo_server, "technician", "technician-demo")
    page.goto(f"{demo_server.url}/my/tickets")
    page.evaluate("navigator.serviceWorker.ready")
    page.goto(f"{demo_server.url}/odoo/helpdesk-tickets")
    page.wait_for_function(
        "async () => (await navigator.serviceWorker.getRegistrations()).length === 2"
    )
    page.reload()
    page.wait_for_function("navigator.serviceWorker.controller")
    controlling = "navigator.serviceWorker.controller.scriptURL"
    assert urlsplit(page.evaluate(controlling)).path == "/web/service-worker.js"
    scope = "navigator.serviceWorker.getRegistration().then((found) => found.scope)"
    assert urlsplit(page.evaluate(scope)).path == ODOO_SCOPE

    workers = Workers(page)
    notification = {
        "title": "A ticket for you",
        "options": {
            "body": "No picture",
            "data": {"model": "helpdesk.ticket", "res_id": 7},
        },
    }
    [shown] = workers.deliver(ODOO_SCOPE, notification)
    assert (shown["title"], shown["body"]) == ("A ticket for you", "No picture")
    assert page.evaluate(SHOWN, PORTAL_SCOPE) == []
    opened, left = get_worker(desktop, "/web/service-worker.js").evaluate(CLICK)
    assert opened == ["/odoo/helpdesk.ticket/7"]
    assert left == 0
    # and the portal's pages are still the portal's
    page.goto(f"{demo_server.url}/my/tickets")
    assert urlsplit(page.evaluate(controlling)).path == "/helpdesk/service-worker.js"
