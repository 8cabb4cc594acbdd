"""The suite of helpdesk_type, with ours installed."""

from .suites import test_classes

globals().update(test_classes("helpdesk_type", __name__))
