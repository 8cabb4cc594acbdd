"""The queue: its filters and counts, its order, and who must act."""

from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import etree

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import SQL, safe_eval

from .common import HelpdeskCommon

#: A Monday, half past eight in the evening in Bangkok.
NOW = datetime(2026, 3, 2, 13, 30)


class QueueCommon(HelpdeskCommon):
    @classmethod
    def _set_deadlines(cls, deadlines):
        """Give tickets deadlines, as an addon with SLA clocks would."""
        Ticket = cls.env.registry["helpdesk.ticket"]

        def get_deadline(ticket, target):
            return target == "resolution" and deadlines.get(ticket, False)

        with patch.object(Ticket, "_get_deadline", get_deadline):
            tickets = cls.env["helpdesk.ticket"].browse(t.id for t in deadlines)
            for field in (Ticket.next_due, Ticket.queue_rank):
                cls.env.add_to_compute(field, tickets)
            tickets.flush_recordset()

    def _get_view(self, xmlid, view_type):
        view = self.env.ref(f"school_helpdesk_base.{xmlid}")
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        return etree.fromstring(Ticket.get_view(view.id, view_type)["arch"])

    def _get_filters(self, user=None):
        """Return the domains of the bar's filters, as the web client reads them."""
        Ticket = self.env["helpdesk.ticket"].with_user(user or self.agent)
        arch = etree.fromstring(Ticket.get_view(view_type="search")["arch"])
        return {
            node.get("name"): safe_eval.safe_eval(
                node.get("domain"), {"uid": Ticket.env.uid}
            )
            for node in arch.iter("filter")
            if node.get("name").startswith("queue_") and not node.get("invisible")
        }

    def _get_order(self):
        arch = self._get_view("helpdesk_ticket_view_list_queue", "list")
        return arch.get("default_order")


@tagged("post_install", "-at_install")
class TestQueueFilters(QueueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls._create_ticket(user_id=cls.agent.id)
        cls.theirs = cls._create_ticket(user_id=cls.agent_2.id)
        cls.nobodys = cls._create_ticket()
        cls.waiting = cls._create_ticket(
            user_id=cls.agent.id, stage_id=cls.stage_waiting.id
        )
        cls.ended = cls.env["helpdesk.ticket"].union(
            *(
                cls._create_ticket(user_id=cls.agent.id, stage_id=stage.id)
                for stage in (
                    cls.stage_resolved,
                    cls.stage_closed,
                    cls.stage_cancelled,
                )
            )
        )
        cls.working = cls.mine | cls.theirs | cls.nobodys | cls.waiting
        cls.tickets = cls.working | cls.ended
        cls._set_deadlines(
            {
                # overdue: for a minute, and since yesterday
                cls.mine: NOW - timedelta(minutes=1),
                cls.theirs: NOW - timedelta(days=1),
                # today and tomorrow in Bangkok; both are today in UTC
                cls.nobodys: datetime(2026, 3, 2, 16, 59),
                cls.waiting: datetime(2026, 3, 2, 17),
                **dict.fromkeys(cls.ended, NOW - timedelta(days=2)),
            }
        )
        cls.agent.tz = "Asia/Bangkok"

    def _find(self, name, user=None):
        user = user or self.agent
        Ticket = self.env["helpdesk.ticket"].with_user(user)
        Ticket = Ticket.with_context(tz=user.tz)
        return Ticket.search(self._get_filters(user)[name]) & self.tickets

    def test_filters(self):
        with freeze_time(NOW):
            for name, expected in {
                "queue_mine": self.mine | self.waiting,
                "queue_unassigned": self.nobodys,
                "queue_due_today": self.nobodys,
                "queue_overdue": self.mine | self.theirs,
                "queue_waiting": self.waiting,
                "queue_open": self.working,
            }.items():
                with self.subTest(filter=name):
                    self.assertEqual(self._find(name), expected)

    def test_today_is_the_day_of_the_reader(self):
        with freeze_time(NOW):
            for tz, expected in {
                "Asia/Bangkok": self.nobodys,
                "UTC": self.nobodys | self.waiting,
                "Asia/Kolkata": self.nobodys | self.waiting,
                "Pacific/Auckland": self.nobodys | self.waiting,
            }.items():
                with self.subTest(tz=tz):
                    self.agent.tz = tz
                    self.assertEqual(self._find("queue_due_today"), expected)

    def test_a_ticket_without_a_status_is_open(self):
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET stage_id = NULL, status_category = NULL"
            " WHERE id = %s",
            [self.nobodys.id],
        )
        self.env.invalidate_all()
        self.assertIn(self.nobodys, self._find("queue_open"))
        self.assertIn(self.nobodys, self._find("queue_unassigned"))

    def test_counts_are_what_the_filters_show(self):
        with freeze_time(NOW):
            for user in (self.agent, self.agent_2, self.env.ref("base.user_admin")):
                filters = self._get_filters(user)
                self.assertEqual(len(filters), 6)
                Ticket = self.env["helpdesk.ticket"].with_user(user)
                Ticket = Ticket.with_context(tz=user.tz)
                counts = Ticket.get_queue_counts(filters)
                self.assertEqual(
                    counts,
                    {
                        name: len(Ticket.search(domain))
                        for name, domain in filters.items()
                    },
                )
                self.assertTrue(counts["queue_open"])

    def test_counts_of_an_agent_contain_only_readable_tickets(self):
        own = self.env["res.users"].create(
            {
                "name": "Own",
                "login": "base_queue_own",
                "group_ids": [
                    Command.set(
                        self.env.ref("helpdesk_mgmt.group_helpdesk_user_own").ids
                    )
                ],
            }
        )
        Ticket = self.env["helpdesk.ticket"].with_user(own)
        domain = [("id", "in", self.tickets.ids)]
        self.theirs.sudo().user_id = self.agent_2
        self.assertEqual(
            Ticket.get_queue_counts({"all": domain}),
            {"all": len(Ticket.search(domain))},
        )
        self.assertLess(Ticket.search_count(domain), len(self.tickets))

    def test_one_query_for_each_count(self):
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        filters = self._get_filters()
        Ticket.get_queue_counts(filters)
        self.env.flush_all()
        start = self.env.cr.sql_log_count
        Ticket.get_queue_counts(filters)
        self.assertLessEqual(self.env.cr.sql_log_count - start, len(filters))

    def test_late_tickets(self):
        with freeze_time(NOW):
            self.env.invalidate_all()
            self.assertEqual(
                self.tickets.filtered("is_overdue"), self.mine | self.theirs
            )


@tagged("post_install", "-at_install")
class TestQueueOrder(QueueCommon):
    def _find_in_order(self, tickets):
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        domain = [("id", "in", [ticket.id for ticket in tickets])]
        return Ticket.search(domain, order=self._get_order()).mapped("name")

    def test_what_is_due_next_comes_first(self):
        """The deadline decides, then the priority; what waits comes later."""
        yesterday, soon = NOW - timedelta(days=1), NOW + timedelta(hours=1)
        tickets = {}
        for name, priority, stage, due in (
            # the oldest message is on the ticket without a deadline
            ("no deadline", "1", self.stage_open, False),
            ("soon", "1", self.stage_open, soon),
            ("low and soon", "0", self.stage_open, soon),
            ("high and soon", "2", self.stage_open, soon),
            ("overdue", "1", self.stage_open, yesterday),
            ("overdue and waiting", "1", self.stage_waiting, yesterday),
            ("waiting", "1", self.stage_waiting, False),
            ("urgent", "3", self.stage_open, False),
            ("urgent and waiting", "3", self.stage_waiting, False),
            ("low and overdue", "0", self.stage_open, yesterday - timedelta(hours=1)),
            ("ended", "3", self.stage_resolved, yesterday),
        ):
            ticket = self._create_ticket(
                name=name, priority=priority, stage_id=stage.id
            )
            if name == "no deadline":
                ticket.sudo().unanswered_since = "2020-01-01 00:00:00"
            tickets[ticket] = due
        self._set_deadlines(tickets)
        self.assertEqual(
            self._find_in_order(tickets),
            [
                "low and overdue",
                "overdue",
                "high and soon",
                "soon",
                "low and soon",
                "urgent",
                "no deadline",
                "urgent and waiting",
                "overdue and waiting",
                "waiting",
                "ended",
            ],
        )

    def test_the_desk_must_act_on_a_waiting_ticket(self):
        """A reply during a wait for a part brings the ticket to those to work on."""
        names = ("asked again", "due", "waiting", "urgent and waiting")
        tickets = {}
        for name in names:
            priority = "3" if name == "urgent and waiting" else "1"
            ticket = self._create_ticket(name=name, priority=priority)
            if name != "due":
                ticket.with_user(self.agent)._wait("A lamp", waiting_for="part")
            tickets[ticket] = name == "due" and NOW
        self._set_deadlines(tickets)
        next(iter(tickets)).with_user(self.requester).sudo().message_post(
            body="When?", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(
            self._find_in_order(tickets),
            ["due", "asked again", "urgent and waiting", "waiting"],
        )

    def test_priority_then_oldest_unanswered(self):
        """Without deadlines."""
        moments = {
            "answered": ("1", None),
            "new": ("1", "2026-03-02 10:00:00"),
            "old": ("1", "2026-03-01 10:00:00"),
            "urgent": ("3", "2026-03-02 11:00:00"),
            "low": ("0", "2026-02-01 10:00:00"),
            "no priority": (False, "2026-03-02 10:00:00"),
        }
        tickets = {
            name: self._create_ticket(name=name, priority=priority, sequence=number)
            for number, (name, (priority, _since)) in enumerate(moments.items())
        }
        for name, (_priority, since) in moments.items():
            tickets[name].sudo().unanswered_since = since
        ended = self._create_ticket(
            name="ended", priority="3", stage_id=self.stage_resolved.id, sequence=0
        )
        found = self._find_in_order([*tickets.values(), ended])
        self.assertEqual(found[:4], ["urgent", "old", "new", "answered"])
        self.assertEqual(set(found[4:6]), {"low", "no priority"})
        self.assertEqual(found[6:], ["ended"])

    def test_the_rank_follows_deadline_priority_and_status(self):
        ticket = self._create_ticket(priority="2")
        self.assertEqual(ticket.queue_rank, 6)
        self._set_deadlines({ticket: NOW})
        self.assertEqual(ticket.queue_rank, 8)
        ticket._set_status("waiting")
        self.assertEqual(ticket.queue_rank, 2)
        ticket.priority = "0"
        self.assertEqual(ticket.queue_rank, 0)
        ticket._set_status("open")
        self.assertEqual(ticket.queue_rank, 4)
        ticket.stage_id = self.stage_resolved
        self.assertEqual(ticket.queue_rank, -1)
        ticket._set_status("open")
        self.assertEqual(ticket.queue_rank, 4)

    def test_list_and_cards_have_this_order(self):
        for xmlid, view_type in (
            ("helpdesk_ticket_view_list_queue", "list"),
            ("helpdesk_ticket_view_kanban_queue", "kanban"),
        ):
            arch = self._get_view(xmlid, view_type)
            self.assertEqual(arch.get("default_order"), self._get_order())
            self.assertFalse(arch.xpath("//field[@name='sequence']"))
            self.assertEqual(
                self.env["helpdesk.ticket"].get_view(view_type=view_type)["id"],
                self.env.ref(f"school_helpdesk_base.{xmlid}").id,
            )

    def test_the_order_has_an_index(self):
        self._create_ticket()
        self.env.flush_all()
        Ticket = self.env["helpdesk.ticket"]
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("SET LOCAL enable_bitmapscan = off")
        # as the web client sends it
        order = ", ".join(
            part if part.endswith(" desc") else f"{part} ASC"
            for part in self._get_order().split(", ")
        ).replace(" desc", " DESC")
        for domain in ([], self._get_filters()["queue_open"]):
            query = Ticket._search(domain, limit=80, order=order)
            self.env.cr.execute(SQL("EXPLAIN %s", query.select()))
            plan = "\n".join(line for (line,) in self.env.cr.fetchall())
            self.assertIn("helpdesk_ticket_queue_idx", plan)
            self.assertNotIn("Sort", plan)

    def test_a_list_takes_the_same_queries_for_any_number_of_tickets(self):
        tickets = self.env["helpdesk.ticket"].union(
            *(self._create_ticket(user_id=self.agent.id) for _ in range(80))
        )
        Ticket = tickets.with_user(self.agent)
        for xmlid, view_type in (
            ("helpdesk_ticket_view_list_queue", "list"),
            ("helpdesk_ticket_view_kanban_queue", "kanban"),
        ):
            arch = self._get_view(xmlid, view_type)
            specification = {}
            for node in arch.iter("field"):
                name = node.get("name")
                relational = Ticket._fields[name].relational
                specification[name] = (
                    {"fields": {"display_name": {}}} if relational else {}
                )

            self._count_reads(Ticket, specification, 1)
            few = self._count_reads(Ticket, specification, 5)
            # one more, because the page does not contain all tickets
            self.assertLessEqual(self._count_reads(Ticket, specification, 80), few + 1)

    def _count_reads(self, tickets, specification, size):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        tickets.web_search_read(
            [("id", "in", tickets.ids)],
            specification,
            limit=size,
            order=self._get_order(),
        )
        return self.env.cr.sql_log_count - start


@tagged("post_install", "-at_install")
class TestMustAct(QueueCommon):
    def _post(self, ticket, user, **values):
        return (
            ticket.with_user(user)
            .sudo()
            .message_post(
                body="Words",
                **{
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    **values,
                },
            )
        )

    def _check(self, ticket, awaiting, since=False):
        self.assertEqual(ticket.awaiting, awaiting)
        if since is not None:
            self.assertEqual(ticket.unanswered_since, since)

    def test_a_new_ticket(self):
        for values in ({}, {"user_id": self.agent.id}, {"partner_id": False}):
            ticket = self._create_ticket(**values)
            self._check(ticket, "desk", ticket.create_date)

    def test_a_new_ticket_in_another_status(self):
        for stage, awaiting in (
            (self.stage_waiting, "requester"),
            (self.stage_resolved, False),
            (self.stage_cancelled, False),
        ):
            self._check(self._create_ticket(stage_id=stage.id), awaiting)

    def test_an_answer_and_a_reply(self):
        ticket = self._create_ticket()
        self._post(ticket, self.agent)
        self._check(ticket, "requester")
        with freeze_time("2100-01-05 08:00:00"):
            self._post(ticket, self.requester)
        first = datetime(2100, 1, 5, 8)
        self._check(ticket, "desk", first)
        # the oldest of several messages counts
        with freeze_time("2100-01-05 09:00:00"):
            self._post(ticket, self.requester)
        self._check(ticket, "desk", first)
        # another agent answers
        self._post(ticket, self.agent_2)
        self._check(ticket, "requester")

    def test_a_message_of_somebody_else(self):
        ticket = self._create_ticket()
        self._post(ticket, self.agent)
        stranger = self.env["res.partner"].create({"name": "Parent"})
        ticket.message_post(
            body="Me too",
            author_id=stranger.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self._check(ticket, "desk", None)
        self.assertTrue(ticket.unanswered_since)

    def test_an_agent_who_is_the_requester(self):
        ticket = self._create_ticket(partner_id=self.agent.partner_id.id)
        self._post(ticket, self.agent_2)
        self._check(ticket, "requester")
        self._post(ticket, self.agent)
        self._check(ticket, "desk", None)

    def test_notes_and_automatic_messages_change_nothing(self):
        ticket = self._create_ticket()
        for turn in ("desk", "requester"):
            if turn == "requester":
                self._post(ticket, self.agent)
            before = ticket.unanswered_since
            for user in (self.agent, self.requester):
                self._post(ticket, user, subtype_xmlid="mail.mt_note")
                for message_type in ("auto_comment", "out_of_office", "notification"):
                    self._post(ticket, user, message_type=message_type)
            self._check(ticket, turn, before)

    def test_a_mail_and_an_answer_by_mail(self):
        ticket = self._create_ticket()
        self._post(ticket, self.agent, message_type="email_outgoing")
        self._check(ticket, "requester")
        self._post(ticket, self.requester, message_type="email")
        self._check(ticket, "desk", None)
        self._post(ticket, self.agent, message_type="email")
        self._check(ticket, "requester")

    def test_the_date_of_a_mail_may_be_wrong(self):
        ticket = self._create_ticket()
        self._post(ticket, self.agent)
        self._post(ticket, self.requester, date="2999-01-01 00:00:00")
        self.assertLessEqual(ticket.unanswered_since, fields.Datetime.now())

    def test_waiting(self):
        silent = self._create_ticket()
        silent._wait()
        self._check(silent, "requester")
        asked = self._create_ticket()
        asked.with_user(self.agent)._wait("Your answer")
        self._check(asked, "requester")
        # a reply
        self._post(asked, self.requester)
        self.assertEqual(asked.status_category, "open")
        self._check(asked, "desk", None)
        self.assertTrue(asked.unanswered_since)
        # a reply while the desk waits for a spare part: read, but still waiting
        other = self._create_ticket()
        other.with_user(self.agent)._wait("Ordered", waiting_for="part")
        self._check(other, False)
        self._post(other, self.requester)
        self.assertEqual(other.status_category, "waiting")
        self._check(other, "desk", None)
        other._set_awaiting_from_messages()
        self._check(other, "desk", None)
        # the wait is over
        silent._set_status("open")
        self._check(silent, "desk", None)
        self.assertTrue(silent.unanswered_since)

    def test_nobody_must_act_during_other_waits(self):
        for waiting_for in ("vendor", "part", "approval", "other"):
            for answered in (False, True):
                with self.subTest(waiting_for=waiting_for, answered=answered):
                    ticket = self._create_ticket()
                    if answered:
                        self._post(ticket, self.agent)
                    ticket.with_user(self.agent)._wait("It", waiting_for=waiting_for)
                    self._check(ticket, False)
                    ticket._set_awaiting_from_messages()
                    self._check(ticket, False)
                    # a message of the desk changes nothing
                    self._post(ticket, self.agent)
                    self._check(ticket, False)
                    self._post(ticket, self.requester)
                    self._check(ticket, "desk", None)
                    ticket._set_awaiting_from_messages()
                    self._check(ticket, "desk", None)
                    self.assertTrue(ticket.unanswered_since)

    def test_another_wait(self):
        ticket = self._create_ticket()
        for waiting_for, awaiting in (
            ("requester", "requester"),
            ("part", False),
            ("vendor", False),
            ("requester", "requester"),
        ):
            ticket._wait(waiting_for=waiting_for)
            self._check(ticket, awaiting)
        # a reply that nobody has answered
        ticket._wait(waiting_for="part")
        self._post(ticket, self.requester)
        since = ticket.unanswered_since
        ticket.waiting_for = "vendor"
        self._check(ticket, "desk", since)
        ticket.waiting_for = "requester"
        self._check(ticket, "requester")

    def test_the_end_and_a_reopening(self):
        self.env.company.helpdesk_reopen_days = 5
        for status in ("resolved", "closed", "cancelled"):
            ticket = self._create_ticket()
            ticket._set_status(status)
            self._check(ticket, False)
            # thanks change nothing for the desk
            self._post(ticket, self.agent)
            self._check(ticket, False)
            ticket._set_status("open")
            self._check(ticket, "desk", None)
            self.assertTrue(ticket.unanswered_since)
        ticket._set_status("resolved")
        ticket.with_user(self.requester).sudo()._requester_not_solved()
        self._check(ticket, "desk", None)

    def test_a_merge(self):
        for share in (False, True):
            for source_answered, target_answered, expected in (
                (False, True, "desk" if share else "requester"),
                # a shared thread has one last message: the answer to the source
                (True, False, "requester" if share else "desk"),
                (True, True, "requester"),
            ):
                with self.subTest(share=share, expected=expected):
                    target = self._create_ticket()
                    source = self._create_ticket()
                    if not share:
                        source.partner_id = self.env["res.partner"].create(
                            {"name": "Another"}
                        )
                    # nobody answers in the second in which a ticket is created
                    self.env.flush_all()
                    self.env.cr.execute(
                        "UPDATE helpdesk_ticket"
                        " SET create_date = create_date - interval '1 minute'"
                        " WHERE id IN %s",
                        [(target | source)._ids],
                    )
                    (target | source).invalidate_recordset(["create_date"])
                    for ticket, answered in (
                        (target, target_answered),
                        (source, source_answered),
                    ):
                        self._post(ticket, self.agent)
                        if not answered:
                            self._post(ticket, self.requester)
                    source._merge_into(target, share=share)
                    self._check(source, False)
                    self._check(target, expected, None)
                    self.assertEqual(bool(target.unanswered_since), expected == "desk")

    def test_from_the_messages_of_old_tickets(self):
        expected = {}
        for posts, awaiting in (
            ((), "desk"),
            ((self.requester,), "desk"),
            ((self.agent,), "requester"),
            ((self.agent, self.requester), "desk"),
            ((self.agent, self.requester, self.agent_2), "requester"),
        ):
            ticket = self._create_ticket()
            for user in posts:
                self._post(ticket, user)
            self._post(ticket, self.agent, subtype_xmlid="mail.mt_note")
            expected[ticket] = (awaiting, ticket.unanswered_since)
        ended = self._create_ticket(stage_id=self.stage_closed.id)
        waiting = self._create_ticket(stage_id=self.stage_waiting.id)
        part = self._create_ticket()
        part.with_user(self.agent)._wait("A lamp", waiting_for="part")
        expected |= {
            ended: (False, False),
            waiting: ("requester", False),
            part: (False, False),
        }
        tickets = self.env["helpdesk.ticket"].union(*expected)
        tickets.write({"awaiting": False, "unanswered_since": False})
        tickets._set_awaiting_from_messages()
        for ticket, (awaiting, since) in expected.items():
            self._check(ticket, awaiting, since)

    def test_users_cannot_write_it(self):
        ticket = self._create_ticket(user_id=self.agent.id)
        for values in (
            {"awaiting": "requester"},
            {"unanswered_since": "2020-01-01 00:00:00"},
            {"name": "Other", "awaiting": False},
        ):
            with self.assertRaises(AccessError):
                ticket.with_user(self.agent).write(values)


@tagged("post_install", "-at_install")
class TestQueueViews(QueueCommon):
    def test_the_app_opens_on_the_queue(self):
        action = self.env.ref("school_helpdesk_base.helpdesk_ticket_action_queue")
        Menu = self.env["ir.ui.menu"].with_user(self.agent)
        menus = Menu.load_web_menus(False)
        first = menus[menus["root"]["children"][0]]
        self.assertEqual(first["xmlid"], "helpdesk_mgmt.helpdesk_ticket_main_menu")
        begin = menus[first["children"][0]]
        self.assertEqual(begin["actionID"], action.id)
        self.assertEqual(first["actionID"], action.id)
        self.assertFalse(begin["children"])
        self.assertIn("search_default_queue_open", action.context)

    def test_other_people_do_not_see_the_app(self):
        teacher = self.env["res.users"].create(
            {
                "name": "Teacher",
                "login": "base_queue_teacher",
                "group_ids": [Command.set(self.env.ref("base.group_user").ids)],
            }
        )
        menus = self.env["ir.ui.menu"].with_user(teacher).load_menus(False)
        self.assertNotIn(
            self.env.ref("helpdesk_mgmt.helpdesk_ticket_main_menu").id, menus
        )

    def test_quick_create_asks_for_title_and_requester(self):
        view = "school_helpdesk_base.helpdesk_ticket_view_form_quick_create"
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        with Form(Ticket, view=view) as form:
            form.name = "Screen <b>dark</b>"
            form.partner_id = self.requester.partner_id
        ticket = form.record
        self.assertEqual(ticket.description, "<p>Screen &lt;b&gt;dark&lt;/b&gt;</p>")
        self.assertEqual(ticket.partner_id, self.requester.partner_id)
        self.assertTrue(ticket.team_id)

    def test_a_waiting_ticket_says_for_what(self):
        for xmlid, view_type, optional in (
            # the column can be shown; the title needs its width
            ("helpdesk_ticket_view_list_queue", "list", "hide"),
            ("helpdesk_ticket_view_kanban_queue", "kanban", None),
        ):
            with self.subTest(view_type):
                arch = self._get_view(xmlid, view_type)
                [field] = arch.xpath("//field[@name='waiting_for']")
                self.assertEqual(field.get("optional"), optional)
                self.assertFalse(field.get("column_invisible"))

    def test_the_views_have_their_scripts(self):
        for xmlid, view_type in (
            ("helpdesk_ticket_view_list_queue", "list"),
            ("helpdesk_ticket_view_kanban_queue", "kanban"),
        ):
            arch = self._get_view(xmlid, view_type)
            self.assertEqual(arch.get("js_class"), f"school_helpdesk_queue_{view_type}")
            # needed to know whether a ticket may be archived
            self.assertTrue(arch.xpath("//field[@name='status_category']"))
