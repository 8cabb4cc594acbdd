"""The 18.0 tests of project_timesheet_time_control, adapted to 19.0."""

from .suites import test_classes_18

globals().update(test_classes_18("project_timesheet_time_control", __name__))
