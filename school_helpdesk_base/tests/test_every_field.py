"""Every role reads and exports every field; hidden linked tickets show no title."""

from odoo.tests import new_test_user, tagged

from .access_common import AccessCommon
from .every_field_common import EveryFieldCommon


@tagged("post_install", "-at_install")
class TestEveryField(EveryFieldCommon):
    def test_read(self):
        self._check_read()

    def test_export(self):
        self._check_export()

    def test_views(self):
        self._check_views()


@tagged("post_install", "-at_install")
class TestShownNames(AccessCommon):
    """Agents see the title of a linked ticket only if they may read this ticket."""

    LINKS = ("merged_into_id", "duplicate_id", "follow_up_id")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket.user_id = cls.agent_own
        cls.ticket.write(dict.fromkeys(cls.LINKS, cls.other_ticket.id))
        cls.readers = {
            cls.agent_own: False,
            cls.agent_team: False,
            cls.agent_all: True,
            cls.agent_manager: True,
        }
        for user in cls.readers:
            user.group_ids |= cls.env.ref("base.group_allow_export")

    def _check_names(self, get_names):
        """Check for each agent and link which name of the other ticket is shown."""
        for user, is_reader in self.readers.items():
            for link in self.LINKS:
                with self.subTest(user.login, link=link):
                    self.env.invalidate_all()
                    name = get_names(self.ticket.with_user(user), link)
                    self.assertIn(self.other_ticket.number, name)
                    self.assertEqual("Laptop of the stranger" in name, is_reader)

    def test_read(self):
        self._check_names(lambda ticket, link: ticket.read([link])[0][link][1])

    def test_web_read(self):
        self._check_names(
            lambda ticket, link: ticket.web_read(
                {link: {"fields": {"display_name": {}}}}
            )[0][link]["display_name"]
        )

    def test_lists_in_groups(self):
        self._check_names(
            lambda ticket, link: ticket.formatted_read_group(
                [("id", "=", ticket.id)], [link], ["__count"]
            )[0][link][1]
        )

    def test_export(self):
        self._check_names(
            lambda ticket, link: ticket.export_data([link])["datas"][0][0]
        )

    def test_an_export_shows_the_same_names_as_a_list(self):
        ticket = self.ticket
        user = new_test_user(
            self.env,
            "names_exporter",
            groups="helpdesk_mgmt.group_helpdesk_user,base.group_allow_export",
        )
        project = self.env["project.project"].create(
            {"name": "Exams", "privacy_visibility": "followers"}
        )
        ticket.project_id = project
        ticket.team_id.default_project_id = project
        related = self.env["helpdesk.ticket"].create(
            [
                {"name": name, "description": "x", "team_id": self.team.id}
                for name in ("First", "Second")
            ]
        )
        ticket.related_ticket_ids = related
        self.env.invalidate_all()
        columns = ["name", "project_id", "team_id", "partner_id", "user_id"]
        columns += ["related_ticket_ids/team_id", "related_ticket_ids/name"]
        tickets = (ticket | self.other_ticket).with_user(user)
        tickets = tickets.with_context(import_compat=False)
        rows = tickets.export_data(columns)["datas"]
        self.assertEqual(rows[0][1], "Exams")
        self.assertEqual(rows[0][2], self.team.display_name)
        self.assertEqual(rows[0][3], ticket.partner_id.display_name)
        self.assertEqual(rows[0][4], self.agent_own.display_name)
        self.assertEqual(
            {(row[5], row[6]) for row in rows if row[6]},
            {("Desk", "First"), ("Desk", "Second")},
        )
        self.assertEqual(len(rows), 3)
        self.assertEqual(rows[-1][1:3], ["", "Second desk"])
