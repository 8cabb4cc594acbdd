"""A ticket that an agent creates at the counter: defaults, title and description."""

from odoo.tests import Form, new_test_user

from .common import HelpdeskCommon


class TestNewTicket(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # OCA's option: its default assigns every ticket to the current user
        cls.env.company.helpdesk_mgmt_ticket_auto_assign = False

    def _form(self, user=None):
        return Form(
            self.env["helpdesk.ticket"].with_user(user or self.agent),
            view="helpdesk_mgmt.ticket_view_form",
        )

    def _create(self, **values):
        return self.env["helpdesk.ticket"].create({"team_id": self.team.id, **values})

    def test_the_agent_and_the_team_are_proposed(self):
        form = self._form()
        self.assertEqual(form.team_id, self.team)
        self.assertEqual(form.user_id, self.agent)
        outsider = new_test_user(
            self.env, "base_outsider", groups="helpdesk_mgmt.group_helpdesk_user"
        )
        form = self._form(outsider)
        self.assertFalse(form.team_id)
        self.assertFalse(form.user_id)

    def test_programs_get_no_assignee(self):
        ticket = (
            self.env["helpdesk.ticket"]
            .with_user(self.agent)
            .create({"name": "By a program", "description": "Text"})
        )
        self.assertFalse(ticket.user_id)
        self.assertEqual(ticket.team_id, self.team)

    def test_the_name_of_a_new_ticket(self):
        new = self.env["helpdesk.ticket"].new({})
        self.assertFalse(new.display_name)
        new.name = "No sound"
        self.assertEqual(new.display_name, "No sound")
        ticket = self._create_ticket()
        self.assertEqual(ticket.display_name, f"{ticket.number} - {ticket.name}")

    def test_the_title_is_taken_from_the_description(self):
        for words, title in (
            ("<p>No sound</p>", "No sound"),
            ("<p>จอไม่ติด</p><p>ตั้งแต่เช้า</p>", "จอไม่ติด ตั้งแต่เช้า"),
            ("<p>" + "word " * 40 + "</p>", "word " * 15 + "word…"),
        ):
            with self.subTest(title):
                self.assertEqual(self._create(description=words).name, title)
                self.assertEqual(
                    self._create(description=words, name=False).name, title
                )

    def test_the_description_is_taken_from_the_title(self):
        for empty in (False, "<p><br></p>", "<p> </p>"):
            ticket = self._create(name="No <sound>", description=empty)
            self.assertEqual(ticket.name, "No <sound>")
            self.assertIn("No &lt;sound&gt;", ticket.description)

    def test_forms_of_requesters_may_send_no_description(self):
        ticket = self._create(name="No <sound>", description="")
        self.assertEqual(ticket.name, "No <sound>")
        self.assertFalse(ticket.description)

    def test_given_title_and_description_stay(self):
        ticket = self._create(name="Short", description="<p>Long</p>")
        self.assertEqual((ticket.name, ticket.description), ("Short", "<p>Long</p>"))

    def test_the_form_needs_one_of_both(self):
        form = self._form()
        form.partner_id = self.requester.partner_id
        form.name = "Only a title"
        self.assertEqual(form.save().name, "Only a title")
        form = self._form()
        form.description = "<p>Only words</p>"
        self.assertEqual(form.save().name, "Only words")


class TestRequesterFacts(HelpdeskCommon):
    def _items(self, ticket, icon, user=None):
        ticket = ticket.with_user(user or self.agent)
        return [
            item
            for line in ticket.requester_facts or []
            if line["icon"] == icon
            for item in line["items"]
        ]

    def test_phone_and_open_tickets(self):
        self.requester.partner_id.phone = "02 123 4567"
        ticket, other = self._create_ticket(), self._create_ticket(name="Other")
        self._create_ticket(stage_id=self.stage_resolved.id)
        self.assertEqual(
            self._items(ticket, "fa-phone"),
            [{"name": "02 123 4567", "url": "tel:02 123 4567"}],
        )
        self.assertEqual(
            self._items(ticket, "fa-life-ring"),
            [{"name": other.display_name, "model": "helpdesk.ticket", "id": other.id}],
        )

    def test_missing_information_has_no_line(self):
        self.requester.partner_id.phone = False
        self.assertFalse(self._create_ticket().requester_facts)
        self.assertFalse(self._create_ticket(partner_id=False).requester_facts)

    def test_many_are_counted(self):
        ticket = self._create_ticket()
        for _number in range(7):
            self._create_ticket()
        [line] = ticket.with_user(self.agent).requester_facts
        self.assertEqual((len(line["items"]), line["more"]), (5, 2))

    def test_only_readable_tickets(self):
        own = new_test_user(
            self.env, "base_own", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        ticket = self._create_ticket(user_id=own.id)
        self._create_ticket(user_id=self.agent.id)
        self.assertEqual(self._items(ticket, "fa-life-ring", own), [])
        self.assertEqual(len(self._items(ticket, "fa-life-ring")), 1)

    def test_in_batch(self):
        people = self.env["res.partner"].create(
            [{"name": f"Person {number}", "phone": "1"} for number in range(12)]
        )
        tickets = self.env["helpdesk.ticket"]
        for person in people:
            tickets |= self._create_ticket(partner_id=person.id)
            self._create_ticket(partner_id=person.id)
        self.env.flush_all()

        def count(records):
            self.env.invalidate_all()
            records.mapped("name")
            before = self.env.cr.sql_log_count
            records.mapped("requester_facts")
            return self.env.cr.sql_log_count - before

        count(tickets)
        self.assertLessEqual(count(tickets), count(tickets[:2]) + 2)


class TestFirstFiles(HelpdeskCommon):
    def _file(self, ticket, name, user=None, **values):
        return (
            self.env["ir.attachment"]
            .with_user(user or self.requester)
            .sudo()
            .create(
                {
                    "name": name,
                    "raw": b"Words",
                    "res_model": ticket._name,
                    "res_id": ticket.id,
                    **values,
                }
            )
        )

    def test_files_of_the_report_only(self):
        ticket = self._create_ticket()
        report = self._file(ticket, "report.txt")
        self._file(ticket, "desk.txt", self.agent)
        ticket.with_user(self.requester).sudo().message_post(
            body="One more",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("later.txt", b"Words")],
        )
        self.env.invalidate_all()
        self.assertEqual(
            ticket.with_user(self.agent).first_files,
            [{"id": report.id, "name": "report.txt", "mimetype": report.mimetype}],
        )

    def test_files_of_the_first_mail(self):
        ticket = self._create_ticket()
        for name in ("first.txt", "second.txt"):
            ticket.message_post(
                body=name,
                author_id=self.requester.partner_id.id,
                message_type="email",
                subtype_xmlid="mail.mt_comment",
                attachments=[(name, b"Words")],
            )
        self.env.invalidate_all()
        names = [file["name"] for file in ticket.with_user(self.agent).first_files]
        self.assertEqual(names, ["first.txt"])

    def test_inline_pictures_stay_inline(self):
        ticket = self._create_ticket()
        file = self._file(ticket, "inline.txt")
        ticket.description = f'<p><img src="/web/image/{file.id}"/></p>'
        self.env.invalidate_all()
        self.assertFalse(ticket.with_user(self.agent).first_files)
