"""The suite of helpdesk_mgmt, with ours installed."""

from .suites import test_classes

globals().update(test_classes("helpdesk_mgmt", __name__))
