"""Proves that a help desk has lost nothing and done nothing twice."""

import hashlib
import time
from collections import Counter, defaultdict
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import NamedTuple

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
      FROM mail_mail WHERE state IN ('outgoing', 'exception')
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


#: The mails about the reports that somebody should have: Odoo's envelopes, which it
#: also keeps of mails that it has deleted after sending them.
ENVELOPES = """
    SELECT DISTINCT ticket.number, person.email_normalized, message.message_id
      FROM helpdesk_ticket AS ticket
      JOIN mail_message AS message
        ON message.model = 'helpdesk.ticket' AND message.res_id = ticket.id
      JOIN mail_notification AS envelope ON envelope.mail_message_id = message.id
      JOIN res_partner AS person ON person.id = envelope.res_partner_id
     WHERE envelope.notification_type = 'email'
       AND envelope.notification_status <> 'canceled'
       AND person.email_normalized IS NOT NULL
       AND concat_ws(' ', ticket.name, ticket.description) LIKE %s
"""
#: Reports whose requester was never to be told that they have arrived. Who writes many
#: mails gets no more of these.
NOT_NOTED = """
    SELECT ticket.number
      FROM helpdesk_ticket AS ticket
     WHERE concat_ws(' ', ticket.name, ticket.description) LIKE %s
       AND ticket.channel_id IS DISTINCT FROM (
           SELECT res_id FROM ir_model_data
            WHERE module = 'helpdesk_mgmt' AND name = 'helpdesk_ticket_channel_email'
       )
       AND NOT EXISTS (
           SELECT 1 FROM helpdesk_notification AS job
            WHERE job.ticket_id = ticket.id AND job.event = 'receipt'
       )
"""


class Mail(NamedTuple):
    """A mail that somebody has got, as far as the proof needs it.

    :ivar str header: its Message-ID
    :ivar str words: its subject, and a hash of its text
    """

    recipient: str
    header: str
    words: str


def read_mails(recipients, source):
    """Return the ``Mail`` of each recipient."""
    mail = message_from_bytes(source)
    digest = hashlib.sha256()
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            digest.update(part.get_payload(decode=True))
    subject = str(make_header(decode_header(mail["Subject"] or "")))
    words = f"{subject} ({digest.hexdigest()[:12]})"
    header = str(mail["Message-ID"]).strip()
    return [Mail(recipient.lower(), header, words) for recipient in recipients]


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
    :param Counter received: how often each ``Mail`` was received
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
    problems += [
        f"nobody was to be told that {number} has arrived"
        for (number,) in database.execute(NOT_NOTED, f"%{prefix}%")
    ]
    arrived = {(mail.recipient, mail.header) for mail in received}
    problems += [
        f"a mail about {number} has not arrived: {recipient} {header}"
        for number, recipient, header in database.execute(ENVELOPES, f"%{prefix}%")
        if (recipient, header) not in arrived
    ]
    problems += [f"written twice: {mail}" for mail in find_written_twice(received)]
    repeated = find_repeated(received)
    if sum(repeated.values()) > allowed_repeats:
        problems += [f"mail sent again: {header}" for header in sorted(repeated)]
    return problems


def find_repeated(received):
    """Return how often a mail was sent again, by its Message-ID.

    A mail that is sent again reaches all its recipients again: this counts once.
    """
    times = Counter()
    for mail, number in received.items():
        times[mail.header] = max(times[mail.header], number - 1)
    return +times


def find_written_twice(received):
    """Return the mails that a person got twice as different mails, as texts.

    The benchmark never has the same to say to the same person.
    """
    headers = defaultdict(set)
    for mail in received:
        headers[mail.recipient, mail.words].add(mail.header)
    return sorted(
        f"{recipient}: {words}"
        for (recipient, words), found in headers.items()
        if len(found) > 1
    )


def find_silent(ledger, kinds):
    """Return the kinds of reports of which none was accepted: nothing is proved."""
    accepted = {report.kind for report in ledger.reports.values() if report.accepted}
    return [f"no {kind} was accepted" for kind in kinds if kind not in accepted]
