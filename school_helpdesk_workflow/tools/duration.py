"""Working time in words."""

from babel.units import format_unit

from odoo.tools import babel_locale_parse, get_lang


def format_hours(env, hours):
    """Return some hours as a person says them: "2 hours", "1 hour 30 minutes"."""
    locale = babel_locale_parse(get_lang(env).code)
    whole, minutes = divmod(round(hours * 60), 60)
    parts = []
    if whole or not minutes:
        parts.append(format_unit(whole, "duration-hour", locale=locale))
    if minutes:
        parts.append(format_unit(minutes, "duration-minute", locale=locale))
    return " ".join(parts)
