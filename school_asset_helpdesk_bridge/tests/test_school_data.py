"""The data of the help desk: stages, team, categories, SLA policies, mails."""

from datetime import datetime

from freezegun import freeze_time
from lxml import etree

from odoo import Command
from odoo.modules.migration import load_script
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import file_path, mute_logger
from odoo.tools.convert import convert_file
from odoo.tools.translate import TranslationImporter

from odoo.addons.mail.tests.common import MailCase
from odoo.addons.school_helpdesk_base.tests.common import tell

from .. import hooks
from ..tools.kept_records import get_kept_module

MODULE = "school_asset_helpdesk_bridge"
STAGES = [
    ("stage_new", "New", "open"),
    ("stage_open", "Open", "open"),
    ("stage_in_progress", "In Progress", "open"),
    ("stage_pending", "Pending", "waiting"),
    ("stage_resolved", "Resolved", "resolved"),
    ("stage_closed", "Closed", "closed"),
    ("stage_cancelled", "Cancelled", "cancelled"),
]
DATA_FILES = [
    "email_templates.xml",
    "helpdesk_stage_data.xml",
    "resource_calendar_data.xml",
    "helpdesk_team_data.xml",
    "helpdesk_type_data.xml",
    "helpdesk_category_data.xml",
    "helpdesk_sla_data.xml",
    "helpdesk_assignment_rule_data.xml",
    "helpdesk_escalation_rule_data.xml",
]


class SchoolDataCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, no_reset_password=True))
        cls.team = cls._ref("team_it_support")
        cls.agent = new_test_user(
            cls.env,
            "school_data_agent",
            groups="helpdesk_mgmt.group_helpdesk_user",
            name="Niran Agent",
        )
        cls.requester = new_test_user(
            cls.env,
            "school_data_teacher",
            groups="base.group_portal",
            name="Malee Teacher",
            email="malee@example.com",
        )
        cls.team.user_ids = [Command.link(cls.agent.id)]

    @classmethod
    def _ref(cls, name):
        return cls.env.ref(f"{MODULE}.{name}")

    @classmethod
    def _create_ticket(cls, **values):
        return cls.env["helpdesk.ticket"].create(
            {
                "name": "Projector shows no picture",
                "description": "<p>Nothing to see.</p>",
                "team_id": cls.team.id,
                "user_id": False,
                "partner_id": cls.requester.partner_id.id,
                **values,
            }
        )


class TestSchoolData(SchoolDataCommon):
    def test_stages(self):
        stages = self.team._get_applicable_stages()
        school = self.env["helpdesk.ticket.stage"].browse(
            self._ref(name).id for name, *_rest in STAGES
        )
        ordered = stages.filtered(lambda stage: stage in school)
        self.assertEqual(
            [(stage.name, stage.status_category) for stage in ordered],
            [(label, category) for _name, label, category in STAGES],
        )

    def test_oca_stages_are_adopted(self):
        for name, xmlid in hooks.ADOPTED_STAGES.items():
            with self.subTest(name):
                self.assertEqual(self._ref(name), self.env.ref(xmlid))

    def test_rejected_stage_is_archived_if_unused(self):
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_rejected")
        stage.active = True
        ticket = self._create_ticket(stage_id=stage.id)
        hooks._archive_rejected_stage(self.env)
        self.assertTrue(stage.active)
        ticket.unlink()
        hooks._archive_rejected_stage(self.env)
        self.assertFalse(stage.active)

    def test_pre_init_without_oca_stages(self):
        """An administrator may have deleted an OCA stage, or assigned it to a team."""
        names = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", "helpdesk.ticket.stage")]
        )
        names.unlink()
        self.env["ir.model.data"].search(
            [
                ("module", "=", "helpdesk_mgmt"),
                ("name", "=", "helpdesk_ticket_stage_awaiting"),
            ]
        ).unlink()
        self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done").team_ids = self.team
        hooks.pre_init_hook(self.env)
        self._load("helpdesk_stage_data.xml", mode="init")
        self.assertEqual(
            self._ref("stage_new"),
            self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new"),
        )
        self.assertEqual(self._ref("stage_pending").status_category, "waiting")
        self.assertNotEqual(
            self._ref("stage_resolved"),
            self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done"),
        )

    def test_categories_and_types(self):
        categories = self.env["helpdesk.ticket.category"].search(
            [("id", "in", self._get_ids("helpdesk.ticket.category"))]
        )
        tops = categories.filtered(lambda category: not category.parent_id)
        types = self.env["helpdesk.ticket.type"].browse(
            self._get_ids("helpdesk.ticket.type")
        )
        self.assertEqual(len(tops), 5)
        self.assertEqual(set(tops.mapped("name")), set(types.mapped("name")))
        self.assertEqual(len(categories - tops), 32)
        self.assertEqual((categories - tops).parent_id, tops)
        self.assertFalse(categories.company_id)
        self.assertEqual(types.team_ids, self.team)

    def test_the_working_hours_have_a_name_in_each_language(self):
        self.env["res.lang"]._activate_lang("th_TH")
        hours = self._ref("calendar_school_hours")
        other = hours.copy({"name": "School hours"})
        for calendar, name, thai in (
            (hours, "School hours", "เวลาทำการของโรงเรียน"),
            (other, "School hours", "School hours"),
            (hours, "Ours", "Ours"),
        ):
            calendar.name = name
            for lang, shown in (("en_US", name), ("th_TH", thai)):
                with self.subTest(name=name, lang=lang):
                    found = calendar.with_context(lang=lang).display_name
                    self.assertEqual(found, shown)

    def test_changes_survive_an_update(self):
        changed = self.env["helpdesk.ticket.stage"]
        for model in (
            "helpdesk.ticket.stage",
            "helpdesk.ticket.team",
            "helpdesk.ticket.type",
            "helpdesk.ticket.category",
            "helpdesk.assignment.rule",
            "helpdesk.escalation.rule",
            "helpdesk.sla",
            "resource.calendar",
        ):
            records = self.env[model].browse(self._get_ids(model))
            self.assertTrue(records, model)
            records.write({"name": "Ours"})
            changed = changed or records
        sla = self._ref("sla_urgent")
        sla.hours = 7
        told = self._ref("notification_rule_damage_case_assignee")
        told.text = "Ours"
        self.team.alias_name = "it"
        for name in DATA_FILES:
            self._load(name, mode="update")
        self.assertEqual(set(changed.mapped("name")), {"Ours"})
        self.assertEqual((sla.name, sla.hours, told.text), ("Ours", 7, "Ours"))
        self.assertEqual((self.team.name, self.team.alias_name), ("Ours", "it"))
        self.assertEqual(
            set(
                self.env["helpdesk.ticket.category"]
                .browse(self._get_ids("helpdesk.ticket.category"))
                .mapped("name")
            ),
            {"Ours"},
        )

    def test_escalation_rules_are_examples(self):
        """They would surprise: a school switches them on."""
        Rule = self.env["helpdesk.escalation.rule"]
        rules = Rule.browse(self._get_ids("helpdesk.escalation.rule"))
        triggers = dict(Rule._fields["trigger"].selection)
        self.assertEqual(set(rules.mapped("trigger")), set(triggers))
        self.assertEqual(rules.team_ids, self.team)
        for record in etree.parse(
            file_path(f"{MODULE}/data/helpdesk_escalation_rule_data.xml")
        ).iter("record"):
            [active] = record.xpath("field[@name='active']")
            self.assertEqual(active.get("eval"), "False", record.get("id"))

    def _migrate(self, version, script):
        path = file_path(f"{MODULE}/migrations/{version}/{script}.py")
        load_script(path, script).migrate(self.env.cr, "19.0.1.0.0")

    def test_migration_sets_types_of_categories(self):
        hardware, software = (
            self._ref("category_hardware"),
            self._ref("category_software"),
        )
        ours = self.env["helpdesk.ticket.type"].create({"name": "Ours"})
        hardware.type_id = False
        software.type_id = ours
        self._ref("category_network").unlink()
        self._migrate("19.0.1.1.0", "post-migration")
        self.assertEqual(hardware.type_id, self._ref("type_hardware"))
        self.assertEqual(software.type_id, ours)

    def test_migration_allows_updates_of_rules(self):
        names = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", "ir.rule")]
        )
        stages = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", "helpdesk.ticket.stage")]
        )
        names.noupdate = True
        self.env.flush_all()
        self._migrate("19.0.1.2.0", "pre-migration")
        self.env.invalidate_all()
        self.assertTrue(names)
        self.assertFalse(any(names.mapped("noupdate")))
        # other records keep noupdate
        self.assertTrue(all(stages.mapped("noupdate")))

    def test_uninstall_keeps_records(self):
        before = {model: self._get_ids(model) for model in hooks.KEPT_MODELS}
        hooks.uninstall_hook(self.env)
        for model in hooks.KEPT_MODELS:
            self.assertFalse(self._get_ids(model), model)
        # a new installation finds the records that still exist
        self._ref_kept("sla_low").unlink()
        hooks.pre_init_hook(self.env)
        for model in hooks.KEPT_MODELS:
            with self.subTest(model):
                self.assertEqual(
                    len(self._get_ids(model)),
                    len(before[model]) - (model == "helpdesk.sla"),
                )

    def _ref_kept(self, name):
        return self.env.ref(f"{get_kept_module(hooks.MODULE)}.{name}")

    def test_alias_already_used(self):
        """The installation works even if another record uses the alias."""
        self.team.alias_name = False
        other = self.env["helpdesk.ticket.team"].create(
            {"name": "Elsewhere", "alias_name": "helpdesk"}
        )
        hooks._set_aliases(self.env, self.team)
        self.assertFalse(self.team.alias_name)
        self.assertEqual(other.alias_name, "helpdesk")

    def test_time_zone_of_the_company(self):
        self.team.company_id.partner_id.tz = "Asia/Bangkok"
        hooks._set_timezone(self.env, self.team)
        self.assertEqual(self._ref("calendar_school_hours").tz, "Asia/Bangkok")

    def test_sla_deadlines_by_priority(self):
        """Monday 08:00 in Bangkok is 01:00 UTC. The school works 7:30-12 and 13-16:30,
        8 hours a day."""
        calendar = self._ref("calendar_school_hours")
        calendar.tz = "Asia/Bangkok"
        calendar.global_leave_ids.unlink()
        for priority, answered, resolved in (
            ("3", datetime(2026, 3, 2, 1, 15), datetime(2026, 3, 2, 3, 0)),
            ("2", datetime(2026, 3, 2, 1, 30), datetime(2026, 3, 2, 5, 0)),
            ("1", datetime(2026, 3, 2, 3, 0), datetime(2026, 3, 3, 1, 0)),
            ("0", datetime(2026, 3, 3, 1, 0), datetime(2026, 3, 5, 1, 0)),
        ):
            with self.subTest(priority):
                with freeze_time("2026-03-02 01:00:00"):
                    ticket = self._create_ticket(priority=priority)
                self.assertEqual(
                    {clock.target: clock.deadline for clock in ticket.ticket_sla_ids},
                    {"first_response": answered, "resolution": resolved},
                )
                ticket.stage_id = self._ref("stage_pending")
                self.assertNotIn(
                    "in_progress", set(ticket.ticket_sla_ids.mapped("state"))
                )

    def _get_ids(self, model):
        return (
            self.env["ir.model.data"]
            .search([("module", "=", MODULE), ("model", "=", model)])
            .mapped("res_id")
        )

    def _load(self, name, mode):
        with mute_logger("odoo.modules.loading"):
            convert_file(self.env, MODULE, f"data/{name}", {}, mode=mode)


@tagged("post_install", "-at_install")
class TestSchoolMails(SchoolDataCommon, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create(
            {"name": "school.test", "default_from": "noreply"}
        )
        cls.team.company_id.alias_domain_id = cls.domain
        cls.team.alias_domain_id = cls.domain
        cls.team.alias_name = "helpdesk"

    def _get_mails(self, ticket, **values):
        """Write ``values`` to the ticket and return the mails that this sends."""
        tell(self.env, send=True)
        with self.mock_mail_gateway():
            ticket.write(values)
            tell(self.env, send=True)
        return self._new_mails

    def test_receipt(self):
        with self.mock_mail_gateway():
            ticket = self._create_ticket()
            tell(self.env, send=True)
        mail = self._new_mails
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.requester.partner_id)
        self.assertIn("noreply@school.test", mail.email_from)
        self.assertIn("helpdesk@school.test", mail.reply_to)
        self.assertIn(ticket.number, mail.subject)
        self.assertIn("Malee Teacher", mail.body_html)
        self.assertIn(f"/my/ticket/{ticket.id}", mail.body_html)

    def test_receipt_to_requester_and_submitter(self):
        other = self.env["res.partner"].create(
            {"name": "Somchai", "email": "somchai@example.com"}
        )
        with self.mock_mail_gateway():
            self._create_ticket(submitter_id=other.id)
            tell(self.env, send=True)
        self.assertEqual(
            self._new_mails.recipient_ids, self.requester.partner_id | other
        )

    def test_receipt_without_a_contact(self):
        with self.mock_mail_gateway():
            self._create_ticket(partner_id=False, partner_email="x@example.com")
            tell(self.env, send=True)
        self.assertEqual(len(self._mails), 1)
        self.assertEqual(
            self._mails[0]["email_to"], ['"x@example.com" <x@example.com>']
        )

    def test_replies_to_the_mails_of_stages_find_their_ticket(self):
        ticket = self._create_ticket()
        for name in ("in_progress", "pending", "resolved", "cancelled"):
            with self.subTest(stage=name):
                self._get_mails(ticket, stage_id=self._ref(f"stage_{name}").id)
                source = (
                    "From: malee@example.com\nTo: helpdesk@school.test\n"
                    f"Message-ID: <{name}@example.com>\nSubject: Re: x\n"
                    f"In-Reply-To: {self._mails[-1]['message_id']}\n\nAnswer to {name}"
                )
                with self.mock_mail_gateway():
                    self.env["mail.thread"].message_process(False, source)
                    self.flush_tracking()
                words = "".join(ticket.message_ids.mapped("body"))
                self.assertIn(f"Answer to {name}", words)

    def test_stages_without_mail(self):
        ticket = self._create_ticket()
        for name in ("stage_open", "stage_closed"):
            with self.subTest(name):
                self.assertFalse(self._get_mails(ticket, stage_id=self._ref(name).id))

    def test_in_progress_names_the_agent(self):
        ticket = self._create_ticket(user_id=self.agent.id)
        mail = self._get_mails(ticket, stage_id=self._ref("stage_in_progress").id)
        self.assertEqual(len(mail), 1)
        self.assertIn("Niran Agent", mail.body_html)

    def test_resolved_has_solution_and_rating(self):
        ticket = self._create_ticket(user_id=self.agent.id)
        ticket.with_user(self.agent).message_post(
            body="The lamp is new.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        ticket.with_user(self.agent).message_post(body="Lamp cost 40 EUR")
        mail = self._get_mails(ticket, stage_id=self._ref("stage_resolved").id)
        self.assertEqual(len(mail), 1)
        self.assertIn("The lamp is new.", mail.body_html)
        self.assertNotIn("40 EUR", mail.body_html)
        self.assertIn(f"/rate/{ticket.rating_ids.access_token}/5", mail.body_html)

    def test_waiting_by_drag_and_drop(self):
        ticket = self._create_ticket()
        mail = self._get_mails(ticket, stage_id=self._ref("stage_pending").id)
        self.assertEqual(len(mail), 1)
        self.assertNotIn("We are waiting for", mail.body_html)

    def test_reason_is_sent_only_once(self):
        for name, words in (("_wait", "The spare lamp"), ("_cancel", "Reported twice")):
            with self.subTest(name):
                ticket = self._create_ticket()
                tell(self.env, send=True)
                with self.mock_mail_gateway():
                    getattr(ticket.with_user(self.agent), name)(words)
                    tell(self.env, send=True)
                self.assertEqual(len(self._new_mails), 1)
                self.assertIn(words, self._new_mails.body_html)

    def test_mail_in_the_requesters_language(self):
        self.env["res.lang"]._activate_lang("th_TH")
        importer = TranslationImporter(self.env.cr)
        importer.load_file(file_path("school_helpdesk_base/i18n/th.po"), "th_TH")
        importer.save(overwrite=True)
        self.requester.lang = "th_TH"
        ticket = self._create_ticket(user_id=self.agent.id)
        for name, words in (
            ("stage_in_progress", "กำลังดำเนินการกับใบแจ้ง"),
            ("stage_pending", "เราต้องการคำตอบจากคุณ"),
            ("stage_resolved", "เราจะเปิดใบแจ้งอีกครั้ง"),
            ("stage_cancelled", "ถูกยกเลิกแล้ว"),
        ):
            with self.subTest(name):
                stage = self._ref(name)
                mail = self._get_mails(ticket, stage_id=stage.id)
                self.assertIn(words, mail.body_html)
                self.assertNotIn("ticket <strong", mail.body_html)
                self.assertIn("Malee Teacher", mail.body_html)

    def test_ticket_name_is_escaped(self):
        ticket = self._create_ticket(name="<b>Help</b>")
        mail = self._get_mails(ticket, stage_id=self._ref("stage_in_progress").id)
        self.assertNotIn("<b>Help</b>", mail.body_html)
        self.assertIn("&lt;b&gt;Help&lt;/b&gt;", mail.body_html)
