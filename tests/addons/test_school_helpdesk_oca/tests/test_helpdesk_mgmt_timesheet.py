"""The 18.0 suite of helpdesk_mgmt_timesheet, in 19.0's spelling."""

from .suites import test_classes_18

globals().update(test_classes_18("helpdesk_mgmt_timesheet", __name__))
