"""The tests of helpdesk_mgmt, with our addons installed."""

from .suites import test_classes

globals().update(test_classes("helpdesk_mgmt", __name__))
