"""The tests of helpdesk_type, with our addons installed."""

from .suites import test_classes

globals().update(test_classes("helpdesk_type", __name__))
