"""The tests of helpdesk_mgmt_merge, with our addons installed."""

from .suites import test_classes

globals().update(test_classes("helpdesk_mgmt_merge", __name__))
