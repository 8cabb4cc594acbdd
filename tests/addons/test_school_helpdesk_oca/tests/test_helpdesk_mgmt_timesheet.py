"""The suite of helpdesk_mgmt_timesheet, with ours installed and 18.0's spellings put right."""

from .suites import test_classes_18

globals().update(test_classes_18("helpdesk_mgmt_timesheet", __name__))
