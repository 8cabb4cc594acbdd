"""Shows times in the time zone of their reader, and understands typed times.

The time zone is chosen at one place, ``get_time_zone``: that of the person, or else
that of the school. Pages, mails and forms use the functions of this file for all times.
"""

from datetime import datetime, time

import pytz
from babel.dates import format_date, format_skeleton, format_time

from odoo import fields
from odoo.tools import babel_locale_parse, get_lang


def get_time_zone(env, partner=None):
    """Return the time zone of a person, or else the school's, as a pytz time zone.

    :param partner: the contact of the person; by default the reader of the mail that is
        being written (``helpdesk_reader_id`` in the context), else the current user's
    """
    if partner is None and "helpdesk_reader_id" in env.context:
        partner = env["res.partner"].browse(env.context["helpdesk_reader_id"] or ())
    partner = env.user.partner_id if partner is None else partner
    # sudo: res.partner, res.company - only the time zone; the user may be anonymous
    for zone in (partner.sudo().tz, env.company.sudo().helpdesk_time_zone):
        # names of zones are dropped from the list, but stay in the database
        if zone in pytz.all_timezones_set:
            return pytz.timezone(zone)
    return pytz.utc


def get_local(env, moment):
    """Convert a naive UTC datetime to the current user's time zone."""
    return pytz.utc.localize(moment).astimezone(get_time_zone(env))


def get_today(env):
    """Return the date of today in the current user's time zone."""
    return get_local(env, fields.Datetime.now()).date()


def parse_local(env, text):
    """Return a typed time (ISO format, without time zone) as a naive UTC datetime.

    :raise ValueError: the text is not a time, or names a time zone
    """
    local = datetime.fromisoformat(text)
    if local.tzinfo:
        raise ValueError("time zone")
    moment = get_time_zone(env).localize(local).astimezone(pytz.utc)
    return moment.replace(tzinfo=None)


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


def format_day(env, day):
    """Return a date with the name of the month: people read 03/05 in two ways."""
    return format_local(env, datetime.combine(day, time()), "day_of_year")


def format_moment(env, moment):
    """Return day and time of a naive UTC datetime; the year if it is not this year."""
    local = get_local(env, moment)
    day = "day" if local.year == get_today(env).year else "day_of_year"
    return f"{format_local(env, local, day)}, {format_local(env, local, 'time')}"
