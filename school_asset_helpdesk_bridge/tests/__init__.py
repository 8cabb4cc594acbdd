from . import test_school_data
