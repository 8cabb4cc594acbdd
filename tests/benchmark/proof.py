"""Proves that a help desk has lost nothing and done nothing twice."""

import time
from collections import Counter

#: What waits, and for how many seconds: notifications, and mails.
LAGS = {
    "notifications": """
        SELECT EXTRACT(EPOCH FROM now() AT TIME ZONE 'UTC' - min(due))
          FROM helpdesk_notification
         WHERE state = 'pending' AND due <= now() AT TIME ZONE 'UTC'
    """,
    "mails": """
        SELECT EXTRACT(EPOCH FROM now() AT TIME ZONE 'UTC'
                                  - min(GREATEST(write_date, scheduled_date)))
          FROM mail_mail
         WHERE state = 'outgoing'
           AND COALESCE(scheduled_date <= now() AT TIME ZONE 'UTC', TRUE)
    """,
}
#: What is not told: rows that wait or have failed, and mails.
UNDELIVERED = """
    SELECT 'notification ' || id || ', ' || event || ', ' || COALESCE(failure, state)
      FROM helpdesk_notification
     WHERE (state = 'pending' AND due <= now() AT TIME ZONE 'UTC') OR state = 'failed'
     UNION ALL
    SELECT 'mail ' || id || ', ' || COALESCE(failure_reason, state)
      FROM mail_mail WHERE state = 'outgoing'
"""
#: Failed mails are tried again now, and not in minutes.
RETRY_NOW = (
    "UPDATE helpdesk_notification SET retry_date = now() AT TIME ZONE 'UTC'"
    " WHERE state = 'failed' AND retry_date > now() AT TIME ZONE 'UTC'",
    "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' - interval '1 minute'"
    " WHERE nextcall > now() AT TIME ZONE 'UTC'"
    " AND id = (SELECT res_id FROM ir_model_data"
    " WHERE module = 'school_helpdesk_base' AND name = 'ir_cron_notify')",
)
#: Reports by their marker. A report on the page of a device can have its words in the
#: description only.
FOUND = """
    SELECT substring(concat_ws(' ', name, description) FROM %s) AS marker, count(*)
      FROM helpdesk_ticket
     WHERE concat_ws(' ', name, description) LIKE %s
  GROUP BY marker
"""
#: Tickets with no open row in the status log, or with several.
BROKEN_LOGS = """
    SELECT ticket.number
      FROM helpdesk_ticket AS ticket
 LEFT JOIN helpdesk_ticket_status_log AS log
        ON log.ticket_id = ticket.id AND log."end" IS NULL
  GROUP BY ticket.id
    HAVING count(log.id) <> 1
"""


def read_lags(database):
    """Return for how many seconds the oldest of each kind waits, by kind."""
    return {
        name: float(database.execute(statement)[0][0] or 0)
        for name, statement in LAGS.items()
    }


def wait_until_told(database, seconds, hurry=False, known=()):
    """Wait until everything is told that happened.

    :param bool hurry: whether failed mails are tried again at once
    :param known: what was not told before, and does not matter
    :return: what is still not told; empty if all is
    """
    deadline = time.monotonic() + seconds
    while True:
        texts = [text for (text,) in database.execute(UNDELIVERED)]
        left = [text for text in texts if text not in known]
        if not left or time.monotonic() > deadline:
            return left
        if hurry:
            for statement in RETRY_NOW:
                database.execute(statement)
            database.wake()
        time.sleep(0.5)


def find_problems(database, ledger, received, allowed_repeats=0):
    """Return everything that is lost or double, as a list of texts.

    :param Ledger ledger: what people have sent
    :param Counter received: the mails that the mail server got: how often each pair of
        recipient and Message-ID
    :param int allowed_repeats: how many mails may have been sent twice
    """
    prefix = ledger.prefix
    rows = database.execute(FOUND, f"{prefix}[0-9]+", f"%{prefix}%")
    found = Counter(dict(rows))
    unknown = found.keys() - ledger.reports.keys()
    problems = [f"nobody has sent {marker}" for marker in sorted(unknown)]
    for marker, report in ledger.reports.items():
        if found[marker] > 1:
            problems.append(f"{report.kind} {marker} has {found[marker]} tickets")
        elif report.accepted and not found[marker]:
            problems.append(f"{report.kind} {marker} was accepted and has no ticket")
    problems += [
        f"the status log of {number} is wrong"
        for (number,) in database.execute(BROKEN_LOGS)
    ]
    repeated = find_repeated(received)
    if len(repeated) > allowed_repeats:
        problems += [f"mail sent again: {mail}" for mail in repeated]
    return problems


def find_repeated(received):
    """Return the Message-IDs of the mails that somebody got more than once."""
    return sorted({header for (_who, header), times in received.items() if times > 1})
