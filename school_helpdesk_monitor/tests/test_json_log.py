import json
import logging
import sys

from odoo.tests import BaseCase, tagged

from ..tools.json_log import JsonFormatter


@tagged("post_install", "-at_install")
class TestJsonLog(BaseCase):
    def _format(self, message, *args, exc_info=None, **attributes):
        record = logging.LogRecord(
            "odoo.test", logging.WARNING, __file__, 1, message, args, exc_info
        )
        vars(record).update(attributes)
        line = JsonFormatter().format(record)
        self.assertNotIn("\n", line)
        return json.loads(line)

    def test_a_message(self):
        line = self._format('%s ใบแจ้ง\n"%s"', 2, "new", dbname="school")
        self.assertEqual(line["message"], '2 ใบแจ้ง\n"new"')
        self.assertEqual(line["level"], "WARNING")
        self.assertEqual(line["logger"], "odoo.test")
        self.assertEqual(line["database"], "school")
        self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_nothing_known(self):
        line = self._format("x", dbname="?", perf_info="- - -")
        self.assertEqual(line.keys(), {"time", "level", "logger", "message", "pid"})

    def test_a_request(self):
        line = self._format("x", perf_info="12 0.004 0.031")
        self.assertEqual(line["performance"], "12 0.004 0.031")

    def test_an_exception(self):
        try:
            raise ValueError("two\nlines")
        except ValueError:
            line = self._format("failed", exc_info=sys.exc_info())
        self.assertIn("ValueError: two\nlines", line["exception"])
