"""Adds the events of an .ics file to working hours, as holidays for everybody.

Schools get such files for public holidays and for breaks between terms. A second import
of the same or of a newer file changes the holidays that it added before, and adds only
new ones.
"""

import base64
from datetime import datetime, time, timedelta

import pytz
import vobject

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

#: Larger files are refused: files with holidays are small.
MAX_BYTES = 2 * 1024 * 1024
MAX_EVENTS = 2000


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
        holidays = self._read_holidays()
        # sudo: resource.calendar.leaves - managers of the desk may not write calendars,
        # but may add holidays to those of their teams (checked above)
        Leave = self.env["resource.calendar.leaves"].sudo()
        known = Leave.search(
            [
                ("calendar_id", "=", self.calendar_id.id),
                ("calendar_uid", "in", list(holidays)),
            ]
        ).grouped("calendar_uid")
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

        :return: dictionary of an event's UID to the values of a holiday
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
            holidays = {
                event.uid.value.strip(): _read_event(event, zone)
                for event in events[: MAX_EVENTS + 1]
            }
        except Exception as error:
            # the parser raises many kinds of errors for files of other programs
            raise UserError(
                self.env._("The file is not a calendar that can be read.")
            ) from error
        if not holidays:
            raise UserError(self.env._("There are no events in the file."))
        if len(holidays) > MAX_EVENTS:
            raise UserError(self.env._("There are too many events in the file."))
        return holidays


def _read_event(event, zone):
    """Return the values of a holiday for an event of a calendar file."""
    begin = event.dtstart.value
    if hasattr(event, "dtend"):
        end = event.dtend.value
    elif hasattr(event, "duration"):
        end = begin + event.duration.value
    else:
        end = begin if isinstance(begin, datetime) else begin + timedelta(days=1)
    summary = event.summary.value if hasattr(event, "summary") else ""
    return {
        "name": summary.strip()[:200],
        "date_from": _to_naive_utc(begin, zone),
        # the end of an event is not part of it, but the last second of a holiday is
        "date_to": max(
            _to_naive_utc(end, zone) - timedelta(seconds=1), _to_naive_utc(begin, zone)
        ),
    }


def _to_naive_utc(moment, zone):
    """Convert a date or a time of a calendar file to naive UTC."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.min)
    if moment.tzinfo is None:
        moment = zone.localize(moment)
    return moment.astimezone(pytz.utc).replace(tzinfo=None)
