"""A notification is delivered from the server to the screen.

The server encrypts and signs it. A push service of the tests receives it, in place of
the service of the browser's maker. The browser's keys decrypt it. The DevTools protocol
delivers the content to Chromium's service worker, as the maker's service would do.
"""

import importlib.util
import json
from urllib.parse import urlsplit

import pytest
import suite
from common import wait_until
from playwright.sync_api import expect

HOSTS = "school_helpdesk_push.hosts"
PORTAL_SCOPE = "/"
ODOO_SCOPE = "/odoo"
#: The notifications that the service worker of a scope shows.
SHOWN = """async (scope) => {
    const registration = (await navigator.serviceWorker.getRegistrations()).find(
        (candidate) => new URL(candidate.scope).pathname === scope
    );
    return (await registration.getNotifications()).map(
        ({title, body, tag, data}) => ({title, body, tag, data})
    );
}"""
#: Click the notification and return the address that it opens. Chromium opens a window
#: only for a click of a person, so the script reads the address instead.
CLICK = """async () => {
    const opened = new Promise((done) => {
        self.clients.openWindow = async (path) => done(path);
    });
    const [notification] = await self.registration.getNotifications();
    self.dispatchEvent(new NotificationEvent("notificationclick", {notification}));
    return opened;
}"""
#: The part of the browser that needs its maker's service: it keeps a subscription here.
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


@pytest.fixture(scope="session")
def browser(launch_browser):
    """Chromium itself: its headless shell crashes when it shows a notification."""
    browser = launch_browser()
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def push():
    """The module with the push service and the browser keys of the addon's tests."""
    path = suite.ROOT / "school_helpdesk_push" / "tests" / "push_service.py"
    spec = importlib.util.spec_from_file_location("push_service", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def service(push, admin):
    with push.PushService() as service:
        admin("ir.config_parameter", "set_param", HOSTS, service.host)
        yield service


class Workers:
    """The service workers of a page's site, controlled by the DevTools protocol."""

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
        """Deliver a push message to a scope's worker; return what the worker shows."""

        def is_registered():
            # each call to the browser also processes its waiting events
            self.page.evaluate("navigator.serviceWorker.ready")
            return scope in self.ids

        wait_until(is_registered, f"no service worker for {scope}")
        self.devtools.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": self.origin,
                "registrationId": self.ids[scope],
                "data": json.dumps(notification),
            },
        )
        body = notification["options"]["body"]

        def get_shown():
            shown = self.page.evaluate(SHOWN, scope)
            return shown if body in [one["body"] for one in shown] else None

        return wait_until(get_shown, f"{body} is not shown")

    def click(self, scope, script):
        """Click the notification, which must disappear; return the address it opens.

        :param str script: the path of the service worker's script
        """
        workers = self.page.context.service_workers
        [worker] = [w for w in workers if urlsplit(w.url).path == script]
        opened = worker.evaluate(CLICK)
        wait_until(
            lambda: not self.page.evaluate(SHOWN, scope), "the notification stays"
        )
        return opened


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


def test_an_answer_is_shown_on_the_phone(
    demo_server, admin, service, push, phone, sign_in
):
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

    # a second notification about the ticket replaces the first
    delivered["options"]["body"] = "It is here."
    [shown] = workers.deliver(PORTAL_SCOPE, delivered)
    assert shown["body"] == "It is here."

    opened = workers.click(PORTAL_SCOPE, "/helpdesk/service-worker.js")
    assert opened == f"/my/ticket/{ticket['id']}"
    page.goto(demo_server.url + opened)
    expect(page.get_by_role("heading", level=1)).to_contain_text(ticket["name"])

    # the next user of this phone gets no notifications for the teacher, and can
    # switch on their own
    page.get_by_role("button", name="Menu").tap()
    page.get_by_role("link", name="Sign out").tap()
    page.wait_for_url(lambda url: "/my/" not in url)
    answer(demo_server, ticket, "Done.")
    assert browser.read() == []
    page = sign_in(phone, demo_server, "student", "student-demo")
    page.goto(f"{demo_server.url}/my/tickets")
    expect(switch_of(page)).to_have_attribute("aria-pressed", "false")
    switch_of(page).tap()
    expect(switch_of(page)).to_have_attribute("aria-pressed", "true")


def test_odoos_own_worker_controls_the_backend(demo_server, desktop, sign_in):
    desktop.grant_permissions(["notifications"], origin=demo_server.url)
    page = sign_in(desktop, demo_server, "technician", "technician-demo")
    page.goto(f"{demo_server.url}/my/tickets")
    page.evaluate("navigator.serviceWorker.ready")
    page.goto(f"{demo_server.url}/odoo/helpdesk-tickets")
    # A worker that is still being installed controls no page: the browser then takes
    # the portal's worker. wait_for_function does not wait for the promise of an
    # asynchronous function.
    active = (
        "navigator.serviceWorker.getRegistrations().then("
        "(found) => found.filter((one) => one.active?.state === 'activated').length)"
    )
    wait_until(
        lambda: page.evaluate(active) == 2, "Odoo's service worker is not active"
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
    opened = workers.click(ODOO_SCOPE, "/web/service-worker.js")
    assert opened == "/odoo/helpdesk.ticket/7"
    # the portal's own worker still controls the portal's pages
    page.goto(f"{demo_server.url}/my/tickets")
    assert urlsplit(page.evaluate(controlling)).path == "/helpdesk/service-worker.js"
