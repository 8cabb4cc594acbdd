from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.school_helpdesk_base.hooks import OCA_SWITCHED_OFF, uninstall_hook

from .access_common import AccessCommon
from .common import forget, tell


@tagged("post_install", "-at_install")
class TestAccess(AccessCommon):
    def _get_seen(self, user):
        tickets = self.env["helpdesk.ticket"].with_user(user).search([])
        return tickets & (self.ticket | self.other_ticket)

    def test_requesters_read_their_own_tickets(self):
        self.assertEqual(self._get_seen(self.owner), self.ticket)
        self.assertEqual(self._get_seen(self.submitter), self.ticket)
        self.assertEqual(self._get_seen(self.stranger), self.other_ticket)
        self.assertFalse(self._get_seen(self.employee))
        self.ticket.partner_id = self.employee.partner_id
        self.assertEqual(self._get_seen(self.employee), self.ticket)
        self.assertFalse(self._get_seen(self.owner))

    def test_followers_cannot_read_the_ticket(self):
        followers = self.stranger.partner_id | self.employee.partner_id | self.school
        self.ticket.message_subscribe(followers.ids)
        for user in (self.stranger, self.employee):
            self.assertNotIn(self.ticket, self._get_seen(user))

    def test_contacts_of_a_company_do_not_read_its_tickets(self):
        self.ticket.partner_id = self.school
        for user in (self.owner, self.stranger):
            self.assertNotIn(self.ticket, self._get_seen(user))

    def test_a_search_finds_no_text_of_hidden_messages(self):
        self.ticket.partner_id = self.owner.partner_id
        for kind, word in (("comment", "cable"), ("note", "broke")):
            self.ticket.message_post(
                body=word, message_type="comment", subtype_xmlid=f"mail.mt_{kind}"
            )

        for field in ("message_ids", "website_message_ids"):
            for user in (self.owner, self.agent_all):
                self.assertTrue(
                    self._is_found(user, f"{field}.body", "cable"), user.login
                )
            self.assertFalse(self._is_found(self.owner, f"{field}.body", "broke"))
            self.assertTrue(self._is_found(self.agent_all, f"{field}.body", "broke"))

    def _is_found(self, user, field, word, operator="ilike"):
        """Whether a user's search for a word finds the ticket."""
        domain = [("id", "=", self.ticket.id), (field, operator, word)]
        return bool(self.env["helpdesk.ticket"].with_user(user).search(domain))

    def test_a_search_reveals_no_activities(self):
        self.ticket.partner_id = self.employee.partner_id
        self.ticket.activity_schedule(
            "mail.mail_activity_data_todo",
            summary="Ask who broke it",
            user_id=self.agent_all.id,
        )
        for field, operator, word in (
            ("activity_ids.summary", "ilike", "broke"),
            ("activity_summary", "ilike", "broke"),
            ("activity_type_id.name", "ilike", "to"),
            ("activity_user_id", "=", self.agent_all.id),
            ("activity_date_deadline", ">", "2020-01-01"),
        ):
            with self.subTest(field):
                with self.assertRaises(AccessError):
                    self._is_found(self.employee, field, word, operator)
                self.assertTrue(self._is_found(self.agent_team, field, word, operator))
                self.assertTrue(self._is_found(self.agent_all, field, word, operator))
        shown = ["activity_summary", "activity_type_id", "activity_type_icon"]
        self.env.invalidate_all()
        [values] = self.ticket.with_user(self.agent_team).read(shown)
        self.assertTrue(all(values[name] for name in shown), values)

    def test_a_search_reveals_no_hidden_records_of_a_ticket(self):
        """Odoo applies no record rules when a search asks whether a list is empty."""
        self.ticket.partner_id = self.employee.partner_id
        self.ticket.related_ticket_ids = self.other_ticket
        self.env["ir.attachment"].with_user(self.agent_team).create(
            {
                "name": "notes.txt",
                "raw": b"x",
                "res_model": self.ticket._name,
                "res_id": self.ticket.id,
            }
        )
        self.ticket.submitter_id = self.owner.partner_id
        for user in (self.employee, self.owner):
            ticket = self.ticket.with_user(user)
            for name in ticket.fields_get(attributes=[]):
                field = ticket._fields[name]
                if field.type not in ("one2many", "many2many") or not field.store:
                    continue
                with self.subTest(name, user=user.login):
                    self.env.invalidate_all()
                    found = ticket.search([("id", "=", ticket.id), (name, "!=", False)])
                    self.assertEqual(bool(found), bool(ticket[name]))

    def test_a_search_uses_only_fields_that_the_user_may_read(self):
        self.ticket.partner_id = self.employee.partner_id
        self.ticket.submitter_id = self.owner.partner_id
        ticket = self.ticket
        hidden = [
            name
            for name, field in ticket._fields.items()
            if field.groups and (field.store or field.search)
        ]
        self.assertGreater(len(hidden), 10)
        for user in (self.employee, self.owner):
            shown = ticket.with_user(user).fields_get(attributes=[])
            for name in set(hidden) - set(shown):
                with self.subTest(name, user=user.login):
                    with self.assertRaises(AccessError):
                        ticket.with_user(user).search([(name, "!=", False)])

    def test_a_search_reveals_no_followers(self):
        self.ticket.partner_id = self.employee.partner_id
        self.ticket.message_subscribe(self.stranger.partner_id.ids)
        stranger = self.stranger.partner_id.id
        for field in ("message_partner_ids", "message_follower_ids.partner_id"):
            with self.subTest(field):
                self.assertFalse(self._is_found(self.employee, field, stranger, "="))
                self.assertTrue(self._is_found(self.agent_team, field, stranger, "="))
        self.ticket.message_subscribe(self.employee.partner_id.ids)
        me = self.employee.partner_id.id
        self.assertTrue(self._is_found(self.employee, "message_partner_ids", me, "="))
        self.assertFalse(
            self._is_found(self.employee, "message_partner_ids", [me, stranger], "in")
        )

    def test_requester_and_submitter_read_each_others_files(self):
        self.ticket.submitter_id = self.employee.partner_id

        def put_file(user):
            values = {"name": "a.txt", "raw": b"Words"}
            values.update(res_model=self.ticket._name, res_id=self.ticket.id)
            return self.env["ir.attachment"].with_user(user).sudo().create(values)

        reported, worked = put_file(self.employee), put_file(self.agent_team)
        for user in (self.owner, self.employee):
            files = (reported | worked).with_user(user)
            self.assertEqual(files._get_desk_only(), worked, user.login)
        self.assertTrue(reported.with_user(self.employee).has_access("read"))
        # files of a former submitter are hidden from the requester
        self.ticket.submitter_id = False
        self.assertEqual(reported.with_user(self.owner)._get_desk_only(), reported)

    def test_links_show_no_names_of_hidden_records(self):
        project = self.env["project.project"].create({"name": "Exams"})
        task = self.env["project.task"].create(
            {"name": "Print the exams", "project_id": project.id}
        )
        self.ticket.write(
            {
                "project_id": project.id,
                "task_id": task.id,
                "merged_into_id": self.other_ticket.id,
                "duplicate_id": self.other_ticket.id,
                "follow_up_id": self.other_ticket.id,
            }
        )
        for user in (self.owner, self.employee):
            self.ticket.partner_id = user.partner_id
            self.env.invalidate_all()
            ticket = self.ticket.with_user(user)
            names = self._read_links(ticket)
            self.assertIn(user.partner_id.name, names)
            for secret in ("Exams", "Print the exams", "Laptop of the stranger"):
                self.assertNotIn(secret, names, user.login)
            for name in ("merged_into_id", "duplicate_id", "follow_up_id", "task_id"):
                with self.assertRaises(AccessError):
                    ticket.read([name])
        for agent, is_reader in ((self.agent_team, False), (self.agent_all, True)):
            self.env.invalidate_all()
            names = self._read_links(self.ticket.with_user(agent))
            self.assertEqual("Laptop of the stranger" in names, is_reader)
            self.assertIn(self.other_ticket.number, names)

    def _read_links(self, ticket):
        """Return the values of all many2one fields of a ticket that a user can read."""
        kinds = ticket.fields_get(attributes=["type"])
        return str(
            ticket.read([name for name in kinds if kinds[name]["type"] == "many2one"])
        )

    def test_the_form_of_a_requester_has_no_fields_of_the_desk(self):
        self.ticket.partner_id = self.employee.partner_id
        self.ticket.merged_into_id = self.other_ticket
        form = self.env.ref("helpdesk_mgmt.ticket_view_form")
        for user, is_told in ((self.employee, False), (self.agent_team, True)):
            arch = self.ticket.with_user(user).get_view(form.id)["arch"]
            self.assertEqual("Merged into" in arch, is_told, user.login)

    def test_requesters_have_no_write_access(self):
        self.ticket.partner_id = self.employee.partner_id
        for user in (self.submitter, self.employee):
            ticket = self.ticket.with_user(user)
            for verb in ("write", "create", "unlink"):
                self.assertFalse(ticket.has_access(verb), (user.login, verb))

    def test_an_agent_outside_the_team_only_reads_as_requester(self):
        self.other_ticket.submitter_id = self.agent_own.partner_id
        ticket = self.other_ticket.with_user(self.agent_own)
        self.assertTrue(ticket.has_access("read"))
        self.assertFalse(ticket.has_access("write"))

    def test_handing_a_ticket_over_is_still_logged(self):
        """The agent has no more access when Odoo logs the change."""
        for user in (self.agent_own, self.agent_team):
            ticket = self._create_ticket(user_id=user.id)
            forget(self.env)
            known = ticket.message_ids
            ticket.with_user(user).write(
                {"team_id": self.other_team.id, "user_id": self.agent_2.id}
            )
            self.env.cr.precommit.run()
            with self.subTest(user.login):
                self.assertFalse(ticket.with_user(user).has_access("read"))
                new = ticket.message_ids - known
                names = new.tracking_value_ids.mapped("new_value_char")
                self.assertIn(self.agent_2.name, names)
                self.assertNotIn("comment", new.mapped("message_type"))
                told = tell(self.env).filtered(lambda job: job.event == "assigned")
                self.assertEqual(told.partner_id, self.agent_2.partner_id)

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

    def test_uninstall_activates_the_rules_of_oca(self):
        records = [self.env.ref(xmlid) for xmlid in OCA_SWITCHED_OFF]
        self.assertFalse(any(record.active for record in records))
        uninstall_hook(self.env)
        self.assertTrue(all(record.active for record in records))
