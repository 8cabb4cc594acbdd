"""The tests of helpdesk_mgmt_rating, with our addons installed."""

from .suites import test_classes

globals().update(test_classes("helpdesk_mgmt_rating", __name__))
