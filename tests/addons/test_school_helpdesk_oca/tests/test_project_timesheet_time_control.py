"""The suite of project_timesheet_time_control, with ours installed and 18.0's spellings put right."""

from .suites import test_classes_18

globals().update(test_classes_18("project_timesheet_time_control", __name__))
