"""Helpers that several test files share."""

import json
import time


def wait_until(check, failure, seconds=30):
    """Call ``check`` until it returns something true, and return that.

    :param str failure: the message of the AssertionError after so many seconds
    """
    deadline = time.monotonic() + seconds
    while not (result := check()):
        assert time.monotonic() < deadline, failure
        # only the pause between two checks: nothing relies on its length
        time.sleep(0.1)
    return result


def read_facts(output):
    """The JSON that a script in Odoo's shell printed on a line beginning with FACTS."""
    [line] = [line for line in output.splitlines() if line.startswith("FACTS")]
    return json.loads(line.removeprefix("FACTS"))


def send_login(page, login, password):
    """Fill in and send the login form that is on the page."""
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.click("form.oe_login_form button[type=submit]")
