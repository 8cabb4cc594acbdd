"""The 18.0 tests of helpdesk_mgmt_timesheet, adapted to 19.0."""

from .suites import test_classes_18

globals().update(test_classes_18("helpdesk_mgmt_timesheet", __name__))
