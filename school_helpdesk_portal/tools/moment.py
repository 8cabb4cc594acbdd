"""Points in time in a reader's own way of writing: his language, his clock."""

import pytz
from babel.dates import format_date, format_skeleton, format_time

from odoo import fields
from odoo.tools import babel_locale_parse, get_lang


def get_clock(env):
    """Return the reader's time zone; the school's where he has set none."""
    zone = env.user.tz
    if not zone:
        # sudo: res.company, resource.calendar - the school's clock is no secret
        zone = env.company.sudo().resource_calendar_id.tz
    return pytz.timezone(zone or "UTC")


def get_local(env, moment):
    """Return a point in time of the database on the reader's clock."""
    return moment.replace(tzinfo=pytz.utc).astimezone(get_clock(env))


def format_local(env, local, part):
    """Return a part of a time on the reader's clock, as his language writes it.

    :param part: ``time``, ``weekday``, ``day`` or ``day_of_year`` (the day of any year)
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
    """Return a day and a time; the year only where it is another one than now's."""
    local = get_local(env, moment)
    this_year = get_local(env, fields.Datetime.now()).year
    day = "day" if local.year == this_year else "day_of_year"
    return f"{format_local(env, local, day)}, {format_local(env, local, 'time')}"
