"""Stores the two terms of the demo school that ``tools/demo_history.py`` invents."""

from datetime import timedelta

import pytz

from odoo import Command, api, fields, models
from odoo.fields import Domain

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.working_time import (
    get_ends,
)
from odoo.addons.school_helpdesk_workflow.models.helpdesk_ticket.escalations import (
    ENDED_VERSION,
)

from ...tools.demo_history import EVENTS, create_stories

BRIDGE = "school_asset_helpdesk_bridge."
REPORT = "school_helpdesk_report."
COUNT = 200
#: The history ends so many days ago: its tickets are closed.
QUIET_DAYS = 21
REQUESTERS = 12
STAGES = ("new", "in_progress", "pending", "resolved", "closed", "cancelled")
STAGE_OF = {"waiting": "pending"}
#: The agents of the two teams; some have more tickets than others.
IT_AGENTS = ("technician", "technician", "technician2", "technician3", "technician4")
EVENT_AGENTS = ("technician2", "technician2", "technician4")
CHANNELS = (
    *("school_helpdesk_portal.channel_portal",) * 4,
    *("school_helpdesk_portal.channel_qr",) * 3,
    *("helpdesk_mgmt.helpdesk_ticket_channel_email",) * 3,
    *("helpdesk_mgmt.helpdesk_ticket_channel_phone",) * 2,
    f"{BRIDGE}channel_walk_in",
    "helpdesk_mgmt.helpdesk_ticket_channel_web",
    "helpdesk_mgmt.helpdesk_ticket_channel_other",
)
ROOMS = ("101", "102", "203", "204", "library", "staff", "music", "physics", "office")
#: Of these kinds, one device has half of the tickets.
REPEAT_BREAKERS = ("PRJ", "PRN", "NET")
#: Tickets that still wait: age in days, for whom, why, and the kind of the device.
WAITING = (
    (6, "part", "A new lamp, ordered from the vendor", "PRJ"),
    (9, "vendor", "The repair of the board at the vendor", "BRD"),
    (4, "approval", "The approval of the head of school", ""),
)


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    @api.model
    def _create_demo_history(self):
        """Create the tickets of the last two terms, once, and tell nobody.

        Called by the demo data while the addon is installed: only then can Odoo set the
        date of the creation.
        """
        people = [
            self.env.ref(f"{REPORT}demo_user_teacher{number + 13}")
            for number in range(REQUESTERS)
        ]
        requesters = self.env["res.users"].union(*people).partner_id
        if self.with_context(active_test=False).search_count(
            Domain("partner_id", "in", requesters.ids), limit=1
        ):
            return
        history = self.with_context(
            tracking_disable=True,
            mail_auto_subscribe_no_notify=True,
            mail_activity_quick_update=True,
        )
        history._store_demo_stories(history._get_demo_stories(), people)
        history._store_demo_waiting(people)
        history._store_demo_knowledge()

    @api.model
    def _get_demo_stories(self):
        """Return the stories of the two terms that began last."""
        today = fields.Date.today()
        terms = self.env["helpdesk.school.term"].search(
            Domain("date_from", "<=", today), order="date_from desc", limit=2
        )
        return create_stories(
            min(terms.mapped("date_from")),
            today - timedelta(days=QUIET_DAYS),
            COUNT,
            lambda day: any(one.date_from <= day <= one.date_to for one in terms),
        )

    @api.model
    def _store_demo_stories(self, stories, people):
        calendar = self.env.ref(f"{BRIDGE}team_it_support").resource_calendar_id
        zone = pytz.timezone(calendar.tz)
        starts = [
            zone.localize(story.created).astimezone(pytz.utc).replace(tzinfo=None)
            for story in stories
        ]
        moments = get_ends(
            calendar,
            {
                (number, place): (start, step.hours)
                for number, (start, story) in enumerate(
                    zip(starts, stories, strict=True)
                )
                for place, step in enumerate(story.steps)
            },
        )
        now = fields.Datetime.now()
        plans = []
        for number, story in enumerate(stories):
            steps = [
                (moments[number, place], step.kind, step.value)
                for place, step in enumerate(story.steps)
            ]
            # after the long holidays, a few would still be open
            if steps[-1][0] and steps[-1][0] < now:
                plans.append(
                    self._prepare_demo_plan(story, starts[number], steps, people)
                )
        tickets = self.create([plan["values"] for plan in plans])
        self._store_demo_life(tickets, plans)
        for ticket, plan in zip(tickets, plans, strict=True):
            if plan["is_merged"]:
                target = tickets.filtered(
                    lambda one, ticket=ticket: one.status_category == "closed"
                    and one.team_id == ticket.team_id
                    and one.create_date < ticket.create_date
                )[-1:]
                ticket.write({"merged_into_id": target.id})
        # nobody is told about what happened long ago
        tickets._write_facts(
            dict.fromkeys(tickets, {"escalations_version": ENDED_VERSION})
        )

    @api.model
    def _prepare_demo_plan(self, story, start, steps, people):
        """Return the values of a ticket, and what belongs to it.

        :param Story story: the ticket
        :param datetime start: when it was created (naive UTC)
        :param steps: list of moment, kind and value: see ``Step``
        """
        ref = self.env.ref

        def pick(choices, factor):
            return choices[int(story.chance * factor) % len(choices)]

        is_event = story.theme.team == EVENTS
        team = ref(
            f"{REPORT}demo_team_events" if is_event else f"{BRIDGE}team_it_support"
        )
        agent = ref(
            f"{BRIDGE}demo_user_{pick(EVENT_AGENTS if is_event else IT_AGENTS, 977)}"
        )
        requester = pick(people, 1009)
        asset = self._pick_demo_device(story.theme.device, story.chance)
        room = asset.location_id or ref(f"{BRIDGE}demo_room_{pick(ROOMS, 991)}")
        category = ref(f"{BRIDGE}category_{story.theme.category}")
        stays = [(start, "new", None)]
        stays += [step for step in steps if STAGE_OF.get(step[1], step[1]) in STAGES]
        rows = []
        for place, (moment, kind, value) in enumerate(stays):
            stage = ref(f"{BRIDGE}stage_{STAGE_OF.get(kind, kind)}")
            rows.append(
                {
                    "stage_id": stage.id,
                    "status_category": stage.status_category,
                    "waiting_for": value if kind == "waiting" else False,
                    "start": moment,
                    "end": stays[place + 1][0] if place + 1 < len(stays) else False,
                    "user_id": agent.id if place else requester.id,
                }
            )
        answers = [moment for moment, kind, _value in steps if kind == "answer"]
        is_solved = rows[-1]["status_category"] in ("resolved", "closed")
        values = {
            "name": story.theme.title.replace("{room}", room.name),
            "description": f"<p>{story.theme.words}</p>",
            "create_date": start,
            "team_id": team.id,
            "user_id": agent.id,
            "assigned_date": start,
            "stage_id": rows[-1]["stage_id"],
            "last_stage_update": rows[-1]["start"],
            "category_id": category.id,
            "type_id": category.parent_id.type_id.id,
            "priority": story.priority,
            "channel_id": ref(pick(CHANNELS, 983)).id,
            "partner_id": requester.partner_id.id,
            "partner_name": requester.name,
            "partner_email": requester.email,
            "whole_room_id": not asset and room.id,
            "project_id": team.default_project_id.id,
            "first_response_date": answers[0] if answers else False,
            "cancel_reason": story.cancel_reason,
            "solution": is_solved and story.theme.solution,
            "status_log_ids": [Command.create(row) for row in rows],
        }
        return {
            "values": values,
            "steps": steps,
            "agent": agent,
            "requester": requester,
            "asset": asset,
            "hours": is_solved and story.work_hours,
            "is_merged": story.is_merged,
        }

    @api.model
    def _pick_demo_device(self, kind, chance):
        """Return a device whose code begins with a text; an empty one for no text.

        Devices without a ticket, or with an open one, stay as they are: the demo
        school has some on purpose.
        """
        Asset = self.env["asset.asset"]
        if not kind:
            return Asset
        assets = Asset.search(
            [
                ("asset_code", "=like", f"{kind}-%"),
                ("location_id", "!=", False),
                ("ticket_link_ids", "!=", False),
                (
                    "ticket_link_ids",
                    "not any",
                    [("ticket_id.status_category", "in", ("open", "waiting"))],
                ),
            ],
            order="asset_code",
        )
        if not assets:
            return assets
        if kind in REPEAT_BREAKERS and chance < 0.5:
            return assets[len(assets) // 2]
        return assets[int(chance * 997) % len(assets)]

    @api.model
    def _store_demo_life(self, tickets, plans):
        """Create messages, ratings, devices and hours of tickets."""
        comment = self.env.ref("mail.mt_comment").id
        note = self.env.ref("mail.mt_note").id
        model_id = self.env["ir.model"]._get_id(self._name)
        employees = self.env["hr.employee"].search([("user_id", "!=", False)])
        employees = employees.grouped("user_id")
        messages, ratings, lines, links = [], [], [], []
        for ticket, plan in zip(tickets, plans, strict=True):
            agent, requester = plan["agent"], plan["requester"]
            for moment, kind, value in plan["steps"]:
                if kind in ("answer", "say", "note"):
                    author = requester if kind == "say" else agent
                    messages.append(
                        {
                            "model": self._name,
                            "res_id": ticket.id,
                            "message_type": "comment",
                            "subtype_id": note if kind == "note" else comment,
                            "is_internal": kind == "note",
                            "author_id": author.partner_id.id,
                            "email_from": author.email_formatted,
                            "record_name": ticket.display_name,
                            "body": f"<p>{value}</p>",
                            "date": moment,
                        }
                    )
                elif kind == "rate":
                    rating, feedback = value
                    ratings.append(
                        {
                            "res_model_id": model_id,
                            "res_id": ticket.id,
                            "partner_id": ticket.partner_id.id,
                            "rated_partner_id": agent.partner_id.id,
                            "rating": rating,
                            "feedback": feedback,
                            "consumed": True,
                            "create_date": moment,
                            "write_date": moment,
                        }
                    )
            if plan["asset"]:
                links.append(
                    {
                        "ticket_id": ticket.id,
                        "asset_id": plan["asset"].id,
                        "role": "primary",
                    }
                )
            if plan["hours"]:
                lines.append(
                    {
                        "name": ticket.name,
                        "ticket_id": ticket.id,
                        "project_id": ticket.project_id.id,
                        "user_id": agent.id,
                        "employee_id": employees[agent].id,
                        "date": ticket.last_stage_update.date(),
                        "date_time": ticket.last_stage_update,
                        "unit_amount": plan["hours"],
                    }
                )
        self.env["helpdesk.ticket.asset.link"].create(links)
        self.env["mail.message"].create(messages)
        for rating in self.env["rating.rating"].create(ratings):
            # Odoo writes the current time
            rating.rated_on = rating.create_date
        self.env["account.analytic.line"].create(lines)
        for requester, followed in tickets.grouped("partner_id").items():
            followed.message_subscribe(partner_ids=requester.ids)

    @api.model
    def _store_demo_waiting(self, people):
        """Create the tickets of the events team that are not ended."""
        team = self.env.ref(f"{REPORT}demo_team_events")
        stages = {
            name: self.env.ref(f"{BRIDGE}stage_{name}") for name in ("new", "pending")
        }
        agent = self.env.ref(f"{BRIDGE}demo_user_technician2")
        category = self.env.ref(f"{BRIDGE}category_projector_issues")
        now = fields.Datetime.now()
        for number, (days, waiting_for, reason, kind) in enumerate(WAITING):
            created = now - timedelta(days=days)
            begun = created + timedelta(hours=2)
            requester = people[number]
            ticket = self.create(
                {
                    "name": reason,
                    "description": f"<p>{reason}</p>",
                    "create_date": created,
                    "team_id": team.id,
                    "user_id": agent.id,
                    "assigned_date": created,
                    "stage_id": stages["pending"].id,
                    "last_stage_update": begun,
                    "waiting_for": waiting_for,
                    "waiting_reason": reason,
                    "category_id": category.id,
                    "type_id": category.parent_id.type_id.id,
                    "channel_id": self.env.ref(CHANNELS[0]).id,
                    "partner_id": requester.partner_id.id,
                    "partner_name": requester.name,
                    "partner_email": requester.email,
                    "first_response_date": begun,
                    "status_log_ids": [
                        Command.create(
                            {
                                "stage_id": stages[name].id,
                                "status_category": stages[name].status_category,
                                "waiting_for": name == "pending" and waiting_for,
                                "start": start,
                                "end": end,
                                "user_id": agent.id,
                            }
                        )
                        for name, start, end in (
                            ("new", created, begun),
                            ("pending", begun, False),
                        )
                    ],
                }
            )
            self._store_demo_life(
                ticket,
                [
                    {
                        "steps": [(begun, "answer", f"We are waiting for: {reason}")],
                        "agent": agent,
                        "requester": requester,
                        "asset": self._pick_demo_device(kind, 0.75),
                        "hours": 0,
                    }
                ],
            )
            ticket._set_awaiting_from_messages()

    @api.model
    def _store_demo_knowledge(self):
        """Count suggested articles, and searches that found nothing."""
        articles = self.env["helpdesk.article"].search(
            [("state", "=", "published")], order="id", limit=12
        )
        today = fields.Date.today()
        # the same numbers in each school: primes, so that they do not repeat
        self.env["helpdesk.article.deflection"].create(
            [
                {
                    "article_id": article.id,
                    "date": today - timedelta(days=days),
                    "shown_count": shown,
                    "solved_count": shown * (3 + number % 4) // 10,
                }
                for number, article in enumerate(articles)
                for days in range(2 + number, 200, 7)
                if (shown := (days * 13 + number * 29) % 17)
            ]
        )
        Log = self.env["helpdesk.article.search.log"]
        for words, lang, count, days in (
            ("smart tv sound", "en_US", 9, 3),
            ("เปลี่ยนรหัส wifi มือถือ", "th_TH", 14, 5),
            ("scan to email", "en_US", 6, 11),
            ("กล้องเว็บแคม", "th_TH", 4, 20),
            ("3d printer", "en_US", 2, 34),
        ):
            Log.create(
                {
                    "words": words,
                    "lang": lang,
                    "search_count": count,
                    "last_date": today - timedelta(days=days),
                }
            )
