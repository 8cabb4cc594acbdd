"""Agents write to people without a contact, with the requests of the web client."""

from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from .common import HelpdeskCommon

UNKNOWN = (
    '"Anna Berg" <anna@parents.example>',
    "bare.address@parents.example",
    '"สมศรี ใจดี" <SOMSRI@parents.example>',
)
ADDRESSES = [
    "anna@parents.example",
    "bare.address@parents.example",
    "somsri@parents.example",
]


@tagged("post_install", "-at_install")
class TestUnknownRecipients(MailCase, HelpdeskCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        levels = {
            "own": "helpdesk_mgmt.group_helpdesk_user_own",
            "team": "helpdesk_mgmt.group_helpdesk_user_team",
            "all": "helpdesk_mgmt.group_helpdesk_user",
            "manager": "helpdesk_mgmt.group_helpdesk_manager",
        }
        cls.desk = {
            level: new_test_user(
                cls.env,
                f"unknown_{level}",
                groups=f"{group},base.group_user",
                email=f"{level}@desk.example",
            )
            for level, group in levels.items()
        }
        for user in cls.desk.values():
            cls.team.user_ids |= user

    def _get_contacts(self):
        return (
            self.env["res.partner"]
            .search([("email_normalized", "in", ADDRESSES)])
            .mapped("email_normalized")
        )

    def _request(self, user, route, **params):
        self.authenticate(user.login, user.login)
        return self.make_jsonrpc_request(route, params)

    def _check_each_level(self, check):
        """Call ``check`` with an agent of each level and a ticket of that agent."""
        for level, user in self.desk.items():
            with self.subTest(level):
                self.env["res.partner"].search(
                    [("email_normalized", "in", ADDRESSES)]
                ).unlink()
                self.assertFalse(user.has_group("base.group_partner_manager"))
                check(user, self._create_ticket(user_id=user.id))

    def test_reply_all_includes_people_without_a_contact(self):
        def check(user, ticket):
            ticket.email_cc = ", ".join(UNKNOWN)
            recipients = self._request(
                user,
                "/mail/thread/recipients",
                thread_model=ticket._name,
                thread_id=ticket.id,
            )
            emails = [recipient["email"] for recipient in recipients]
            for address in ADDRESSES:
                self.assertIn(address, emails)

        self._check_each_level(check)

    def test_reply_all_to_a_mail_of_a_stranger(self):
        def check(user, ticket):
            message = self.env["mail.message"].create(
                {
                    "model": ticket._name,
                    "res_id": ticket.id,
                    "message_type": "email",
                    "subtype_id": self.env.ref("mail.mt_comment").id,
                    "email_from": UNKNOWN[0],
                    "incoming_email_cc": ", ".join(UNKNOWN[1:]),
                    "body": "<p>Hello</p>",
                }
            )
            recipients = self._request(
                user,
                "/mail/thread/recipients",
                thread_model=ticket._name,
                thread_id=ticket.id,
                message_id=message.id,
            )
            emails = [recipient["email"] for recipient in recipients]
            for address in ADDRESSES:
                self.assertIn(address, emails)

        self._check_each_level(check)

    def test_the_large_composer_gets_all_recipients(self):
        def check(user, ticket):
            partners = self._request(
                user,
                "/mail/partner/from_email",
                thread_model=ticket._name,
                thread_id=ticket.id,
                emails=list(UNKNOWN),
            )
            self.assertEqual([partner["email"] for partner in partners], ADDRESSES)
            composer = (
                self.env["mail.compose.message"]
                .with_user(user)
                .with_context(
                    default_model=ticket._name,
                    default_res_ids=ticket.ids,
                    default_partner_ids=[partner["id"] for partner in partners],
                )
                .create({"body": "<p>To all</p>"})
            )
            with self.mock_mail_gateway():
                composer._action_send_mail()
            self._check_sent(ticket, "To all")

        self._check_each_level(check)

    def test_send_message_reaches_people_without_a_contact(self):
        def check(user, ticket):
            with self.mock_mail_gateway():
                self._request(
                    user,
                    "/mail/message/post",
                    thread_model=ticket._name,
                    thread_id=ticket.id,
                    post_data={
                        "body": "News",
                        "message_type": "comment",
                        "subtype_xmlid": "mail.mt_comment",
                        "partner_ids": [self.requester.partner_id.id],
                        "partner_emails": list(UNKNOWN),
                    },
                )
            self._check_sent(ticket, "News")

        self._check_each_level(check)

    def _check_sent(self, ticket, text):
        message = ticket.message_ids.filtered(lambda message: text in message.body)
        self.assertLessEqual(
            set(ADDRESSES), set(message.partner_ids.mapped("email_normalized"))
        )
        self.assertLessEqual(
            set(ADDRESSES),
            set(message.notification_ids.res_partner_id.mapped("email_normalized")),
        )

    def test_a_contact_that_exists_is_used(self):
        known = self.env["res.partner"].create(
            {"name": "Anna", "email": "anna@parents.example"}
        )
        user = self.desk["own"]
        ticket = self._create_ticket(user_id=user.id)
        partners = self._request(
            user,
            "/mail/partner/from_email",
            thread_model=ticket._name,
            thread_id=ticket.id,
            emails=list(UNKNOWN),
        )
        self.assertEqual(partners[0]["id"], known.id)
        self.assertEqual(sorted(self._get_contacts()), sorted(ADDRESSES))

    # ------------------------------------------------------------------
    # No contact is created by accident or by others
    # ------------------------------------------------------------------

    def test_opening_a_ticket_creates_no_contact(self):
        for user in self.desk.values():
            ticket = self._create_ticket(user_id=user.id, email_cc=", ".join(UNKNOWN))
            self._request(
                user,
                "/mail/data",
                fetch_params=[
                    [
                        "mail.thread",
                        {
                            "thread_model": ticket._name,
                            "thread_id": ticket.id,
                            "request_list": ["suggestedRecipients"],
                        },
                    ]
                ],
            )
        self.assertEqual(self._get_contacts(), [])

    def test_tickets_out_of_reach_create_no_contact(self):
        ticket = self._create_ticket(user_id=self.agent.id)
        stranger = new_test_user(self.env, "unknown_other", groups="base.group_user")
        for user in (self.desk["own"], stranger, self.requester):
            with (
                self.subTest(user.login),
                mute_logger("odoo.http", "odoo.addons.base.models.ir_model"),
            ):
                for route, params in (
                    ("/mail/partner/from_email", {"emails": list(UNKNOWN)}),
                    (
                        "/mail/message/post",
                        {"post_data": {"body": "x", "partner_emails": list(UNKNOWN)}},
                    ),
                ):
                    try:
                        self._request(
                            user,
                            route,
                            thread_model=ticket._name,
                            thread_id=ticket.id,
                            **params,
                        )
                    except JsonRpcException:
                        continue
                self.assertEqual(self._get_contacts(), [])
