"""Formats datetimes in the language and the time zone of the current user."""

import pytz
from babel.dates import format_date, format_skeleton, format_time

from odoo import fields
from odoo.tools import babel_locale_parse, get_lang


def get_time_zone(env):
    """Return the user's time zone, or the school's if the user has not set one."""
    zone = env.user.tz
    if not zone:
        # sudo: res.company, resource.calendar - portal users may not read the calendar
        zone = env.company.sudo().resource_calendar_id.tz
    return pytz.timezone(zone or "UTC")


def get_local(env, moment):
    """Convert a naive UTC datetime to the user's time zone."""
    return moment.replace(tzinfo=pytz.utc).astimezone(get_time_zone(env))


def format_local(env, local, part):
    """Return a part of a datetime as text in the user's language.

    :param local: datetime in the user's time zone
    :param part: ``time``, ``weekday``, ``day`` or ``day_of_year`` (a day with its year)
    """
    locale = babel_locale_parse(get_lang(env).code)
    match part:
        case "time":
            return format_time(local, "short", tzinfo=local.tzinfo, locale=locale)
        case "weekday":
            return format_date(local, "EEEE", locale=locale)
        case _:
            skeleton = "MMMd" if part == "day" else "yMMMd"
            return format_skeleton(skeleton, local, tzinfo=local.tzinfo, locale=locale)


def format_moment(env, moment):
    """Return day and time of a naive UTC datetime; the year if it is not this year."""
    local = get_local(env, moment)
    this_year = get_local(env, fields.Datetime.now()).year
    day = "day" if local.year == this_year else "day_of_year"
    return f"{format_local(env, local, day)}, {format_local(env, local, 'time')}"
