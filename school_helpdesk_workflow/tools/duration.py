"""Working time as a person says it, in the language of the environment."""

from datetime import timedelta

from babel.dates import format_timedelta

from odoo.tools import babel_locale_parse, get_lang


def format_unit(env, count, unit):
    """Return a number of hours or minutes, for example "90 minutes".

    Babel's ``format_unit`` does not know all Thai units.

    :param int count: how many
    :param str unit: ``hour`` or ``minute``
    """
    return format_timedelta(
        timedelta(**{f"{unit}s": count}),
        granularity=unit,
        threshold=float("inf"),  # 90 minutes do not become 2 hours
        locale=babel_locale_parse(get_lang(env).code),
    )


def format_hours(env, hours):
    """Return a number of working hours, for example "1 hour 30 minutes".

    :param float hours: working hours
    """
    count, minutes = divmod(round(hours * 60), 60)
    parts = []
    if count or not minutes:
        parts.append(format_unit(env, count, "hour"))
    if minutes:
        parts.append(format_unit(env, minutes, "minute"))
    return " ".join(parts)
