"""Merged, duplicate and archived tickets leave nobody waiting for an ended ticket."""

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .common import HelpdeskCommon, tell

OPEN, ENDED = ("open", "waiting"), ("resolved", "closed", "cancelled")


@tagged("post_install", "-at_install")
class TestEndedTargets(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = new_test_user(
            cls.env, "ended_other", groups="base.group_portal", email="o@x.example"
        )

    def _new(self, status="open", **values):
        ticket = self._create_ticket(**values)
        ticket._set_status(status)
        return ticket

    def _new_source(self, status="open"):
        return self._new(status, name="Mine", partner_id=self.other.partner_id.id)

    def _mark_duplicate(self, source, target):
        self.env["helpdesk.ticket.duplicate.wizard"].with_user(self.agent).create(
            {"ticket_id": source.id, "duplicate_of_id": target.id}
        ).action_confirm()

    def _get_ways(self):
        return {
            "merge": lambda source, target: self._merge(source | target, target),
            "share": lambda source, target: self._merge(
                source | target, target, share=True
            ),
            "duplicate": self._mark_duplicate,
        }

    def _reply(self, ticket, author):
        return ticket.message_post(
            body="It is dark again",
            author_id=author.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    # ------------------------------------------------------------------
    # Merging
    # ------------------------------------------------------------------

    def test_open_work_reopens_a_resolved_ticket(self):
        for name, merge in self._get_ways().items():
            for status in OPEN:
                with self.subTest(name, status=status):
                    source, target = self._new_source(status), self._new("resolved")
                    merge(source, target)
                    self.assertEqual(source.status_category, "cancelled")
                    self.assertEqual(target.status_category, "open")
                    self.assertEqual(target.reopen_count, 1)
                    log = "".join(target.message_ids.mapped("body"))
                    self.assertIn("Reopened, because it continues", log)
                    self.assertNotIn("has ended", source.cancel_reason)

    def test_open_work_cannot_continue_in_a_closed_ticket(self):
        for name, merge in self._get_ways().items():
            for status in OPEN:
                for end in ("closed", "cancelled"):
                    with self.subTest(name, status=status, end=end):
                        source, target = self._new_source(status), self._new(end)
                        with self.assertRaises(UserError), self.env.cr.savepoint():
                            merge(source, target)
                        self.assertEqual(source.status_category, status)
                        self.assertEqual(target.status_category, end)
                        self.assertFalse(source.merged_into_id | source.duplicate_id)

    def test_nothing_continues_in_an_archived_ticket(self):
        for name, merge in self._get_ways().items():
            for status in (*OPEN, "resolved"):
                with self.subTest(name, status=status):
                    source, target = self._new_source(status), self._new("resolved")
                    target.active = False
                    with self.assertRaisesRegex(UserError, "archived"):
                        with self.env.cr.savepoint():
                            merge(source, target)
                    self.assertEqual(source.status_category, status)

    def test_ended_work_keeps_the_target_ended(self):
        for share in (False, True):
            for end in ("resolved", "closed"):
                with self.subTest(share=share, end=end):
                    source, target = self._new_source("resolved"), self._new(end)
                    self._merge(source | target, target, share=share)
                    self.assertEqual(target.status_category, end)
                    message = source.message_ids.sorted("id")[-1]
                    self.assertIn("the work has ended", message.body)
                    self.assertNotIn("We work on your ticket", message.body)
                    told = tell(self.env).filtered("mail_id")
                    told = told.filtered(lambda job, one=source: job.ticket_id == one)
                    self.assertIn(self.other.partner_id, told.partner_id)

    def test_one_open_ticket_among_several_reopens(self):
        sources = self._new_source("resolved") | self._new_source() | self._new_source()
        target = self._new("resolved")
        self._merge(sources | target, target)
        self.assertEqual(target.status_category, "open")
        self.assertEqual(target.reopen_count, 1)
        for source in sources:
            self.assertIn("We work on your ticket", source.cancel_reason)

    def test_the_wizard_warns(self):
        for status, end, warning in (
            ("open", "resolved", "reopens it"),
            ("waiting", "resolved", "reopens it"),
            ("open", "closed", "is closed"),
            ("resolved", "resolved", None),
            ("open", "open", None),
            ("resolved", "closed", None),
        ):
            with self.subTest(status, end=end):
                source, target = self._new_source(status), self._new(end)
                wizard = (
                    self.env["helpdesk.ticket.merge"]
                    .with_user(self.agent)
                    .with_context(active_ids=(source | target).ids)
                )
                form = Form(wizard)
                form.dst_ticket_id = target
                if warning:
                    self.assertIn(warning, form.warning)
                else:
                    self.assertFalse(form.warning)

    # ------------------------------------------------------------------
    # Archiving
    # ------------------------------------------------------------------

    def test_open_tickets_cannot_be_archived(self):
        for status in OPEN:
            for user in (self.env.user, self.agent):
                with self.subTest(status, user=user.login):
                    ticket = self._new(status).with_user(user)
                    ended = self._new("closed").with_user(user)
                    for archive in (
                        ticket.action_archive,
                        (ticket | ended).action_archive,
                        lambda ticket=ticket: ticket.write({"active": False}),
                    ):
                        with self.assertRaisesRegex(UserError, "has not ended"):
                            with self.env.cr.savepoint():
                                archive()
                    self.assertTrue(ticket.active and ended.active)

    def test_ended_tickets_can_be_archived(self):
        for status in ENDED:
            with self.subTest(status):
                ticket = self._new(status)
                ticket.with_user(self.agent).action_archive()
                self.assertFalse(ticket.active)

    def test_reopening_restores(self):
        for status in ENDED:
            for end in OPEN:
                with self.subTest(status, end=end):
                    ticket = self._new(status)
                    ticket.active = False
                    ticket.with_user(self.agent)._set_status(end)
                    self.assertTrue(ticket.active)

    def _archive_as_before(self, ticket):
        """Archive a ticket without a check, as earlier versions did."""
        ticket.flush_recordset()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET active = FALSE WHERE id = %s", (ticket.id,)
        )
        ticket.invalidate_recordset()

    def test_a_reply_restores(self):
        for status in (*OPEN, "resolved"):
            with self.subTest(status):
                ticket = self._new(status)
                self._archive_as_before(ticket)
                self._reply(ticket, self.requester)
                self.assertTrue(ticket.active)
                self.assertEqual(ticket.status_category, "open")

    def test_a_late_reply_to_an_archived_ticket_starts_a_new_one(self):
        for status in ("closed", "cancelled"):
            with self.subTest(status):
                ticket = self._new(status)
                ticket.active = False
                self._reply(ticket, self.requester)
                self.assertFalse(ticket.active)
                self.assertTrue(ticket.follow_up_id.active)
                self.assertEqual(
                    ticket.follow_up_id.partner_id, self.requester.partner_id
                )

    def test_a_reply_to_the_source_restores_the_target(self):
        for status in (*OPEN, "resolved"):
            with self.subTest(status):
                source, target = self._new_source(), self._new()
                self._merge(source | target, target)
                target._set_status(status)
                self._archive_as_before(target)
                self._reply(source, self.other)
                self.assertTrue(target.active)
                self.assertEqual(target.status_category, "open")

    def test_a_reply_to_the_source_of_an_archived_closed_target(self):
        source, target = self._new_source(), self._new()
        self._merge(source | target, target)
        target._set_status("closed")
        target.active = False
        self._reply(source, self.other)
        self.assertFalse(target.active)
        self.assertTrue(source.follow_up_id.active)
        self.assertEqual(source.follow_up_id.partner_id, self.other.partner_id)
