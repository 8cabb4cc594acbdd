"""One address gets one mail, even if several contacts have it."""

from unittest.mock import patch

from odoo.tests import Form, tagged
from odoo.tools import email_normalize, mute_logger

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from .common import forget, tell
from .test_notification import STATUS, NotificationCommon

ADDRESS = "malee@example.com"
#: The same address as another contact may have it.
FORMS = (ADDRESS, "Malee@Example.COM", '"Malee T." <malee@example.com>', f" {ADDRESS} ")


@tagged("post_install", "-at_install")
class TestOneAddress(NotificationCommon):
    def setUp(self):
        super().setUp()
        self.submitter.email = FORMS[1]
        forget(self.env)

    def _count(self):
        """Return how many mails the address got."""
        return sum(
            email_normalize(address) == ADDRESS
            for mail in self._mails
            for address in mail["email_to"]
        )

    def test_two_contacts_get_one_mail_of_an_event(self):
        other = self._create_ticket()
        events = self.Rule.search(
            [("audience", "=", "requesters"), ("event", "!=", "public_reply")]
        ).mapped("event")
        self.assertGreaterEqual(len(events), 13)
        for number, event in enumerate(events):
            self.submitter.email = FORMS[number % len(FORMS)]
            self._set_status(event)
            self.ticket.duplicate_id = event.startswith("merged") and other
            self._ask_for_ratings()
            forget(self.env)
            self._switch(event, "requesters", mail=True)
            self.ticket._notify(event)
            with self.mock_mail_gateway():
                jobs = tell(self.env, send=True)
            with self.subTest(event=event, form=self.submitter.email):
                self.assertEqual(self._count(), 1)
                self.assertEqual(len(jobs), 2)
                self.assertEqual(set(jobs.mapped("state")), {"queued"})

    def test_a_requester_without_a_contact_and_a_contact(self):
        ticket = self._create_ticket(
            partner_id=False, partner_email=FORMS[2], submitter_id=self.submitter.id
        )
        self.assertFalse(ticket.partner_id)
        with self.mock_mail_gateway():
            tell(self.env, send=True)
        self.assertEqual(self._count(), 1)

    def test_different_addresses_get_their_own_mails(self):
        for address, mails in (
            ("malee2@example.com", 2),
            ("malee@example.org", 2),
            (ADDRESS, 1),
        ):
            self.submitter.email = address
            self._create_ticket(submitter_id=self.submitter.id)
            self.assertEqual(len(tell(self.env).mail_id), mails, address)

    def test_each_ticket_is_told(self):
        for _ticket in range(2):
            self._create_ticket(submitter_id=self.submitter.id)
        self.assertEqual(len(tell(self.env).mail_id), 2)

    def test_an_answer_is_mailed_once(self):
        follower = self.env["res.partner"].create({"name": "M", "email": FORMS[2]})
        self.ticket.message_subscribe(follower.ids)
        with self.mock_mail_gateway():
            self.ticket.with_user(self.agent).message_post(
                body="Is it plugged in?", subtype_xmlid="mail.mt_comment"
            )
            self.env["mail.mail"].process_email_queue()
        self.assertEqual(self._count(), 1)
        [mail] = [one for one in self._mails if ADDRESS in str(one["email_to"]).lower()]
        # that of the requester, who has an account
        self.assertIn("Malee", str(mail["email_to"]))

    def test_an_answer_told_with_a_status_is_mailed_once(self):
        follower = self.env["res.partner"].create({"name": "M", "email": FORMS[2]})
        for name in ("action_send_and_resolve", "action_send_and_wait", "action_send"):
            ticket = self._create_ticket(submitter_id=self.submitter.id)
            ticket.message_subscribe(follower.ids)
            forget(self.env)
            with self.mock_mail_gateway():
                form = Form(
                    self.env["helpdesk.ticket.answer"]
                    .with_user(self.agent)
                    .with_context(default_ticket_id=ticket.id)
                )
                form.body = "<p>Use the other cable.</p>"
                getattr(form.save(), name)()
                tell(self.env, send=True)
            with self.subTest(name):
                self.assertEqual(self._count(), 1)

    def test_two_roles_with_one_address_are_one_mail(self):
        """The mail tells everything, and first what the requester must know."""
        self.agent_2.partner_id.email = FORMS[2]
        self.ticket.user_id = self.agent_2
        self.ticket._set_status("resolved")
        with self.mock_mail_gateway():
            tell(self.env, send=True)
        self.assertEqual(self._count(), 1)
        [mail] = [one for one in self._mails if ADDRESS in str(one["email_to"]).lower()]
        self.assertIn("Resolved", mail["subject"])
        self.assertIn("We have resolved your ticket.", mail["body"])
        self.assertIn("This ticket is now yours.", mail["body"])
        self.assertIn("/my/ticket/", mail["body"])

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_a_failed_mail_is_sent_again_once(self):
        def fail(*args, **kwargs):
            raise MailDeliveryException("Out of order")

        for helper in ("together", "one by one"):
            self._create_ticket(submitter_id=self.submitter.id)
            with (
                self.mock_mail_gateway(),
                patch.object(self.env.registry["ir.mail_server"], "send_email", fail),
            ):
                jobs = tell(self.env, send=True)
            self.assertEqual(jobs.mapped("state"), ["failed"] * 2)
            with self.mock_mail_gateway():
                by_manager = jobs.with_user(self.leader)
                for rows in [by_manager] if helper == "together" else by_manager:
                    rows.action_send_again()
                tell(self.env, send=True)
            with self.subTest(helper):
                self.assertEqual(self._count(), 1)
                self.assertEqual(set(jobs.mapped("state")), {"queued"})

    def test_a_shared_address_of_agents_gets_one_overview(self):
        (self.agent | self.agent_2).partner_id.email = "it@example.com"
        self.team.user_ids = self.agent | self.agent_2
        for groups, mails in (
            ("helpdesk_mgmt.group_helpdesk_user", 1),
            # only their own tickets: the figures of the two differ
            ("helpdesk_mgmt.group_helpdesk_user_own", 2),
        ):
            (self.agent | self.agent_2).group_ids = self.env.ref(
                "base.group_user"
            ) | self.env.ref(groups)
            jobs = self.Job.create(
                [
                    {
                        "event": "digest",
                        "audience": "agents",
                        "digest_team_id": self.team.id,
                        "partner_id": user.partner_id.id,
                    }
                    for user in self.agent | self.agent_2
                ]
            )
            tell(self.env)
            with self.subTest(groups):
                self.assertEqual(len(jobs.mail_id), mails)

    def test_the_status_is_the_last_one_for_all_contacts(self):
        for event in ("waiting", "resolved"):
            self.ticket._set_status(STATUS[event])
            self.env.cr.flush()
        with self.mock_mail_gateway():
            tell(self.env, send=True)
        self.assertEqual(self._count(), 1)
