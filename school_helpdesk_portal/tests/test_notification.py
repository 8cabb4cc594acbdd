"""A report by the label of a device, with every mail counted."""

from odoo.tests import Form, new_test_user, tagged

from odoo.addons.mail.tests.common import MailCase
from odoo.addons.school_helpdesk_base.tests.common import forget, tell

from .scan_common import ScanCase


@tagged("post_install", "-at_install")
class TestScanMails(MailCase, ScanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = new_test_user(
            cls.env, login="portal_lead", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        cls.team.show_in_portal = True
        for user in (cls.student, cls.teacher, cls.agent, cls.lead):
            user.email = f"{user.login}@school.example"

    def _count(self, act, *args):
        """Act, and return who gets a mail, with the first words of its subject."""
        forget(self.env)
        with self.mock_mail_gateway():
            act(*args)
            tell(self.env, send=True)
        return sorted(
            (to.split("<")[-1].split("@")[0], mail["subject"].split(":")[0])
            for mail in self._mails
            for to in mail["email_to"]
        )

    def _answer(self, ticket, action):
        form = Form(
            self.env["helpdesk.ticket.answer"]
            .with_user(self.agent)
            .with_context(default_ticket_id=ticket.id)
        )
        form.body = "<p>Please look behind it.</p>"
        getattr(form.save(), action)()

    def test_every_mail_of_a_scanned_report(self):
        self._sign_in(self.student)
        told = [self._count(self._report)]
        ticket = self._sent()
        number = f"[{ticket.number}]"
        ticket.share_with_affected = True
        ticket._add_affected(self.teacher.partner_id)
        told.append(
            self._count(ticket.with_user(self.lead).write, {"user_id": self.agent.id})
        )
        told.append(self._count(self._answer, ticket, "action_send_and_wait"))
        self.assertEqual(ticket.status_category, "waiting")
        told.append(self._count(lambda: self._comment(ticket, comment="The green one")))
        self.assertEqual(ticket.status_category, "open")
        told.append(self._count(self._answer, ticket, "action_send_and_resolve"))
        told.append(self._count(ticket._set_status, "closed"))
        student, agent, teacher = "portal_student", "portal_agent", "portal_teacher"
        comment = told[3][0][1] if told[3] else None
        self.assertEqual(
            told,
            [
                [(student, f"{number} We have your report")],
                [(agent, f"{number} Assigned to you")],
                [(student, f"{number} Waiting for you")],
                # the comment itself, by Odoo's chatter
                [(agent, comment)],
                [(student, f"{number} Resolved"), (teacher, "Solved")],
                [],
            ],
        )
