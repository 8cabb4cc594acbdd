"""Working time in words."""


def format_hours(env, hours):
    """Return some hours as a person says them: "2 hours", "1 hour 30 minutes".

    Our own words, because Babel knows no minutes in Thai.
    """
    whole, minutes = divmod(round(hours * 60), 60)
    parts = []
    if whole == 1:
        parts.append(env._("1 hour"))
    elif whole or not minutes:
        parts.append(env._("%(count)s hours", count=whole))
    if minutes == 1:
        parts.append(env._("1 minute"))
    elif minutes:
        parts.append(env._("%(count)s minutes", count=minutes))
    return " ".join(parts)
