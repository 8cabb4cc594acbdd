"""The tests of helpdesk_mgmt_project, with our addons installed."""

from .suites import test_classes

globals().update(test_classes("helpdesk_mgmt_project", __name__))
