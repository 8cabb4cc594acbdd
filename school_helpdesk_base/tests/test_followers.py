from odoo.tests import new_test_user

from .common import HelpdeskCommon


class TestFollowers(HelpdeskCommon):
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
        cls.teacher = new_test_user(
            cls.env,
            "base_teacher",
            groups="base.group_user",
            email="base_teacher@school.example",
        )

    def _follows(self, ticket, user):
        return user.partner_id in ticket.message_partner_ids

    def _suggested(self, ticket):
        suggested = ticket.with_user(self.agent)._message_get_suggested_recipients()
        return {recipient["email"] for recipient in suggested}

    def test_a_new_tickets_requesters_follow(self):
        ticket = (
            self.env["helpdesk.ticket"]
            .with_user(self.agent)
            .create(
                {
                    "name": "By telephone",
                    "description": "<p>No sound</p>",
                    "team_id": self.team.id,
                    "partner_id": self.requester.partner_id.id,
                    "submitter_id": self.teacher.partner_id.id,
                }
            )
        )
        self.assertTrue(self._follows(ticket, self.requester))
        self.assertTrue(self._follows(ticket, self.teacher))

    def test_a_new_requester_replaces_the_former_one(self):
        tickets = self._create_ticket() | self._create_ticket()
        tickets.with_user(self.agent).partner_id = self.other.partner_id
        for ticket in tickets:
            self.assertTrue(self._follows(ticket, self.other))
            self.assertFalse(self._follows(ticket, self.requester))
            answer = ticket.with_user(self.agent).message_post(
                body="Is it plugged in?",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            self.assertEqual(answer.notified_partner_ids, self.other.partner_id)

    def test_a_requester_who_becomes_submitter_keeps_following(self):
        ticket = self._create_ticket()
        ticket.with_user(self.agent).write(
            {
                "partner_id": self.other.partner_id.id,
                "submitter_id": self.requester.partner_id.id,
            }
        )
        self.assertTrue(self._follows(ticket, self.other))
        self.assertTrue(self._follows(ticket, self.requester))

    def test_a_former_requester_with_write_access_keeps_following(self):
        ticket = self._create_ticket(partner_id=self.agent_2.partner_id.id)
        ticket.with_user(self.agent).partner_id = self.other.partner_id
        self.assertTrue(self._follows(ticket, self.agent_2))
        ticket = self._create_ticket(partner_id=self.teacher.partner_id.id)
        ticket.with_user(self.agent).partner_id = self.other.partner_id
        self.assertFalse(self._follows(ticket, self.teacher))

    def test_other_followers_stay(self):
        ticket = self._create_ticket()
        ticket.message_subscribe(self.teacher.partner_id.ids)
        ticket.partner_id = self.other.partner_id
        self.assertTrue(self._follows(ticket, self.teacher))

    def test_without_a_requester_nobody_follows(self):
        ticket = self._create_ticket()
        ticket.partner_id = False
        self.assertFalse(self._follows(ticket, self.requester))

    def test_the_composer_suggests_only_the_current_requesters(self):
        ticket = self._create_ticket(
            partner_email=self.requester.email, partner_name=self.requester.name
        )
        self.assertIn(self.requester.email, self._suggested(ticket))
        ticket.write(
            {
                "partner_id": self.other.partner_id.id,
                "submitter_id": self.teacher.partner_id.id,
            }
        )
        self.assertEqual(ticket.partner_email, self.other.email)
        self.assertEqual(ticket.partner_name, self.other.name)
        self.assertEqual(self._suggested(ticket), {self.other.email})
        # a follower is notified anyway; somebody who unfollowed is suggested
        ticket.message_unsubscribe(self.teacher.partner_id.ids)
        self.assertEqual(
            self._suggested(ticket), {self.other.email, self.teacher.email}
        )

    def test_a_given_address_is_not_overwritten(self):
        ticket = self._create_ticket()
        ticket.write(
            {
                "partner_id": self.other.partner_id.id,
                "partner_email": "elsewhere@school.example",
            }
        )
        self.assertEqual(ticket.partner_email, "elsewhere@school.example")

    def test_an_agent_changes_the_requester_and_hands_over_at_once(self):
        agent = new_test_user(
            self.env, "base_agent_own", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        ticket = self._create_ticket(user_id=agent.id)
        self.env.flush_all()
        self.env.invalidate_all()
        ticket.with_user(agent).write(
            {"partner_id": self.other.partner_id.id, "user_id": self.agent.id}
        )
        self.assertEqual(ticket.user_id, self.agent)
        self.assertTrue(self._follows(ticket, self.other))
        self.assertFalse(self._follows(ticket, self.requester))
