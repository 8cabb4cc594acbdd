"""Reads an Odoo log: which tests ran and how they ended, which warnings are ours.

A warning or error is ours, and fails a run, where
- the logger is that of one of our addons (``odoo.addons.<ours>...``), or
- the message speaks of one of them by name, as the registry, the view validation and
  the loading of data do when an addon's definition is at fault, or
- it is a Python warning attributed to a line in one of them (the message's first line;
  the traceback below it names every caller, ours too where OCA's code is to blame), or
- it is an error whose traceback passes through one of them, or
- it says that a model's class has no ``_name``.
Deprecation warnings of the core's and OCA's own code are thereby left to their authors.
What a test provokes on purpose it silences by ``mute_logger`` or ``assertLogs``.
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
# Odoo's own sum over an addon's failed tests, which are told one by one.
SUMMARY = re.compile(r"^Module \w+: \d+ failures, \d+ errors of \d+ tests")
# Odoo does not say whose class it is; those of Odoo and OCA all have a name.
UNNAMED_CLASS = re.compile(r"^Class \w+ has no _name")
TRACEBACK_LINE = re.compile(r'^\s+(?:File "|\S)')


@dataclass
class Report:
    """What a log tells; tests are named ``logger: Class.method``."""

    started: set = field(default_factory=set)
    failures: dict = field(default_factory=dict)
    skips: dict = field(default_factory=dict)
    warnings: list = field(default_factory=list)

    @property
    def passed(self):
        return len(self.started - self.failures.keys() - self.skips.keys())


def records(lines):
    """(level, logger, message) of each record; its further lines are in the message."""
    current = None
    for line in lines:
        line = line.rstrip("\n")
        if match := RECORD.match(line):
            if current:
                yield tuple(current)
            current = [match["level"], match["logger"], match["message"]]
        elif current:
            current[2] += f"\n{line}"
    if current:
        yield tuple(current)


def is_ours(level, logger, message, ours):
    """Whether a WARNING or worse counts against us; see the top of this file."""
    if SUMMARY.match(message):
        return False
    if re.match(rf"odoo\.addons\.(?:{ours})(?:\.|$)", logger):
        return True
    if UNNAMED_CLASS.match(message):
        return True
    if logger == "py.warnings":
        speaking = message.partition("\n")[0]
    elif level == "WARNING":
        lines = message.split("\n")
        speaking = "\n".join(line for line in lines if not TRACEBACK_LINE.match(line))
    else:
        speaking = message
    return bool(re.search(rf"(?<!\w)(?:{ours})(?!\w)", speaking))


def read(lines, addons):
    """The Report on a log, where ``addons`` are the names of ours."""
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
