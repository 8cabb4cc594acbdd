"""The tests of helpdesk_ticket_related, with our addons installed."""

from .suites import test_classes

globals().update(test_classes("helpdesk_ticket_related", __name__))
