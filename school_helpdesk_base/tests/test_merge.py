from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from .common import HelpdeskCommon, tell


class TestMerge(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.requester.email = "base_requester@school.example"
        cls.other = new_test_user(
            cls.env,
            "base_other",
            groups="base.group_portal",
            email="base_other@school.example",
        )
        cls.target = cls._create_ticket(name="Network down")
        cls.source = cls._create_ticket(
            name="No internet",
            partner_id=cls.other.partner_id.id,
            description="<p>Secret of the other</p>",
        )
        cls.same = cls._create_ticket(name="Network still down")
        (cls.target | cls.source | cls.same)._message_subscribe(
            cls.agent_2.partner_id.ids
        )
        cls.source.message_subscribe(cls.other.partner_id.ids)

    def _post(self, ticket, user, body, internal=False, files=()):
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": name.encode(),
                    "res_model": ticket._name,
                    "res_id": ticket.id,
                }
                for name in files
            ]
        )
        return ticket.message_post(
            body=body,
            author_id=user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_note" if internal else "mail.mt_comment",
            attachment_ids=attachments.ids,
        )

    def _readable(self, ticket, user):
        """Return the messages that a requester can read on a ticket."""
        messages = (
            self.env["mail.message"]
            .with_user(user)
            .search([("model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)])
        )
        return " ".join(messages.mapped("body"))

    def test_the_source_is_cancelled_and_links_to_the_target(self):
        self._merge(self.source, self.target)
        self.assertEqual(self.source.merged_into_id, self.target)
        self.assertEqual(self.source.stage_id, self.stage_cancelled)
        self.assertTrue(self.source.active)
        self.assertEqual(self.target.merged_ids, self.source)
        self.assertIn(
            self.source.number, " ".join(self.target.message_ids.mapped("body"))
        )

    def test_requesters_do_not_read_each_other(self):
        self._post(self.target, self.requester, "Words of the requester")
        self._post(self.source, self.other, "Words of the other", files=["o.txt"])
        self._post(self.source, self.agent_2, "Note", internal=True, files=["n.txt"])
        loose = self.env["ir.attachment"].create(
            {
                "name": "loose.txt",
                "raw": b"loose",
                "res_model": "helpdesk.ticket",
                "res_id": self.source.id,
            }
        )
        self._merge(self.source, self.target)
        thread = " ".join(self.target.message_ids.mapped("body"))
        for text in ("Secret of the other", "Words of the other", "Note"):
            self.assertIn(text, thread)
        # all files are copied, each to a note
        copies = self.target.attachment_ids
        self.assertCountEqual(copies.mapped("name"), ["o.txt", "n.txt", "loose.txt"])
        messages = self.target.message_ids.filtered("attachment_ids")
        self.assertEqual(messages.attachment_ids, copies)
        self.assertTrue(all(messages.mapped("is_internal")))
        self.assertEqual(loose.res_id, self.source.id)
        # requesters can read the same messages as before, and no others
        readable = self._readable(self.target, self.requester)
        self.assertIn("Words of the requester", readable)
        for text in ("Secret of the other", "Words of the other", "No internet"):
            self.assertNotIn(text, readable)
        readable = self._readable(self.source, self.other)
        self.assertIn("Words of the other", readable)
        self.assertNotIn("Words of the requester", readable)
        # the other requester gets no mails either
        self.assertNotIn(self.other.partner_id, self.target.message_partner_ids)
        self.assertIn(self.agent_2.partner_id, self.target.message_partner_ids)
        with self.assertRaises(AccessError):
            self.target.with_user(self.other).read(["name"])

    def test_an_agent_shares_the_messages(self):
        message = self._post(self.source, self.other, "Words of the other")
        note = self._post(self.source, self.agent_2, "Private", True, files=["n.txt"])
        self._merge(self.source, self.target, share=True)
        self.assertEqual(message.res_id, self.target.id)
        self.assertIn("Words of the other", self._readable(self.target, self.requester))
        self.assertNotIn("Private", self._readable(self.target, self.requester))
        self.assertEqual(note.attachment_ids, self.target.attachment_ids)
        self.assertIn(self.other.partner_id, self.target.message_partner_ids)

    def test_same_requester(self):
        message = self._post(self.same, self.requester, "It is me again")
        self._merge(self.same, self.target)
        self.assertEqual(message.res_id, self.target.id)
        self.assertIn("It is me again", self._readable(self.target, self.requester))
        self.assertIn(self.target.number, self.same.cancel_reason)

    def test_somebody_else_reported_one_of_them(self):
        """The submitter of the target must not read the source."""
        self.target.submitter_id = self.other.partner_id
        self._post(self.same, self.requester, "Between us")
        self._merge(self.same, self.target)
        self.assertNotIn("Between us", self._readable(self.target, self.other))

    def test_reply_to_the_source_arrives_on_the_target(self):
        sent = self._post(self.source, self.agent_2, "Which room?")
        self._merge(self.source, self.target)
        self.target.stage_id = self.stage_waiting
        self.env["mail.thread"].message_process(
            "helpdesk.ticket",
            "From: base_other@school.example\n"
            "To: desk@school.example\n"
            "Subject: Re: No internet\n"
            "Message-Id: <base-merged@school.example>\n"
            f"In-Reply-To: {sent.message_id}\n\n"
            "Room 204.",
        )
        arrived = self.target.message_ids.filtered(
            lambda message: "Room 204" in message.body
        )
        self.assertEqual(arrived.author_id, self.other.partner_id)
        self.assertEqual(self.target.stage_id, self.stage_open)
        self.assertEqual(self.source.stage_id, self.stage_cancelled)
        self.assertNotIn("Room 204", self._readable(self.target, self.requester))
        self.assertIn("Room 204", self._readable(self.source, self.other))

    def test_reply_after_the_target_has_ended_starts_a_ticket(self):
        self._merge(self.source, self.target)
        self.target.stage_id = self.stage_closed
        self._post(self.source, self.other, "Not for me")
        follow_up = self.source.follow_up_id
        self.assertEqual(follow_up.partner_id, self.other.partner_id)
        self.assertEqual(follow_up.related_ticket_ids, self.source | self.target)
        self.assertFalse(self.target.follow_up_id)

    def test_the_requester_of_the_source_is_notified_of_the_solution(self):
        self._post(self.target, self.requester, "Words of the requester")
        self._merge(self.source, self.target)
        tell(self.env)
        self.target.with_user(self.agent).stage_id = self.stage_resolved
        self.assertIn("resolved", self.source.message_ids[0].body)
        told = tell(self.env).filtered(lambda job: job.ticket_id == self.source)
        self.assertEqual(told.partner_id, self.other.partner_id)
        self.assertIn("Your problem is resolved", told.mail_id.body_html)
        self.assertNotIn("Words", self._readable(self.source, self.other))

    def test_sharing_ends_at_the_next_merge(self):
        """Source and target share messages; a further target shares with neither."""
        third = new_test_user(self.env, "base_third", groups="base.group_portal")
        final = self._create_ticket(partner_id=third.partner_id.id)
        self._merge(self.source, self.target, share=True)
        self._merge(self.target, final)
        self._post(self.source, self.other, "Any news?")
        arrived = final.message_ids.filtered(lambda post: "Any news?" in post.body)
        self.assertTrue(arrived)
        self.assertNotIn("Any news?", self._readable(final, third))
        final.stage_id = self.stage_resolved
        for ticket in (self.source, self.target):
            self.assertIn("resolved", ticket.message_ids[0].body)

    def test_no_chosen_assignee_keeps_the_assignee(self):
        self.target.user_id = self.agent_2
        self._merge(self.source, self.target)
        self.assertEqual(self.target.user_id, self.agent_2)

    def test_ratings_activities_and_relations_move(self):
        related = self._create_ticket(name="Related")
        self.source.related_ticket_ids = related | self.target
        activity = self.source.activity_schedule("mail.mail_activity_data_todo")
        rating, open_rating = self.env["rating.rating"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                    "res_id": self.source.id,
                    "partner_id": self.other.partner_id.id,
                    "rating": value,
                    "consumed": bool(value),
                }
                for value in (5, 0)
            ]
        )
        self._merge(self.source, self.target)
        self.assertEqual(self.target.activity_ids, activity)
        self.assertEqual(rating.res_id, self.target.id)
        self.assertEqual(self.target.positive_rate_percentage, 100)
        self.assertEqual(open_rating.res_id, self.source.id)
        self.assertEqual(self.target.related_ticket_ids, related)
        self.assertEqual(related.related_ticket_ids, self.target)

    def test_refused(self):
        for sources, target in (
            (self.target, self.target),
            (self.source, self.env["helpdesk.ticket"]),
        ):
            with self.assertRaises(UserError):
                self._merge(sources, target)
        self._merge(self.source, self.target)
        with self.assertRaises(UserError):
            self._merge(self.same, self.source)
        with self.assertRaises(UserError):
            self._merge(self.source, self.same)
        with self.assertRaises(UserError):
            self._merge(self.target, self.source)
        with self.assertRaises(UserError):
            self.source.with_user(self.agent).action_reopen()

    def test_database_refuses_a_merge_into_itself(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.target.merged_into_id = self.target
            self.env.flush_all()

    def test_the_agent_needs_write_access_to_every_ticket(self):
        own = new_test_user(
            self.env, "base_own", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        (self.target | self.source).user_id = own
        self.same.user_id = self.agent
        self.env.flush_all()
        with self.assertRaises(AccessError):
            self._merge(self.same | self.source, self.target, own)
        self.assertFalse(self.source.merged_into_id)
        self._merge(self.source, self.target, own, user_id=own.id)
        self.assertEqual(self.source.merged_into_id, self.target)

    def test_into_a_new_ticket(self):
        self._merge(
            self.source | self.target,
            self.env["helpdesk.ticket"],
            create_new_ticket=True,
            dst_ticket_name="The network",
            dst_helpdesk_team_id=self.team.id,
        )
        new = self.source.merged_into_id
        self.assertEqual(new.merged_ids, self.source | self.target)
        self.assertFalse(new.partner_id)
        self.assertNotIn("Secret", new.description)

    def test_form_asks_for_the_other_ticket(self):
        action = self.source.action_merge()
        form = Form(
            self.env["helpdesk.ticket.merge"]
            .with_user(self.agent)
            .with_context(**action["context"])
        )
        self.assertFalse(form.dst_ticket_id)
        form.dst_ticket_id = self.same
        self.assertTrue(form.requesters_differ)
        form.save().merge_tickets()
        self.assertEqual(self.source.merged_into_id, self.same)

    def test_duplicate_ends_cancelled(self):
        wizard = (
            self.env["helpdesk.ticket.duplicate.wizard"]
            .with_user(self.agent)
            .create({"ticket_id": self.same.id, "duplicate_of_id": self.target.id})
        )
        wizard.action_confirm()
        self.assertEqual(self.same.stage_id, self.stage_cancelled)
        self.assertIn(self.target.number, self.same.cancel_reason)
        self._post(self.same, self.requester, "And now?")
        self.assertIn("And now?", self._readable(self.target, self.requester))

    def test_duplicate_is_no_answer(self):
        self.env["helpdesk.ticket.duplicate.wizard"].with_user(self.agent).create(
            {"ticket_id": self.source.id, "duplicate_of_id": self.target.id}
        ).action_confirm()
        self.assertFalse(self.source.first_response_date)
        told = tell(self.env).filtered(
            lambda job: job.ticket_id == self.source and job.state == "queued"
        )
        self.assertEqual(told.partner_id, self.other.partner_id)
        self.assertIn(self.target.number, told.mail_id.body_html)
        self.assertIn("duplicate", self._readable(self.source, self.other))

    def test_duplicate_found_by_agents_of_every_level(self):
        for level in ("own", "team"):
            with self.subTest(level=level):
                agent = new_test_user(
                    self.env,
                    f"base_agent_{level}",
                    groups=f"helpdesk_mgmt.group_helpdesk_user_{level}",
                )
                self.team.user_ids += agent
                ticket = self._create_ticket(user_id=agent.id)
                target = self._create_ticket(user_id=agent.id)
                self.env.flush_all()
                self.env.invalidate_all()
                self.env["helpdesk.ticket.duplicate.wizard"].with_user(agent).create(
                    {"ticket_id": ticket.id, "duplicate_of_id": target.id}
                ).action_confirm()
                self.assertEqual(ticket.duplicate_id, target)
                self.assertEqual(ticket.stage_id, self.stage_cancelled)

    def test_duplicate_needs_write_access(self):
        for user in (self.requester, self._new_agent_of_own_tickets()):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["helpdesk.ticket.duplicate.wizard"].with_user(user).create(
                    {"ticket_id": self.source.id, "duplicate_of_id": self.target.id}
                ).action_confirm()

    def _new_agent_of_own_tickets(self):
        return new_test_user(
            self.env, "base_agent_mine", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )

    def test_the_requester_of_a_duplicate_is_notified_of_the_end(self):
        for stage, text in (
            (self.stage_resolved, "is resolved"),
            (self.stage_closed, "is resolved"),
            (self.stage_cancelled, "was cancelled"),
        ):
            with self.subTest(stage=stage.name):
                target = self._create_ticket()
                source = self._create_ticket(partner_id=self.other.partner_id.id)
                source.duplicate_id = target
                source.stage_id = self.stage_cancelled
                target.with_user(self.agent).stage_id = stage
                self.assertIn(text, self._readable(source, self.other))
                count = len(source.message_ids)
                if stage == self.stage_resolved:
                    target.with_user(self.agent).stage_id = self.stage_closed
                    self.assertEqual(len(source.message_ids), count)

    def test_merging_the_target_again_notifies_nobody(self):
        self._merge(self.source, self.target)
        count = len(self.source.message_ids)
        self._merge(self.target, self.same)
        self.assertEqual(len(self.source.message_ids), count)

    def test_a_reopened_ticket_is_no_duplicate(self):
        self.same.duplicate_id = self.target
        self.same._cancel("Twice")
        self.same.action_reopen()
        self.assertFalse(self.same.duplicate_id)

    def test_a_merged_ticket_ignores_a_new_status_of_its_stage(self):
        self._merge(self.source, self.target)
        other = self._create_ticket(stage_id=self.stage_cancelled.id)
        closed = self.source.closed_date
        self.stage_cancelled.status_category = "closed"
        self.assertTrue(other.resolved_date)
        self.assertFalse(self.source.resolved_date)
        self.assertEqual(self.source.closed_date, closed)

    def test_mass_merge_keeps_each_thread_apart(self):
        third = self._create_ticket(partner_id=False, name="By mail")
        third.message_subscribe(self.requester.partner_id.ids)
        self._merge(self.source | third | self.same, self.target)
        self.assertEqual(self.target.merged_ids, self.source | third | self.same)
        readable = self._readable(self.target, self.requester)
        self.assertIn("Network still down", readable)
        self.assertNotIn("No internet", readable)

    def test_a_stage_with_merged_tickets_stays_ended(self):
        self._merge(self.source | self.target, self.target)
        for status in ("open", "waiting", "resolved"):
            with self.subTest(status), self.assertRaises(UserError):
                self.stage_cancelled.status_category = status
        self.assertEqual(self.source.status_category, "cancelled")
        self.stage_cancelled.status_category = "cancelled"

    def test_only_agents_can_merge(self):
        teacher = new_test_user(self.env, "base_teacher", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.env["helpdesk.ticket.merge"].with_user(teacher).create(
                {"ticket_ids": [Command.set(self.source.ids)]}
            )
