"""Tells the life of tickets, step by step, each at its moment.

A ticket is a line of a table: its values, its life, and its figures. All times are of
2026, written "month-day hour:minute". The steps of a life are ``create``, ``answer``,
``note``, ``say``, ``wait`` (for whom), ``rate`` (the rating), ``merge`` (the target),
``assign`` (to whom), ``work`` (hours), or a status. The agent does them, except
``say``; ``answer``, ``note``, ``say`` and a status can name somebody else.
"""

from datetime import datetime

from freezegun import freeze_time

from .report_common import ReportCommon

#: The figures of a ticket on which nothing has happened; a ticket names the others.
NOTHING = {
    "answered": 0,
    "first_response_hours": None,
    "first_response_elapsed_hours": None,
    "first_response_class": None,
    "answer_count": 0,
    "requester_message_count": 0,
    "response_hours": 0,
    "response_count": 0,
    "touched_agent_count": 0,
    "ever_resolved": 0,
    "reopened": 0,
    "solved_first_contact": 0,
    "resolution_hours": None,
    "resolution_elapsed_hours": None,
    "resolution_class": None,
    "waiting_requester_hours": 0,
    "waiting_vendor_hours": 0,
    "waiting_part_hours": 0,
    "waiting_approval_hours": 0,
    "waiting_other_hours": 0,
    "sla_first_response_met": 0,
    "sla_first_response_judged": 0,
    "sla_resolution_met": 0,
    "sla_resolution_judged": 0,
    "rating_sum": 0,
    "rated_count": 0,
    "happy_count": 0,
    "weight": 1,
}

#: The moment when all figures are looked at.
END = datetime(2026, 8, 3, 9)


def read(text):
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M")


class TruthCommon(ReportCommon):
    #: Name to a triple of values, life and figures.
    TICKETS = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.school.term"].search([]).unlink()
        cls.terms = cls.env["helpdesk.school.term"].create(
            [
                {"name": "1", "date_from": "2026-03-02", "date_to": "2026-04-30"},
                {"name": "2", "date_from": "2026-06-01", "date_to": "2026-07-31"},
            ]
        )
        cls._create_holiday("2026-04-13 00:00:00", "2026-04-13 23:59:59")
        cls.env.company.helpdesk_reopen_days = 5
        cls.team_2 = cls.team.copy({"name": "Labs"})
        cls.team_2.write({"user_ids": cls.team.user_ids, "use_sla": True})
        for stage in cls.env["helpdesk.ticket.stage"].search(
            [("team_ids", "in", cls.team.ids)]
        ):
            stage.team_ids |= cls.team_2
        cls.channels = {
            name: cls.env["helpdesk.ticket.channel"].create({"name": name})
            for name in ("portal", "mail", "phone", "qr", "walk-in")
        }
        cls.tickets = {}
        cls._tell_story()

    @classmethod
    def _tell_story(cls):
        """Do all steps in the order of their times."""
        steps = sorted(
            (
                (read(moment), number, name, kind, *value)
                for name, (_values, life, _figures) in cls.TICKETS.items()
                for number, (moment, kind, *value) in enumerate(life)
            ),
            key=lambda step: step[0],
        )
        for moment, _number, name, kind, *value in steps:
            with freeze_time(moment):
                cls._do(moment, name, kind, *value)
        with freeze_time(END):
            cls.env["helpdesk.ticket.sla"].search(
                [("state", "=", "in_progress")]
            ).ticket_id._sync_clocks()
            cls.env["helpdesk.ticket"]._sync_marked_figures()
        cls.all = cls.env["helpdesk.ticket"].union(*cls.tickets.values())
        # the database sets this date, and knows no frozen time
        for name, (_values, life, _figures) in cls.TICKETS.items():
            cls.env.cr.execute(
                "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s",
                [read(life[0][0]), cls.tickets[name].id],
            )
        cls.env.invalidate_all()

    @classmethod
    def _do(cls, moment, name, kind, value=None):
        ticket = cls.tickets.get(name)
        message = {
            "body": "Words",
            "date": moment,
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
        }
        # the agent does it, unless the step names somebody else
        user = cls.agent
        match kind:
            case "create":
                values = cls.TICKETS[name][0]
                cls.tickets[name] = cls._create_ticket(
                    name=name,
                    **cls._get_more_values(values),
                    channel_id=cls.channels[values["channel"]].id,
                    priority=values.get("priority", "1"),
                    team_id=getattr(cls, values.get("team", "team")).id,
                    user_id="assignee" in values
                    and getattr(cls, values["assignee"]).id,
                )
            case "answer" | "note":
                user = getattr(cls, value or "agent")
                if kind == "note":
                    message["subtype_xmlid"] = "mail.mt_note"
                ticket.with_user(user).message_post(**message)
            case "say":
                user = getattr(cls, value or "requester")
                ticket.with_user(user).message_post(**message)
            case "wait":
                ticket.with_user(user)._wait(waiting_for=value)
            case "rate":
                cls.env["rating.rating"].create(
                    {
                        "res_model_id": cls.env["ir.model"]._get_id(ticket._name),
                        "res_id": ticket.id,
                        "partner_id": cls.requester.partner_id.id,
                        "rating": value,
                        "consumed": True,
                    }
                )
            case "merge":
                ticket.with_user(user)._merge_into(cls.tickets[value])
            case "assign":
                ticket.with_user(user).user_id = getattr(cls, value)
            case "work":
                cls._work(ticket, moment, value)
            case _:
                user = getattr(cls, value or "agent")
                ticket.with_user(user)._set_status(kind)

    @classmethod
    def _get_more_values(cls, values):
        """Return further values of a new ticket, from the values of its line."""
        return {}

    @classmethod
    def _work(cls, ticket, moment, hours):
        """Log the hours of the agent."""
        raise NotImplementedError()

    def _check_each_ticket(self):
        stored = self._read_figures(self.all)
        for name, (_values, _life, expected) in self.TICKETS.items():
            figures = stored[self.tickets[name].id]
            expected = {**NOTHING, **expected}
            term = expected.pop("term")
            expected["term_id"] = term and self.terms[term - 1].id
            with self.subTest(ticket=name):
                self.assertEqual(
                    {key: figures[key] for key in expected},
                    expected,
                )
