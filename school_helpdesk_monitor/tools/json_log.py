"""Log lines in JSON, one object for each line, for programs that collect logs.

Set the environment variable ``SCHOOL_HELPDESK_LOG_FORMAT`` to ``json`` for it.
"""

import json
import logging
import os
import time

FORMAT_VARIABLE = "SCHOOL_HELPDESK_LOG_FORMAT"


class JsonFormatter(logging.Formatter):
    """Writes a log record as one line of JSON. The time is in UTC."""

    converter = time.gmtime
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record):
        line = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "pid": record.process,
        }
        # Odoo's own attributes; a request has the number and the seconds of its queries
        database = getattr(record, "dbname", None)
        if database and database != "?":
            line["database"] = database
        performance = getattr(record, "perf_info", "").strip("- ")
        if performance:
            line["performance"] = performance
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def write_log_as_json():
    """Change the format of the log, if the environment says so.

    The handlers stay: Odoo decides where the log goes.
    """
    if os.environ.get(FORMAT_VARIABLE, "").lower() != "json":
        return
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setFormatter(JsonFormatter())
