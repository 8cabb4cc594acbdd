"""What a monitoring system asks: does the help desk work, and what waits?

Everything is counted with few queries that have an index. There are no names of people
and no words of tickets in it.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: The figures, and what they mean: the texts of Prometheus are in English.
FIGURES = {
    "notifications_waiting": "Notifications that are due and not delivered.",
    "notifications_oldest_seconds": "How long the oldest of these is due.",
    "notifications_failed": "Mails on the list of failed mails of the help desk.",
    "mails_waiting": "Mails of Odoo that wait until they are sent.",
    "mails_oldest_seconds": "How long the oldest of these waits.",
    "mails_failed": "Mails of Odoo that could not be sent.",
    "parked_mails": "Incoming mails that wait for the decision of a manager.",
    "scheduled_actions_overdue": "Scheduled actions whose time is over since minutes.",
    "scheduled_actions_oldest_seconds": "How long the first of these is overdue.",
    "scheduled_actions_failing": "Scheduled actions whose last run has failed.",
}
#: How long a notification may be due, and a scheduled action overdue, before the help
#: desk counts as not working. Most are done within a minute.
PATIENCE = timedelta(minutes=15)
#: The same for mails: Odoo sends mails of other apps once an hour.
MAIL_PATIENCE = timedelta(minutes=90)
#: Scheduled actions of Odoo that the help desk needs.
NEEDED_ACTIONS = (
    "mail.ir_cron_mail_scheduler_action",
    "mail.ir_cron_mail_gateway_action",
)


class HelpdeskMonitor(models.AbstractModel):
    _name = "helpdesk.monitor"
    _description = "Health of the Help Desk"

    @api.model
    def _get_health(self):
        """Return whether the help desk works, and the reasons.

        A failed or parked mail waits for a person. It does not mean that the help desk
        does not work.

        :return: ``ok``, ``database`` (always true here), ``problems`` (names of what
            does not work), ``figures``, and the names of the scheduled actions that are
            ``overdue`` or ``failing``
        :rtype: dict
        """
        now = fields.Datetime.now()
        actions = self._get_scheduled_actions(now)
        figures = {
            **self._get_notification_figures(now),
            **self._get_mail_figures(now),
            **self._get_parked_figures(),
            **self._get_action_figures(actions),
        }
        problems = [
            name
            for name, patience in self._get_patience().items()
            if figures[f"{name}_oldest_seconds"] > patience.total_seconds()
        ]
        return {
            "ok": not problems,
            "database": True,
            "problems": problems,
            "figures": figures,
            "overdue": [name for name, seconds, _failures in actions if seconds],
            "failing": [name for name, _seconds, failures in actions if failures],
        }

    @api.model
    def _get_metrics(self):
        """Return the figures in the text format of Prometheus."""
        health = self._get_health()
        meanings = {"ok": "Whether the help desk works.", **FIGURES}
        values = {"ok": int(health["ok"]), **health["figures"]}
        return "".join(
            f"# HELP school_helpdesk_{name} {meanings[name]}\n"
            f"# TYPE school_helpdesk_{name} gauge\n"
            f"school_helpdesk_{name} {value}\n"
            for name, value in values.items()
        )

    @api.model
    def _get_patience(self):
        """Return after what time something that waits is a problem."""
        return {
            "notifications": PATIENCE,
            "mails": MAIL_PATIENCE,
            "scheduled_actions": PATIENCE,
        }

    @api.model
    def _get_notification_figures(self, now):
        Notification = self.env["helpdesk.notification"]
        due = Domain("state", "=", "pending") & Domain("due", "<=", now)
        [(waiting, oldest)] = Notification._read_group(due, [], ["__count", "due:min"])
        return {
            "notifications_waiting": waiting,
            "notifications_oldest_seconds": _get_seconds(oldest, now),
            "notifications_failed": Notification.search_count(
                [("state", "=", "failed")]
            ),
        }

    @api.model
    def _get_mail_figures(self, now):
        """Count mails. A mail waits since its last change or its planned time."""
        self.env["mail.mail"].flush_model(["state", "scheduled_date"])
        [[waiting, oldest, failed]] = self.env.execute_query(
            SQL(
                "SELECT count(*) FILTER (WHERE is_waiting),"
                " min(since) FILTER (WHERE is_waiting),"
                " count(*) FILTER (WHERE state = 'exception') FROM (SELECT state,"
                " GREATEST(write_date, scheduled_date) AS since,"
                " state = 'outgoing' AND COALESCE(scheduled_date <= %s, TRUE)"
                " AS is_waiting FROM mail_mail"
                " WHERE state IN ('outgoing', 'exception')) AS unsent",
                now,
            )
        )
        return {
            "mails_waiting": waiting,
            "mails_oldest_seconds": _get_seconds(oldest, now),
            "mails_failed": failed,
        }

    @api.model
    def _get_parked_figures(self):
        parked = self.env["helpdesk.mail.parked"].search_count(
            [("state", "=", "parked")]
        )
        return {"parked_mails": parked}

    @api.model
    def _get_action_figures(self, actions):
        return {
            "scheduled_actions_overdue": sum(map(bool, (row[1] for row in actions))),
            "scheduled_actions_oldest_seconds": max(
                (seconds for _name, seconds, _failures in actions), default=0
            ),
            "scheduled_actions_failing": sum(map(bool, (row[2] for row in actions))),
        }

    @api.model
    def _get_scheduled_actions(self, now):
        """Return ``(name, seconds, failures)`` of our scheduled actions.

        ``name`` is the external id, ``seconds`` how long the action is overdue (0 up to
        ``PATIENCE``), ``failures`` how often it has failed since its last success.
        Actions that somebody has switched off are left out.
        """
        self.env["ir.cron"].flush_model(["active", "failure_count", "nextcall"])
        rows = self.env.execute_query(
            SQL(
                "SELECT data.module || '.' || data.name, cron.nextcall,"
                " cron.failure_count FROM ir_cron AS cron JOIN ir_model_data AS data"
                " ON data.model = 'ir.cron' AND data.res_id = cron.id"
                " WHERE cron.active AND (data.module LIKE %s"
                " OR data.module || '.' || data.name IN %s) ORDER BY 1",
                "school\\_%helpdesk%",
                NEEDED_ACTIONS,
            )
        )
        return [
            (name, _get_seconds(nextcall, now - PATIENCE, now), failures)
            for name, nextcall, failures in rows
        ]


def _get_seconds(moment, limit, now=None):
    """Return the seconds since ``moment``, or 0 if it is empty or after ``limit``."""
    if not moment or moment >= limit:
        return 0
    return round(((now or limit) - moment).total_seconds())
