"""A team with stages for every status, two agents and a requester."""

import random
from contextlib import ExitStack, contextmanager
from functools import wraps
from unittest.mock import patch

from odoo import fields
from odoo.tests import TransactionCase, new_test_user


class HelpdeskCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, no_reset_password=True))
        cls.env.user.tz = "UTC"
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Desk", "tz": "UTC", "company_id": False}
        )
        cls.agent = new_test_user(
            cls.env, "base_agent", groups="helpdesk_mgmt.group_helpdesk_user"
        )
        cls.agent_2 = new_test_user(
            cls.env, "base_agent_2", groups="helpdesk_mgmt.group_helpdesk_user"
        )
        cls.requester = new_test_user(
            cls.env, "base_requester", groups="base.group_portal"
        )
        cls.team = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Desk",
                "company_id": cls.env.company.id,
                "user_ids": [(6, 0, (cls.agent | cls.agent_2).ids)],
                "resource_calendar_id": cls.calendar.id,
            }
        )
        Stage = cls.env["helpdesk.ticket.stage"]
        # this team must use only its own stages, not those of the database
        Stage.search([("team_ids", "=", False)]).team_ids = cls.env[
            "helpdesk.ticket.team"
        ].create({"name": "Elsewhere"})
        stages = Stage.create(
            [
                {
                    "name": name,
                    "sequence": sequence,
                    "unattended": sequence == 1,
                    "status_category": category,
                    "team_ids": [(6, 0, cls.team.ids)],
                    "company_id": False,
                }
                for sequence, (name, category) in enumerate(
                    [
                        ("Fresh", "open"),
                        ("Seen", "open"),
                        ("Parked", "waiting"),
                        ("Solved", "resolved"),
                        ("Shut", "closed"),
                        ("Void", "cancelled"),
                    ],
                    start=1,
                )
            ]
        )
        (
            cls.stage_new,
            cls.stage_open,
            cls.stage_waiting,
            cls.stage_resolved,
            cls.stage_closed,
            cls.stage_cancelled,
        ) = stages

    @classmethod
    def _create_ticket(cls, **values):
        return cls.env["helpdesk.ticket"].create(
            {
                "name": "Projector shows no picture",
                "description": "<p>Nothing to see.</p>",
                "team_id": cls.team.id,
                "user_id": False,
                "partner_id": cls.requester.partner_id.id,
                **values,
            }
        )

    def _merge(self, sources, target, user=None, **values):
        wizard = (
            self.env["helpdesk.ticket.merge"]
            .with_user(user or self.agent)
            .with_context(active_ids=sources.ids)
            .create({"dst_ticket_id": target.id, "user_id": False, **values})
        )
        return wizard.merge_tickets()

    def _check_indexes(self, *columns):
        """Check that the records of a ticket can be found with an index.

        Every column that a one2many of a helpdesk model reads must be the first column
        of an index.

        :param columns: pairs of table and column to check in addition
        """
        asked = self._get_inverse_columns() | set(columns)
        self.env.cr.execute(
            """
            SELECT index.indrelid::regclass::text, attribute.attname
              FROM pg_index AS index
              JOIN pg_attribute AS attribute
                ON attribute.attrelid = index.indrelid
               AND attribute.attnum = index.indkey[0]
            """
        )
        self.assertEqual(asked - set(self.env.cr.fetchall()), set())

    def _get_inverse_columns(self):
        """Return the pairs of table and column that one2many fields read."""
        models = [
            model for name, model in self.env.items() if name.startswith("helpdesk.")
        ]
        return {
            (self.env[field.comodel_name]._table, field.inverse_name)
            for model in models
            for field in model._fields.values()
            if field.type == "one2many"
            and field.inverse_name
            and self.env[field.comodel_name]._auto
            and self.env[field.comodel_name]._fields[field.inverse_name].type
            == "many2one"
        }


def tell(env, send=False):
    """Do what happens after a transaction: deliver notifications.

    :param bool send: whether to send the mails, too; then Odoo deletes them
    :return: the rows of ``helpdesk.notification`` that were delivered
    """
    env.cr.flush()
    jobs = env["helpdesk.notification"].search(
        [("state", "=", "pending"), ("due", "<=", fields.Datetime.now())], order="id"
    )
    jobs._deliver()
    if send:
        env["mail.mail"].process_email_queue()
    return jobs


def forget(env):
    """Tell nobody what has happened until now."""
    env.cr.flush()
    env["helpdesk.notification"].search([("state", "=", "pending")]).unlink()
    env["mail.mail"].search([("state", "=", "outgoing")]).cancel()


EVENTS = (
    "_on_active_changed",
    "_on_assignee_changed",
    "_on_criteria_changed",
    "_on_first_response",
    "_on_requesters_changed",
    "_on_stage_changed",
    "_on_status_changed",
    "_on_team_changed",
    "_on_waiting_for_changed",
)


@contextmanager
def shuffled_events(env, seed):
    """Run the extensions of each event in a random order.

    Each extension is called directly and once; its ``super()`` does nothing.

    :param seed: the seed of the random order
    """
    cls = env.registry["helpdesk.ticket"]
    chance = random.Random(seed)
    with ExitStack() as stack:
        for name in EVENTS:
            classes = [one for one in cls.__mro__ if name in vars(one)]
            parts = [vars(one)[name] for one in classes]

            def run_all(self, *args, _parts=parts, **kwargs):
                for part in chance.sample(_parts, len(_parts)):
                    part(self, *args, **kwargs)

            for one, part in zip(classes, parts, strict=True):
                replacement = run_all if one is classes[0] else lambda *a, **k: None
                stack.enter_context(patch.object(one, name, wraps(part)(replacement)))
        yield
