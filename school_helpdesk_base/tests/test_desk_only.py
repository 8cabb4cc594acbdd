"""The stored "desk only" value is correct after every change, in any order."""

import random
from functools import partial

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..hooks import update_desk_only_files
from .access_common import AccessCommon

#: Number of test runs, and of random changes in each run.
RUNS = 4
STEPS = 40
#: The rule as a plain query, to compare with the stored values.
NAIVE_RULE = """
    -- each ticket with itself and the tickets that share their messages with it
    WITH RECURSIVE thread AS (
        SELECT id AS ticket_id, id AS part_id FROM helpdesk_ticket
         UNION
        SELECT source.merged_into_id, thread.part_id
          FROM thread
          JOIN helpdesk_ticket AS source ON source.id = thread.ticket_id
         WHERE source.merge_shared AND source.merged_into_id IS NOT NULL
    )
    SELECT file.id,
           EXISTS (
               SELECT 1
                 FROM message_attachment_rel AS rel
                WHERE rel.attachment_id = file.id
           ),
           EXISTS (
               SELECT 1
                 FROM message_attachment_rel AS rel
                 JOIN mail_message AS message ON message.id = rel.message_id
            LEFT JOIN mail_message_subtype AS subtype
                   ON subtype.id = message.subtype_id
                WHERE rel.attachment_id = file.id
                  AND message.is_internal IS NOT TRUE
                  AND subtype.id IS NOT NULL
                  AND subtype.internal IS NOT TRUE
           ),
           EXISTS (
               SELECT 1
                 FROM res_users AS creator
                WHERE creator.id = file.create_uid
                  AND creator.share IS NOT TRUE
                  AND creator.id <> %s
                  AND NOT EXISTS (
                      SELECT 1
                        FROM thread
                        JOIN helpdesk_ticket AS ticket ON ticket.id = thread.part_id
                       WHERE thread.ticket_id = file.res_id
                         AND creator.partner_id IN (
                             ticket.partner_id, ticket.submitter_id
                         )
                  )
           )
      FROM ir_attachment AS file
     WHERE file.res_model = 'helpdesk.ticket'
"""


@tagged("post_install", "-at_install", "security")
class TestDeskOnly(AccessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = new_test_user(cls.env, "desk_only_staff", groups="base.group_user")
        cls.subtype = cls.env["mail.message.subtype"].create(
            {"name": "Call", "res_model": "helpdesk.ticket"}
        )
        cls.people = cls.owner | cls.submitter | cls.staff | cls.agent_team

    def _assert_stored_values_are_right(self):
        self.env.flush_all()
        expected = {}
        root = self.env.ref("base.user_root")
        for file, is_sent, is_shown, is_loose in self.env.execute_query(
            SQL(NAIVE_RULE, root.id)
        ):
            expected[file] = (
                ("note" if not is_shown else None)
                if is_sent
                else ("loose" if is_loose else None)
            )
        found = dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, helpdesk_desk_only FROM ir_attachment "
                    "WHERE res_model = 'helpdesk.ticket' "
                    "OR helpdesk_desk_only IS NOT NULL"
                )
            )
        )
        self.assertEqual(found, expected)
        self.env.invalidate_all()
        for file in self.env["ir.attachment"].browse(found):
            self.assertEqual(file.helpdesk_desk_only or None, expected[file.id])

    def test_after_changes_in_any_order(self):
        changes = [
            getattr(self, name) for name in sorted(dir(self)) if name[:8] == "_change_"
        ]
        for seed in range(RUNS):
            self.random = random.Random(seed)
            self.tickets = [self._create_ticket(name=str(n)) for n in range(3)]
            self.sources = []
            for step in range(STEPS):
                change = self.random.choice(changes)
                with self.subTest(seed=seed, step=step, change=change.__name__):
                    change()
                    self._assert_stored_values_are_right()

    # The changes, each on random tickets, users, messages and files

    def _pick(self, records):
        return records.browse(self.random.choice(records.ids) if records else ())

    def _get_ticket(self):
        return self.random.choice(self.tickets)

    def _get_message(self):
        return self._pick(self._get_ticket().message_ids)

    def _get_file(self):
        ids = [ticket.id for ticket in self.tickets]
        Attachment = self.env["ir.attachment"]
        return self._pick(
            Attachment.search(
                [("res_model", "=", "helpdesk.ticket"), ("res_id", "in", ids)]
            )
        )

    def _get_subtype(self):
        return self.random.choice(
            [
                self.env.ref("mail.mt_comment"),
                self.env.ref("mail.mt_note"),
                self.subtype,
            ]
        )

    def _change_post(self):
        self._get_ticket().with_user(self._pick(self.people)).sudo().message_post(
            body="Words",
            subtype_id=self._get_subtype().id,
            attachments=[(f"{n}.txt", b"words") for n in range(2)],
        )

    def _change_put(self):
        self.env["ir.attachment"].with_user(self._pick(self.people)).sudo().create(
            {
                "name": "loose.txt",
                "raw": b"words",
                "res_model": "helpdesk.ticket",
                "res_id": self._get_ticket().id,
            }
        )

    def _change_send_a_file_again(self):
        files = self._get_file() | self._get_file()
        self._get_ticket().message_post(
            body="Words", subtype_id=self._get_subtype().id, attachment_ids=files.ids
        )

    def _change_who_reads_a_message(self):
        message = self._get_message()
        message.is_internal = not message.is_internal

    def _change_kind_of_a_message(self):
        kind = self._pick(self._get_subtype() | self.subtype)
        self._get_message().subtype_id = self.random.choice([kind, False])

    def _change_files_of_a_message(self):
        message, file = self._get_message(), self._get_file()
        if file in message.attachment_ids:
            message.attachment_ids -= file
        else:
            message.attachment_ids += file

    def _change_delete_a_message(self):
        self._get_message().unlink()

    def _change_kind(self):
        self.subtype.internal = not self.subtype.internal

    def _change_delete_a_kind(self):
        self.subtype.unlink()
        self.subtype = self.env["mail.message.subtype"].create({"name": "Call"})

    def _change_requester(self):
        self._get_ticket().partner_id = self._pick(self.people).partner_id

    def _change_submitter(self):
        someone = self.random.choice([self._pick(self.people).partner_id, False])
        self._get_ticket().submitter_id = someone

    def _change_ticket_of_a_file(self):
        self._get_file().res_id = self._get_ticket().id

    def _change_model_of_a_file(self):
        partner = self.owner.partner_id
        file = self._get_file()
        file.write({"res_model": partner._name, "res_id": partner.id})
        self._assert_stored_values_are_right()
        if self.random.random() < 0.7:
            file.write({"res_model": "helpdesk.ticket", "res_id": self.tickets[0].id})

    def _change_copy_a_file(self):
        self._get_file().with_user(self._pick(self.people)).sudo().copy()

    def _change_merge(self):
        source = self.tickets.pop(0)
        target = self._get_ticket()
        source.partner_id.email = source.partner_id.email or "r@example.com"
        source.with_user(self.agent_all)._merge_into(
            target, share=self.random.random() < 0.5
        )
        self.sources.append(source)
        self.tickets.append(self._create_ticket(name="New"))

    def _change_requester_of_a_merged_ticket(self):
        if self.sources:
            source = self.random.choice(self.sources)
            source.partner_id = self._pick(self.people).partner_id

    def _change_account(self):
        # agents keep their account: they merge the tickets
        user = self._pick(self.owner | self.submitter | self.staff)
        kind = "base.group_user" if user.share else "base.group_portal"
        user.group_ids = self.env.ref(kind)

    def _change_account_in_its_group(self):
        kinds = self.env.ref("base.group_user"), self.env.ref("base.group_portal")
        user = self._pick(self.owner | self.submitter | self.staff)
        old, new = kinds if user in kinds[0].user_ids else kinds[::-1]
        # a user is a member of one of the two
        user.write({"group_ids": [Command.unlink(old.id)]})
        new.user_ids = [Command.link(user.id)]

    # ------------------------------------------------------------------
    # Single cases
    # ------------------------------------------------------------------

    def _put(self, user, ticket):
        return (
            self.env["ir.attachment"]
            .with_user(user)
            .sudo()
            .create(
                {
                    "name": "photo.txt",
                    "raw": b"words",
                    "res_model": "helpdesk.ticket",
                    "res_id": ticket.id,
                }
            )
            .sudo(False)
            .with_user(self.env.user)
        )

    def _is_readable(self, file, user):
        self.env.invalidate_all()
        # the pages of portal users ask for this, too
        return not file.with_user(user)._get_desk_only()

    def test_a_shared_merge_shares_the_files_of_all_requesters(self):
        """Files of employees who report, and files of portal users, in a chain."""
        for number, reporter in enumerate((self.staff, self.stranger, self.agent_own)):
            for is_submitter in (False, True):
                with self.subTest(number=number, is_submitter=is_submitter):
                    name = "submitter_id" if is_submitter else "partner_id"
                    source = self._create_ticket(**{name: reporter.partner_id.id})
                    file = self._put(reporter, source)
                    middle = self._create_ticket(partner_id=False)
                    target = self._create_ticket(partner_id=self.owner.partner_id.id)
                    source.with_user(self.agent_all)._merge_into(middle, share=True)
                    middle.with_user(self.agent_all)._merge_into(target, share=True)
                    self.assertEqual(file.res_id, target.id)
                    self.assertTrue(self._is_readable(file, self.owner))
                    # what the desk added stays with the desk
                    added = self._put(self.agent_2, target)
                    self.assertFalse(self._is_readable(added, self.owner))
                    # somebody else is the requester of the source
                    if reporter != self.stranger:
                        source[name] = self.agent_2.partner_id
                        self.assertFalse(self._is_readable(file, self.owner))

    def test_a_merge_without_sharing_shares_no_file(self):
        for reporter in (self.staff, self.stranger, self.agent_own):
            with self.subTest(reporter.login):
                source = self._create_ticket(partner_id=reporter.partner_id.id)
                file = self._put(reporter, source)
                target = self._create_ticket(partner_id=self.owner.partner_id.id)
                source.with_user(self.agent_all)._merge_into(target)
                copies = target.attachment_ids
                self.assertEqual(copies.mapped("name"), [file.name])
                self.assertFalse(self._is_readable(copies, self.owner))
                self.assertEqual(file.res_id, source.id)
                self.assertFalse(source.with_user(self.owner).has_access("read"))

    def test_an_agent_who_reports_acts_as_a_requester(self):
        """A file without a message is readable, a file of a note is not."""
        for agent in (self.agent_own, self.agent_team, self.agent_all):
            with self.subTest(agent.login):
                ticket = self._create_ticket(
                    partner_id=self.owner.partner_id.id,
                    submitter_id=agent.partner_id.id,
                )
                photo = self._put(agent, ticket)
                note = ticket.with_user(agent).message_post(
                    body="Words",
                    subtype_xmlid="mail.mt_note",
                    attachments=[("note.txt", b"words")],
                )
                self.assertTrue(self._is_readable(photo, self.owner))
                self.assertFalse(self._is_readable(note.attachment_ids, self.owner))

    def test_files_follow_the_account_of_their_creator(self):
        file = self._put(self.stranger, self.ticket)
        self.assertTrue(self._is_readable(file, self.owner))
        self.stranger.group_ids = self.env.ref("base.group_user")
        self.assertFalse(self._is_readable(file, self.owner))
        self.stranger.group_ids = self.env.ref("base.group_portal")
        self.assertTrue(self._is_readable(file, self.owner))
        self.stranger.group_ids = [Command.clear()]
        self.env.ref("base.group_user").user_ids = [Command.link(self.stranger.id)]
        self.assertFalse(self._is_readable(file, self.owner))

    def test_a_file_of_notes_is_never_public(self):
        """Neither the switch Public nor a link returns it to anybody else."""
        for kind in ("note", "comment"):
            file = (
                self.ticket.with_user(self.agent_all)
                .message_post(
                    body="Words",
                    subtype_xmlid=f"mail.mt_{kind}",
                    attachments=[(f"{kind}.txt", b"words")],
                )
                .attachment_ids.with_user(self.env.user)
            )
            [token] = file.generate_access_token()
            file.public = True
            for user in (self.public, self.owner, self.stranger, self.employee):
                for given in (None, token):
                    with self.subTest(kind=kind, user=user.login, token=given):
                        Binary = self.env["ir.binary"].with_user(user)
                        find = partial(
                            Binary._find_record, res_id=file.id, access_token=given
                        )
                        if kind == "comment":
                            self.assertEqual(find().raw, b"words")
                        else:
                            self.assertRaises(AccessError, find)
            found = self.env["ir.binary"].with_user(self.agent_all)
            self.assertEqual(found._find_record(res_id=file.id).raw, b"words")

    # ------------------------------------------------------------------
    # Older databases
    # ------------------------------------------------------------------

    def test_update_of_an_older_database(self):
        for kind in ("comment", "note"):
            self.ticket.with_user(self.agent_team).message_post(
                body="Words",
                subtype_xmlid=f"mail.mt_{kind}",
                attachments=[(f"{kind}.txt", b"words")],
            )
        self.tickets, self.random = [self.ticket], random.Random(1)
        for _time in range(3):
            self._change_put()
        self.env.flush_all()
        self.env.cr.execute("UPDATE ir_attachment SET helpdesk_desk_only = NULL")
        self.env.invalidate_all()
        update_desk_only_files(self.env)
        self._assert_stored_values_are_right()
