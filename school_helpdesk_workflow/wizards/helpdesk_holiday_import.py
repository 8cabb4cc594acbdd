"""Adds the events of an .ics file to working hours, as holidays for everybody.

Schools get such files for public holidays and for breaks between terms. A second import
of the same or of a newer file changes the holidays that it added before, adds only new
ones, and deletes those that are cancelled. An event that is repeated, for example each
year, becomes a holiday for each time.
"""

import base64
from datetime import datetime, time, timedelta
from itertools import islice

import pytz
import vobject

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

#: Larger files are refused: files with holidays are small.
MAX_BYTES = 2 * 1024 * 1024
MAX_EVENTS = 2000
#: How far back and ahead the repetitions of an event are read.
MOST_BACK = timedelta(days=366)
MOST_AHEAD = timedelta(days=3 * 366)
#: How many repetitions are looked at; an event could be repeated each second.
MAX_REPEATS = 50_000
#: Between the UID of an event and the moment of its repetition.
REPEAT = " @ "


class HelpdeskHolidayImport(models.TransientModel):
    _name = "helpdesk.holiday.import"
    _description = "Import of Holidays"

    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working Hours",
        required=True,
        default=lambda self: self._default_calendar(),
        ondelete="cascade",
    )
    ics_file = fields.Binary(string="File (.ics)", required=True, attachment=False)
    ics_name = fields.Char()

    @api.model
    def _default_calendar(self):
        if self.env.context.get("active_model") == "resource.calendar":
            return self.env.context.get("active_id")
        teams = self.env["helpdesk.ticket.team"].search(
            [("resource_calendar_id", "!=", False)], limit=1
        )
        return teams.resource_calendar_id

    def action_import(self):
        """Add the events to the calendar; return a message with their number.

        :raise AccessError: the calendar is not that of a team of the help desk, and the
            user may not change it
        :raise UserError: the file cannot be read
        """
        self.ensure_one()
        self._check_calendar()
        uids, holidays = self._read_holidays()
        # sudo: resource.calendar.leaves - managers of the desk may not write calendars,
        # but may add holidays to those of their teams (checked above)
        Leave = self.env["resource.calendar.leaves"].sudo()
        imported = Leave.search(
            [
                ("calendar_id", "=", self.calendar_id.id),
                ("calendar_uid", "!=", False),
            ]
        )
        known = imported.grouped("calendar_uid")
        oldest = fields.Datetime.now() - MOST_BACK
        imported.filtered(
            lambda leave: leave.calendar_uid not in holidays
            and leave.date_from >= oldest
            and not uids.isdisjoint(
                (leave.calendar_uid, leave.calendar_uid.rpartition(REPEAT)[0])
            )
        ).unlink()
        new = []
        for uid, values in holidays.items():
            if leave := known.get(uid):
                changes = {k: v for k, v in values.items() if leave[k] != v}
                if changes:
                    leave.write(changes)
            else:
                new.append(
                    {**values, "calendar_id": self.calendar_id.id, "calendar_uid": uid}
                )
        Leave.create(new)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s holidays, %(new)s of them new.",
                    count=len(holidays),
                    new=len(new),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _check_calendar(self):
        """Check that the user may add holidays to the calendar.

        :raise AccessError: see ``action_import``
        """
        self.calendar_id.check_access("read")
        if self.calendar_id.has_access("write"):
            return
        teams = self.env["helpdesk.ticket.team"].search(
            [("resource_calendar_id", "=", self.calendar_id.id)], limit=1
        )
        if not teams:
            raise AccessError(
                self.env._("You may change the working hours of your teams only.")
            )

    def _read_holidays(self):
        """Return the events of the file.

        :return: the UIDs of all events, also of those that are cancelled, and a
            dictionary of a holiday's identifier to its values
        """
        content = base64.b64decode(self.ics_file)
        if len(content) > MAX_BYTES:
            raise UserError(self.env._("The file is too large."))
        try:
            calendars = list(vobject.readComponents(content.decode("utf-8-sig")))
            events = [
                event
                for calendar in calendars
                for event in calendar.contents.get("vevent", [])
            ]
            zone = pytz.timezone(self.calendar_id.tz or "UTC")
            uids = {_get_uid(event) for event in events}
            holidays = _read_events(events[: MAX_EVENTS + 1], zone)
        except Exception as error:
            # the parser raises many kinds of errors for files of other programs
            raise UserError(
                self.env._("The file is not a calendar that can be read.")
            ) from error
        if not events:
            raise UserError(self.env._("There are no events in the file."))
        if len(holidays) > MAX_EVENTS:
            raise UserError(self.env._("There are too many events in the file."))
        return uids, holidays


def _read_events(events, zone):
    """Return the holidays of the events of a calendar file, by their identifiers.

    The identifier is the UID of the event. Where an event is repeated, the moment of
    the repetition is added to it.
    """
    holidays = {}
    for event in events:
        if not _is_repetition(event) and not _is_cancelled(event):
            first = event.dtstart.value
            for begin in _get_begins(event, zone):
                key = _get_key(event, begin, first, zone)
                holidays[key] = _prepare_holiday(event, begin, zone)
    firsts = {
        _get_uid(event): event.dtstart.value
        for event in events
        if not _is_repetition(event)
    }
    # single repetitions that were moved or cancelled
    for event in filter(_is_repetition, events):
        planned = event.contents["recurrence-id"][0].value
        key = _get_key(event, planned, firsts.get(_get_uid(event)), zone)
        holidays.pop(key, None)
        if not _is_cancelled(event):
            holidays[key] = _prepare_holiday(event, event.dtstart.value, zone)
    return holidays


def _get_uid(event):
    return event.uid.value.strip()


def _get_key(event, begin, first, zone):
    """Return the identifier of a holiday.

    :param begin: when this repetition of the event begins, as planned
    :param first: when the first one begins, if it is known; its identifier is the UID
    """
    uid = _get_uid(event)
    moment = _to_naive_utc(begin, zone)
    if first and moment == _to_naive_utc(first, zone):
        return uid
    return f"{uid}{REPEAT}{moment:%Y%m%dT%H%M}"


def _is_repetition(event):
    return "recurrence-id" in event.contents


def _is_cancelled(event):
    return hasattr(event, "status") and event.status.value.strip().upper() == (
        "CANCELLED"
    )


def _get_begins(event, zone):
    """Return when an event begins, for each of its repetitions."""
    first = event.dtstart.value
    repeats = event.getrruleset(addRDate=True)
    if not repeats:
        return [first]
    now = fields.Datetime.now()
    begins = []
    for moment in islice(repeats, MAX_REPEATS):
        begin = moment if isinstance(first, datetime) else moment.date()
        start = _to_naive_utc(begin, zone)
        if start > now + MOST_AHEAD or len(begins) > MAX_EVENTS:
            break
        if start >= now - MOST_BACK:
            begins.append(begin)
    return begins


def _prepare_holiday(event, begin, zone):
    """Return the values of a holiday for an event of a calendar file.

    :param begin: when it begins, if it is repeated; a date or a time
    """
    first = event.dtstart.value
    if hasattr(event, "dtend"):
        length = event.dtend.value - first
    elif hasattr(event, "duration"):
        length = event.duration.value
    else:
        length = timedelta(days=0 if isinstance(first, datetime) else 1)
    summary = event.summary.value if hasattr(event, "summary") else ""
    return {
        "name": summary.strip()[:200],
        "date_from": _to_naive_utc(begin, zone),
        # the end of an event is not part of it, but the last second of a holiday is
        "date_to": max(
            _to_naive_utc(begin + length, zone) - timedelta(seconds=1),
            _to_naive_utc(begin, zone),
        ),
    }


def _to_naive_utc(moment, zone):
    """Convert a date or a time of a calendar file to naive UTC."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.min)
    if moment.tzinfo is None:
        moment = zone.localize(moment)
    return moment.astimezone(pytz.utc).replace(tzinfo=None)
