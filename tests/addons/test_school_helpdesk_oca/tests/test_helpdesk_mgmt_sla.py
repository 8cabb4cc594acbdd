"""The suite of helpdesk_mgmt_sla, with ours installed."""

from .suites import test_classes

globals().update(test_classes("helpdesk_mgmt_sla", __name__))
