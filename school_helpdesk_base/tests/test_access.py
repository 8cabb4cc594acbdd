from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.school_helpdesk_base.hooks import OCA_SWITCHED_OFF, uninstall_hook

from .access_common import AccessCommon


@tagged("post_install", "-at_install")
class TestAccess(AccessCommon):
    def _get_seen(self, user):
        tickets = self.env["helpdesk.ticket"].with_user(user).search([])
        return tickets & (self.ticket | self.other_ticket)

    def test_requesters_read_the_tickets_they_are_named_on(self):
        self.assertEqual(self._get_seen(self.owner), self.ticket)
        self.assertEqual(self._get_seen(self.submitter), self.ticket)
        self.assertEqual(self._get_seen(self.stranger), self.other_ticket)
        self.assertFalse(self._get_seen(self.employee))
        self.ticket.partner_id = self.employee.partner_id
        self.assertEqual(self._get_seen(self.employee), self.ticket)
        self.assertFalse(self._get_seen(self.owner))

    def test_following_gives_no_sight(self):
        followers = self.stranger.partner_id | self.employee.partner_id | self.school
        self.ticket.message_subscribe(followers.ids)
        for user in (self.stranger, self.employee):
            self.assertNotIn(self.ticket, self._get_seen(user))

    def test_the_school_reads_nothing_through_its_contacts(self):
        self.ticket.partner_id = self.school
        for user in (self.owner, self.stranger):
            self.assertNotIn(self.ticket, self._get_seen(user))

    def test_a_search_tells_no_more_of_messages_than_reading_them(self):
        self.ticket.partner_id = self.owner.partner_id
        for kind, word in (("comment", "cable"), ("note", "broke")):
            self.ticket.message_post(body=word, subtype_xmlid=f"mail.mt_{kind}")

        def is_found(user, word):
            domain = [("id", "=", self.ticket.id), ("message_ids.body", "ilike", word)]
            return bool(self.env["helpdesk.ticket"].with_user(user).search(domain))

        for user in (self.owner, self.agent_all):
            self.assertTrue(is_found(user, "cable"), user.login)
        self.assertFalse(is_found(self.owner, "broke"))
        self.assertTrue(is_found(self.agent_all, "broke"))

    def test_requesters_write_nothing(self):
        self.ticket.partner_id = self.employee.partner_id
        for user in (self.submitter, self.employee):
            ticket = self.ticket.with_user(user)
            for verb in ("write", "create", "unlink"):
                self.assertFalse(ticket.has_access(verb), (user.login, verb))

    def test_an_agents_own_ticket_is_read_not_written(self):
        self.other_ticket.submitter_id = self.agent_own.partner_id
        ticket = self.other_ticket.with_user(self.agent_own)
        self.assertTrue(ticket.has_access("read"))
        self.assertFalse(ticket.has_access("write"))

    def test_sla_lines_follow_their_ticket(self):
        policy = self.env["helpdesk.sla"].create({"name": "One day", "days": 1})
        lines = self.env["helpdesk.ticket.sla"].create(
            [
                {"ticket_id": ticket.id, "sla_id": policy.id}
                for ticket in self.ticket | self.other_ticket
            ]
        )
        line, other_line = lines
        cases = [
            (self.owner, line),
            (self.submitter, line),
            (self.stranger, other_line),
            (self.employee, lines.browse()),
            (self.agent_own, line),
            (self.agent_team, line),
            (self.agent_all, lines),
            (self.agent_manager, lines),
        ]
        for user, expected in cases:
            with self.subTest(user=user.login):
                Line = lines.with_user(user)
                self.env.invalidate_all()
                self.assertEqual(Line.search([("id", "in", lines.ids)]), expected)
                self.assertEqual(Line._filtered_access("read"), expected)
                self.assertEqual(
                    Line.search_count([("id", "in", lines.ids)]), len(expected)
                )
                for refused in lines - expected:
                    self.env.invalidate_all()
                    with self.assertRaises(AccessError):
                        refused.with_user(user).read(["deadline", "ticket_id"])

    def test_policies_are_the_desks(self):
        Policy = self.env["helpdesk.sla"]
        for user in (self.owner, self.employee):
            self.assertFalse(Policy.with_user(user).has_access("read"), user.login)
        self.assertTrue(Policy.with_user(self.agent_own).has_access("read"))

    def test_public_reads_stages_and_writes_none(self):
        stage = self.stage_new.with_user(self.public)
        self.assertTrue(stage.has_access("read"))
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            stage.name = "Hacked"

    def test_everybody_who_signs_in_reads_types(self):
        kind = self.env["helpdesk.ticket.type"].create({"name": "Hardware"})
        for user in (self.owner, self.employee, self.agent_own, self.agent_team):
            self.assertEqual(kind.with_user(user).read(["name"])[0]["name"], "Hardware")
            self.assertFalse(kind.with_user(user).has_access("write"), user.login)

    def test_uninstall_gives_the_rules_of_oca_back(self):
        records = [self.env.ref(xmlid) for xmlid in OCA_SWITCHED_OFF]
        self.assertFalse(any(record.active for record in records))
        uninstall_hook(self.env)
        self.assertTrue(all(record.active for record in records))
