"""Records that tickets use cannot be deleted or moved to another company."""

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestUsedRecords(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "used_manager",
            groups="helpdesk_mgmt.group_helpdesk_manager,base.group_partner_manager",
        )

    def _get_used_by_field(self):
        """Return a record for each field of a ticket that can be emptied."""
        return {
            "category_id": self.env["helpdesk.ticket.category"].create({"name": "C"}),
            "type_id": self.env["helpdesk.ticket.type"].create({"name": "T"}),
            "channel_id": self.env["helpdesk.ticket.channel"].create({"name": "H"}),
            "tag_ids": self.env["helpdesk.ticket.tag"].create({"name": "G"}),
            "partner_id": self.env["res.partner"].create({"name": "P"}),
            "submitter_id": self.env["res.partner"].create({"name": "S"}),
        }

    def _refuse(self, records):
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            records.with_user(self.manager).unlink()

    def test_every_kind_of_record_in_use_is_kept(self):
        used = self._get_used_by_field()
        ticket = self._create_ticket(
            **{
                name: [(6, 0, record.ids)] if name == "tag_ids" else record.id
                for name, record in used.items()
            }
        )
        used["team_id"] = self.team
        ticket._set_status("closed")
        used["stage_id"] = ticket.stage_id
        for archived in (False, True):
            ticket.active = not archived
            for name, record in used.items():
                with self.subTest(name, archived=archived):
                    self._refuse(record)
                    self.assertEqual(ticket[name], record)

    def test_a_user_with_tickets_is_kept(self):
        ticket = self._create_ticket(user_id=self.agent.id)
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.agent.unlink()
        self.assertEqual(ticket.user_id, self.agent)

    def test_the_company_of_a_requester_is_kept(self):
        company = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        person = self.env["res.partner"].create(
            {"name": "Person", "parent_id": company.id}
        )
        ticket = self._create_ticket(partner_id=person.id)
        self._refuse(company)
        self.assertEqual(ticket.commercial_partner_id, company)

    def test_unused_records_can_be_deleted(self):
        for record in self._get_used_by_field().values():
            with self.subTest(record._name):
                record.with_user(self.manager).unlink()
                self.assertFalse(record.exists())

    def test_subcategories_in_use_keep_their_parents(self):
        Category = self.env["helpdesk.ticket.category"]
        top = Category.create({"name": "Top"})
        middle = Category.create({"name": "Middle", "parent_id": top.id})
        bottom = Category.create({"name": "Bottom", "parent_id": middle.id})
        bottom.active = False
        ticket = self._create_ticket(category_id=bottom.id)
        for category in (top, middle, bottom):
            with self.subTest(category.name):
                self._refuse(category)
        self.assertEqual(ticket.category_id, bottom)
        ticket.category_id = False
        top.with_user(self.manager).unlink()
        self.assertFalse((top | middle | bottom).exists())

    def test_one_record_in_use_stops_a_batch(self):
        channels = self.env["helpdesk.ticket.channel"].create(
            [{"name": "Desk bell"}, {"name": "Radio"}, {"name": "Letter"}]
        )
        self._create_ticket(channel_id=channels[1].id)
        with self.assertRaises(UserError) as error:
            channels.with_user(self.manager).unlink()
        self.assertIn("Radio", str(error.exception))
        self.assertNotIn("Letter", str(error.exception))
        self.assertEqual(channels.exists(), channels)

    def test_other_peoples_tickets_count(self):
        channel = self.env["helpdesk.ticket.channel"].create({"name": "Desk bell"})
        self._create_ticket(channel_id=channel.id, team_id=False)
        own = new_test_user(
            self.env,
            "used_editor",
            groups="helpdesk_mgmt.group_helpdesk_user_own,base.group_partner_manager",
        )
        partner = self.env["res.partner"].create({"name": "Unseen"})
        self._create_ticket(partner_id=partner.id, team_id=False)
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            partner.with_user(own).unlink()

    def test_the_message_is_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("th_TH")
        category = self.env["helpdesk.ticket.category"].create({"name": "C"})
        self._create_ticket(category_id=category.id)
        with self.assertRaisesRegex(UserError, "เก็บถาวร"):
            category.with_user(self.manager).with_context(lang="th_TH").unlink()

    def test_contacts_can_still_be_merged(self):
        first, second = self.env["res.partner"].create(
            [{"name": "Anong", "email": "a@x.example"}, {"name": "Anong B."}]
        )
        ticket = self._create_ticket(partner_id=second.id, submitter_id=second.id)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (first | second).ids, dst_partner=first
        )
        self.assertFalse(second.exists())
        self.assertEqual(ticket.partner_id, first)
        self.assertEqual(ticket.submitter_id, first)

    # ------------------------------------------------------------------
    # Companies
    # ------------------------------------------------------------------

    def _get_foreign_values(self):
        """Return values with a record of another company for each field."""
        other = self.env["res.company"].create({"name": "Other school"})
        values = {}
        for name, model in {
            "team_id": "helpdesk.ticket.team",
            "category_id": "helpdesk.ticket.category",
            "channel_id": "helpdesk.ticket.channel",
            "stage_id": "helpdesk.ticket.stage",
            "tag_ids": "helpdesk.ticket.tag",
        }.items():
            record = self.env[model].create({"name": "Other", "company_id": other.id})
            values[name] = [(4, record.id)] if name == "tag_ids" else record.id
        return other, values

    def test_records_of_another_company_cannot_be_set(self):
        other, values = self._get_foreign_values()
        self.manager.company_ids |= other
        ticket = self._create_ticket()
        for name, value in values.items():
            for user in (self.env.user, self.manager):
                with self.subTest(name, user=user.login), self.assertRaises(UserError):
                    ticket.with_user(user).write({name: value})
            if name == "team_id":
                continue  # a new ticket gets the company of its team
            with self.subTest(name, create=True), self.assertRaises(UserError):
                self._create_ticket(**{name: value})

    def test_shared_records_can_be_set(self):
        ticket = self._create_ticket()
        for name, model in {
            "category_id": "helpdesk.ticket.category",
            "channel_id": "helpdesk.ticket.channel",
            "team_id": "helpdesk.ticket.team",
        }.items():
            with self.subTest(name):
                shared = self.env[model].create({"name": "All", "company_id": False})
                ticket[name] = shared
                self.assertEqual(ticket[name], shared)

    def test_a_record_in_use_keeps_its_company(self):
        other = self.env["res.company"].create({"name": "Other school"})
        records = {
            "team_id": self.team,
            "category_id": self.env["helpdesk.ticket.category"].create({"name": "C"}),
            "channel_id": self.env["helpdesk.ticket.channel"].create({"name": "H"}),
        }
        self._create_ticket(**{name: record.id for name, record in records.items()})
        for name, record in records.items():
            with self.subTest(name):
                with self.assertRaises(UserError):
                    record.company_id = other
                record.company_id = False
                record.company_id = self.env.company
