"""The suite of helpdesk_mgmt_rating, with ours installed."""

from .suites import test_classes

globals().update(test_classes("helpdesk_mgmt_rating", __name__))
