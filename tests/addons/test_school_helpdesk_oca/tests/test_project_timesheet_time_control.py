"""The 18.0 suite of project_timesheet_time_control, in 19.0's spelling."""

from .suites import test_classes_18

globals().update(test_classes_18("project_timesheet_time_control", __name__))
