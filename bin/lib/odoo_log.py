"""Read an Odoo log: the tests with their results, and the warnings of our addons.

A warning or an error is ours, and makes a run fail, if
- one of our addons logged it (``odoo.addons.<ours>...``), or
- its message names one of our addons, as messages of the registry, of the view
  validation and of the loading of data do when the definition of an addon is wrong, or
- it is a Python warning about a line in one of our addons. Only the first line of the
  message counts: the traceback below it also names our addons when OCA's code is the
  cause, or
- it is an error with one of our addons in its traceback, or
- it says that the class of a model has no ``_name``.

Deprecation warnings of Odoo's and OCA's own code are therefore not ours. A test mutes
warnings that it causes on purpose with ``mute_logger`` or ``assertLogs``.
"""

import re
from dataclasses import dataclass, field

RECORD = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (?P<level>[A-Z]+) (?P<db>\S+)"
    r" (?P<logger>[\w.?-]+): (?P<message>.*)$"
)
STARTING = re.compile(r"^Starting (\S+) \.\.\.")
SKIPPED = re.compile(r"^skipped (.+?) : (.*)$", re.DOTALL)
FAILED = re.compile(r"^(?:FAIL|ERROR): (?:Subtest )?(setUpClass \([^)]*\)|\S+)")
# Odoo's summary of the failed tests of an addon; they are also logged one by one.
SUMMARY = re.compile(r"^Module \w+: \d+ failures, \d+ errors of \d+ tests")
# The message does not name the addon. All classes of Odoo and OCA have a name.
UNNAMED_CLASS = re.compile(r"^Class \w+ has no _name")
# A harmless warning while addons are loaded. OCA's tab with timesheets needs the
# ticket's project, which timesheet users may read only after the addon
# school_helpdesk_timesheet is loaded.
HARMLESS = re.compile(
    r"<b>Access Rights Inconsistency</b>.*name=&#34;timesheet_ids&#34;", re.DOTALL
)
# Our commands and the Docker image write into the same file, and may name our addons.
COMMAND = "school-helpdesk: "
TRACEBACK_LINE = re.compile(r'^\s+(?:File "|\S)')


@dataclass
class Report:
    """The content of a log; the name of a test is ``logger: Class.method``."""

    started: set = field(default_factory=set)
    failures: dict = field(default_factory=dict)
    skips: dict = field(default_factory=dict)
    warnings: list = field(default_factory=list)

    @property
    def passed(self):
        return len(self.started - self.failures.keys() - self.skips.keys())


def records(lines):
    """(level, logger, message) of each record; a message can have several lines."""
    current = None
    for line in lines:
        line = line.rstrip("\n")
        if match := RECORD.match(line):
            if current:
                yield tuple(current)
            current = [match["level"], match["logger"], match["message"]]
        elif line.startswith(COMMAND):
            if current:
                yield tuple(current)
            current = None
        elif current:
            current[2] += f"\n{line}"
    if current:
        yield tuple(current)


def is_ours(level, logger, message, ours):
    """Whether a warning or an error is ours; see the top of this file.

    :param str ours: a regular expression of the names of our addons
    """
    if SUMMARY.match(message) or HARMLESS.match(message):
        return False
    if re.match(rf"odoo\.addons\.(?:{ours})(?:\.|$)", logger):
        return True
    if UNNAMED_CLASS.match(message):
        return True
    if logger == "py.warnings":
        relevant = message.partition("\n")[0]
    elif level == "WARNING":
        lines = message.split("\n")
        relevant = "\n".join(line for line in lines if not TRACEBACK_LINE.match(line))
    else:
        relevant = message
    return bool(re.search(rf"(?<!\w)(?:{ours})(?!\w)", relevant))


def read(lines, addons):
    """The Report of a log.

    :param addons: names of our addons
    """
    report = Report()
    ours = "|".join(map(re.escape, addons))
    for level, logger, message in records(lines):
        if match := STARTING.match(message):
            report.started.add(f"{logger}: {match[1]}")
        elif match := SKIPPED.match(message):
            report.skips[f"{logger}: {match[1]}"] = match[2].strip()
        elif level == "ERROR" and (match := FAILED.match(message)):
            name = f"{logger}: {match[1]}"
            report.failures[name] = f"{report.failures.get(name, '')}{message}\n"
        elif level in ("WARNING", "ERROR", "CRITICAL") and is_ours(
            level, logger, message, ours
        ):
            report.warnings.append(f"{level} {logger}: {message}")
    return report
