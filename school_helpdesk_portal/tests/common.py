"""Two requesters and an agent, for the tests of the portal."""

import uuid

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user


class PortalCase(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        context = {"no_reset_password": True, "tracking_disable": False}
        cls.env = cls.env(context=cls.env.context | context)
        cls.school = cls.env["res.partner"].create(
            {"name": "The School", "is_company": True}
        )
        cls.teacher = cls._new_user("portal_teacher", "Tara Teacher")
        cls.student = cls._new_user("portal_student", "Sunan Student")
        cls.employee = new_test_user(
            cls.env, login="portal_employee", name="Emm Employee"
        )
        cls.agent = new_test_user(
            cls.env,
            login="portal_agent",
            name="Art Agent",
            groups="helpdesk_mgmt.group_helpdesk_user",
        )
        cls.team = cls.env["helpdesk.ticket.team"].create(
            {"name": "Desk", "user_ids": [(4, cls.agent.id)]}
        )

    @classmethod
    def _new_user(cls, login, name):
        user = new_test_user(
            cls.env, login=login, name=name, groups="base.group_portal"
        )
        user.partner_id.parent_id = cls.school
        return user

    @classmethod
    def _new_tickets(cls, user, count=1, **values):
        return cls.env["helpdesk.ticket"].create(
            [
                {
                    "name": f"Problem {number}",
                    "description": "<p>It does not work.</p>",
                    "partner_id": user.partner_id.id,
                    "team_id": cls.team.id,
                    "user_id": False,
                    **values,
                }
                for number in range(count)
            ]
        )

    def _count_queries(self, path):
        """Return the number of queries of a page that was opened before."""
        for _warm_caches in range(2):
            self.url_open(path)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        return self.env.cr.sql_log_count - before

    def _comment(self, ticket, *files, **data):
        """Send the comment form of a ticket, with a new key each time."""
        data = {
            "csrf_token": Request.csrf_token(self),
            "key": uuid.uuid4().hex,
            **data,
        }
        sent = [("file", file) for file in files]
        return self.url_open(f"/my/ticket/{ticket.id}/comment", data=data, files=sent)

    def _post(self, path, **data):
        """Send a form as the signed-in user, with the CSRF token."""
        token = Request.csrf_token(self)
        return self.url_open(path, data={"csrf_token": token, **data})
