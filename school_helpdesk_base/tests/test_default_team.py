from odoo.tests import Form, new_test_user

from .common import HelpdeskCommon


class TestDefaultTeam(HelpdeskCommon):
    """An agent's new ticket gets the agent's team; other tickets get no team."""

    def _new_form(self, user):
        # as in a school: do not assign a ticket to the user who creates it
        self.env.company.helpdesk_mgmt_ticket_auto_assign = False
        form = Form(self.env["helpdesk.ticket"].with_user(user))
        form.name = "No picture"
        form.description = "<p>Nothing to see.</p>"
        return form

    def test_an_agent_of_own_tickets_opens_a_ticket(self):
        agent = new_test_user(
            self.env, "base_own", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        self.team.user_ids += agent
        self.assertEqual(self._new_form(agent).save().user_id, agent)
        # the agent can leave it to the team
        form = self._new_form(agent)
        form.user_id = self.env["res.users"]
        ticket = form.save()
        self.assertEqual(ticket.team_id, self.team)
        self.assertFalse(ticket.user_id)

    def test_an_agent_can_remove_the_team(self):
        form = self._new_form(self.agent)
        form.team_id = self.env["helpdesk.ticket.team"]
        self.assertFalse(form.save().team_id)

    def test_no_team_for_users_without_a_team(self):
        manager = new_test_user(
            self.env, "base_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        self.assertFalse(self._new_form(manager).save().team_id)
