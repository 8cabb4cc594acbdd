"""Damage cases created from tickets, and tickets created from damage cases."""

import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import BridgeCommon

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestDamageCase(BridgeCommon):
    def _create_picture(self, record, name="photo.png"):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": PIXEL,
                "mimetype": "image/png",
                "res_model": record._name,
                "res_id": record.id,
            }
        )

    def _open_case(self, record, user=None, **values):
        """Fill in the dialog of a ticket or of one of its devices, and confirm it."""
        record = record.with_user(user or self.env.user)
        action = record.action_create_damage_case()
        if action.get("res_model") != "helpdesk.damage.case.wizard":
            return action
        form = Form(
            self.env[action["res_model"]]
            .with_user(user or self.env.user)
            .with_context(**action["context"])
        )
        for name, value in values.items():
            setattr(form, name, value)
        return form.save().action_confirm()

    def test_from_ticket_by_agent(self):
        ticket = self._create_ticket(asset_id=self.asset.id)
        photo = self._create_picture(ticket)
        as_agent = ticket.with_user(self.agent)
        action = self._open_case(ticket, self.agent)
        self.assertEqual(action["tag"], "display_notification")
        case = ticket.damage_case_ids
        self.assertRecordValues(
            case,
            [
                {
                    "asset_id": self.asset.id,
                    "damage_source": "manual",
                    "ticket_id": ticket.id,
                    "reported_by": self.agent.id,
                }
            ],
        )
        self.assertIn("No picture", case.damage_description)
        self.assertIn("Nothing to see.", case.damage_description)
        self.assertEqual(case.photo_ids.checksum, photo.checksum)
        self.assertNotEqual(case.photo_ids, photo)
        self.assertEqual(case.photo_ids.res_model, "asset.damage.case")
        self.assertEqual(as_agent.damage_case_count, 1)
        self.assertIn(case.name, as_agent.damage_case_summary)
        # a second click does not create a second case
        self._open_case(ticket, self.agent)
        self.assertEqual(ticket.damage_case_ids, case)
        self.assertIn(case.name, "".join(ticket.message_ids.mapped("body")))

    def test_the_text_has_no_access_token_of_a_picture(self):
        ticket = self._create_ticket(
            asset_id=self.asset.id,
            description='<p>It says: <img src="/web/image/7?access_token=s3cret"> and '
            '<a href="/my/ticket/7?access_token=s3cret">this</a></p>',
        )
        self._open_case(ticket, self.agent)
        text = ticket.damage_case_ids.damage_description
        self.assertIn("It says:", text)
        self.assertIn("this", text)
        self.assertNotIn("s3cret", text)

    def test_from_ticket_by_asset_user(self):
        self.agent.group_ids += self.env.ref("school_asset_management.group_asset_user")
        ticket = self._create_ticket(asset_id=self.asset.id)
        action = self._open_case(ticket, self.agent)
        self.assertEqual(action["res_model"], "asset.damage.case")
        self.assertEqual(action["res_id"], ticket.damage_case_ids.id)

    def test_pictures_of_notes_are_not_copied(self):
        ticket = self._create_ticket(asset_id=self.asset.id)
        seen = self._create_picture(ticket, "seen.png")
        hidden = self._create_picture(ticket, "hidden.png")
        ticket.message_post(
            body="Look",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=seen.ids,
        )
        ticket.message_post(
            body="Only us",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            attachment_ids=hidden.ids,
        )
        self._open_case(ticket)
        self.assertEqual(ticket.damage_case_ids.photo_ids.mapped("name"), ["seen.png"])

    def test_case_requires_a_device(self):
        with self.assertRaises(UserError):
            self._create_ticket().action_create_damage_case()

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_case_requires_write_access_to_ticket(self):
        ticket = self._create_ticket(asset_id=self.asset.id, user_id=self.agent.id)
        with self.assertRaises(AccessError):
            ticket.with_user(self.own_agent).action_create_damage_case()
        for user in self.teacher, self.student:
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_create_damage_case()
        self.assertFalse(ticket.damage_case_ids)

    def test_the_dialog_proposes_and_asks(self):
        ticket = self._create_ticket(asset_id=self.asset.id)
        action = ticket.with_user(self.agent).action_create_damage_case()
        self.assertFalse(ticket.damage_case_ids)
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
        )
        # the custodian of the device is proposed
        self.assertEqual(form.responsible_type, "teacher")
        self.assertEqual(form.responsible_teacher_id.id, self.custodian.id)
        self.assertEqual(form.damage_description, "No picture\nNothing to see.")

    def test_responsible_person(self):
        for kind, values, expected in (
            ("teacher", {}, (self.custodian, False)),
            (
                "student",
                {"responsible_student_name": " Ploy, 5B "},
                (self.custodian.browse(), "Ploy, 5B"),
            ),
            ("none", {}, (self.custodian.browse(), False)),
            ("unknown", {}, (self.custodian.browse(), False)),
        ):
            with self.subTest(kind):
                ticket = self._create_ticket(asset_id=self.asset.id)
                self._open_case(
                    ticket,
                    self.agent,
                    responsible_type=kind,
                    damage_description="Dropped",
                    **values,
                )
                case = ticket.damage_case_ids
                self.assertEqual(case.responsible_type, kind)
                self.assertEqual(
                    (case.responsible_teacher_id, case.responsible_student_name),
                    expected,
                )
                self.assertEqual(case.damage_description, "Dropped")

    def test_responsible_person_is_missing(self):
        ticket = self._create_ticket(asset_id=self.asset.id)
        Wizard = self.env["helpdesk.damage.case.wizard"].with_user(self.agent)
        for kind in "teacher", "student":
            wizard = Wizard.create(
                {
                    "ticket_id": ticket.id,
                    "asset_id": self.asset.id,
                    "responsible_type": kind,
                    "responsible_student_name": " ",
                    "damage_description": "Dropped",
                }
            )
            with self.subTest(kind), self.assertRaises(UserError):
                wizard.action_confirm()
        self.assertFalse(ticket.damage_case_ids)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_the_dialog_is_for_devices_of_writable_tickets(self):
        ticket = self._create_ticket(asset_id=self.asset.id, user_id=self.agent.id)
        Wizard = self.env["helpdesk.damage.case.wizard"]
        values = {
            "ticket_id": ticket.id,
            "asset_id": self.asset.id,
            "damage_description": "Dropped",
        }
        for user in self.own_agent, self.asset_user, self.teacher, self.student:
            with self.subTest(user.login), self.assertRaises(AccessError):
                Wizard.with_user(user).create(values)
        with self.assertRaises(UserError):
            Wizard.with_user(self.agent).create({**values, "asset_id": self.asset_2.id})
        wizard = Wizard.with_user(self.agent).create(values)
        with self.assertRaises(UserError):
            wizard.asset_id = self.asset_2
        with self.assertRaises(AccessError):
            wizard.with_user(self.own_agent).read(["damage_description"])
        # reassigned while the dialog was open
        ticket.user_id = self.own_agent
        wizard = Wizard.with_user(self.own_agent).create(values)
        ticket.user_id = self.agent
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            wizard.action_confirm()
        self.assertFalse(ticket.damage_case_ids)

    def test_case_for_affected_device(self):
        ticket = self._create_ticket(
            asset_link_ids=[(0, 0, {"asset_id": self.asset_2.id})]
        )
        self._open_case(ticket.asset_link_ids, self.agent)
        self.assertEqual(ticket.sudo().damage_case_ids.asset_id, self.asset_2)

    def _create_case(self, **values):
        return self.env["asset.damage.case"].create(
            {
                "asset_id": self.asset.id,
                "damage_source": "checkin_student",
                "damage_description": "Lens <broken>\nand dirty",
                "reported_by": self.teacher.id,
                **values,
            }
        )

    def test_ticket_from_case(self):
        case = self._create_case()
        case.photo_ids = self._create_picture(case)
        action = case.with_user(self.asset_user).action_create_ticket()
        ticket = case.ticket_id
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "Issue with TST-001",
                    "asset_id": self.asset.id,
                    "partner_id": self.teacher.partner_id.id,
                    "submitter_id": self.asset_user.partner_id.id,
                    "user_id": False,
                }
            ],
        )
        self.assertIn("&lt;broken&gt;", ticket.description)
        self.assertEqual(ticket.attachment_ids.checksum, case.photo_ids.checksum)
        self.assertNotEqual(ticket.attachment_ids, case.photo_ids)
        self.assertIn(action["type"], ("ir.actions.act_window", "ir.actions.client"))
        case.with_user(self.asset_user).action_create_ticket()
        self.assertEqual(case.ticket_id, ticket)
        action = case.action_create_ticket()
        self.assertEqual(action["res_id"], ticket.id)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_ticket_from_case_without_access(self):
        case = self._create_case()
        for user in self.teacher, self.agent:
            with self.assertRaises(AccessError):
                case.with_user(user).action_create_ticket()
        self.assertFalse(case.ticket_id)

    def test_case_status_is_logged_on_ticket(self):
        ticket = self._create_ticket(asset_id=self.asset.id)
        self._open_case(ticket)
        case = ticket.damage_case_ids
        case.with_user(self.asset_user).action_submit_for_approval()
        message = ticket.message_ids[0]
        self.assertIn("Pending Approval", message.body)
        self.assertEqual(message.author_id, self.asset_user.partner_id)
        # the requester must not read the status of the damage case
        self.assertFalse(ticket._is_readable_by_requester(message))

    def test_closing_case_offers_to_resolve_ticket(self):
        self.agent.group_ids += self.env.ref("school_asset_management.group_asset_user")
        ticket = self._create_ticket(asset_id=self.asset.id)
        self._open_case(ticket)
        case = ticket.damage_case_ids
        action = case.with_user(self.agent).action_close_case()
        self.assertEqual(case.status, "closed")
        self.assertEqual(action["res_model"], "helpdesk.asset.close.wizard")
        self.assertEqual(ticket.status_category, "open")
        wizard = Form(
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
        ).save()
        wizard.action_confirm()
        self.assertEqual(ticket.status_category, "resolved")
        # no offer if the ticket is already resolved
        case.status = "draft"
        self.assertFalse(case.with_user(self.agent).action_close_case())

    def test_closing_case_without_access_to_ticket_offers_nothing(self):
        ticket = self._create_ticket(asset_id=self.asset.id)
        self._open_case(ticket)
        self.assertFalse(
            ticket.damage_case_ids.with_user(self.asset_user).action_close_case()
        )

    def test_resolving_ticket_offers_to_close_case(self):
        ticket = self._create_ticket(asset_id=self.asset.id)
        self._open_case(ticket)
        action = ticket.with_user(self.agent).action_resolve()
        self.assertEqual(ticket.damage_case_ids.status, "draft")
        wizard = Form(
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
        ).save()
        wizard.action_confirm()
        self.assertEqual(ticket.damage_case_ids.status, "closed")
        self.assertEqual(ticket.with_user(self.agent).open_damage_case_count, 0)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_wizard_checks_the_ticket(self):
        ticket = self._create_ticket(asset_id=self.asset.id, user_id=self.agent.id)
        self._open_case(ticket)
        Wizard = self.env["helpdesk.asset.close.wizard"]
        # the wizard's form would show the ticket and its cases
        with self.assertRaises(AccessError):
            Wizard.with_user(self.own_agent).create(
                {"ticket_id": ticket.id, "other": "cases"}
            )
        wizard = Wizard.create({"ticket_id": ticket.id, "other": "cases"})
        with self.assertRaises(AccessError):
            wizard.with_user(self.own_agent).read(["ticket_id"])
        ticket.user_id = self.own_agent
        wizard = Wizard.with_user(self.own_agent).create(
            {"ticket_id": ticket.id, "other": "cases"}
        )
        self.assertTrue(wizard.damage_case_summary)
        # the ticket was reassigned while the wizard was open
        ticket.user_id = self.agent
        self.env.invalidate_all()
        self.assertFalse(wizard.read(["damage_case_summary"])[0]["damage_case_summary"])
        with self.assertRaises(AccessError):
            wizard.action_confirm()
        self.assertEqual(ticket.damage_case_ids.status, "draft")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_case_only_on_writable_tickets(self):
        self.own_agent.group_ids += self.env.ref(
            "school_asset_management.group_asset_user"
        )
        company = self.env["res.company"].create({"name": "Another School"})
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Their Desk", "company_id": company.id}
        )
        mine = self._create_ticket(user_id=self.own_agent.id)
        foreign = {
            "hidden": self._create_ticket(user_id=self.agent.id),
            "of another company": self._create_ticket(
                company_id=company.id, team_id=team.id
            ),
            "reported only": self._create_ticket(
                user_id=self.agent.id, submitter_id=self.own_agent.partner_id.id
            ),
        }
        case = self._create_case()
        as_agent = case.with_user(self.own_agent)
        Case = as_agent.browse()
        vals = {
            "asset_id": self.asset.id,
            "damage_source": "manual",
            "damage_description": "Lens",
        }
        for name, ticket in foreign.items():
            with self.subTest(name):
                with self.assertRaises(AccessError):
                    as_agent.ticket_id = ticket.id
                with self.assertRaises(AccessError):
                    Case.create({**vals, "ticket_id": ticket.id})
                with self.assertRaises(AccessError):
                    Case.with_context(default_ticket_id=ticket.id).create(vals)
                case.ticket_id = ticket
                with self.assertRaises(AccessError):
                    as_agent.ticket_id = False
                case.ticket_id = False
        as_agent.ticket_id = mine
        self.assertEqual(case.ticket_id, mine)
        self.assertEqual(Case.create({**vals, "ticket_id": mine.id}).ticket_id, mine)

    def test_asset_user_without_agent_rights(self):
        """Asset users cannot set a ticket on a case, by value or by default."""
        ticket = self._create_ticket()
        Case = self.env["asset.damage.case"].with_user(self.asset_user)
        vals = {
            "asset_id": self.asset.id,
            "damage_source": "manual",
            "damage_description": "Lens",
        }
        case = Case.create(vals)
        case.action_send_to_repair()
        self.assertEqual(case.status, "in_repair")
        with self.assertRaises(AccessError):
            Case.create({**vals, "ticket_id": ticket.id})
        with self.assertRaises(AccessError):
            Case.with_context(default_ticket_id=ticket.id).create(vals)

    def test_action_view_damage_cases(self):
        """One case opens as a form, several as a list; else a notification shows."""
        self.agent.group_ids += self.env.ref("school_asset_management.group_asset_user")
        ticket = self._create_ticket(
            asset_id=self.asset.id,
            asset_link_ids=[(0, 0, {"asset_id": self.asset_2.id})],
        )
        self._open_case(ticket)
        case = ticket.damage_case_ids
        as_agent = ticket.with_user(self.agent)
        self.assertEqual(
            as_agent.action_view_damage_cases(),
            {
                "name": "Damage Cases",
                "type": "ir.actions.act_window",
                "res_model": "asset.damage.case",
                "res_id": case.id,
                "views": [(False, "form")],
            },
        )
        self._open_case(
            ticket.asset_link_ids.filtered(lambda link: link.asset_id == self.asset_2)
        )
        self.assertEqual(len(ticket.damage_case_ids), 2)
        self.assertEqual(
            as_agent.action_view_damage_cases(),
            {
                "name": "Damage Cases",
                "type": "ir.actions.act_window",
                "res_model": "asset.damage.case",
                "views": [(False, "list"), (False, "form")],
                "domain": [("id", "in", ticket.damage_case_ids.ids)],
            },
        )
        ticket.user_id = self.own_agent
        action = ticket.with_user(self.own_agent).action_view_damage_cases()
        self.assertEqual(action["tag"], "display_notification")
        for case in ticket.damage_case_ids:
            self.assertIn(f"{case.name}: Draft", action["params"]["message"])
