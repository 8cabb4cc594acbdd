"""A desk with assets: an agent without rights on them, one with, and requesters."""

from odoo.tests import TransactionCase, new_test_user


class BridgeCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, no_reset_password=True, tracking_disable=True)
        )
        cls.agent = new_test_user(
            cls.env, "bridge_agent", groups="helpdesk_mgmt.group_helpdesk_user"
        )
        cls.own_agent = new_test_user(
            cls.env, "bridge_own_agent", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        cls.keeper = new_test_user(
            cls.env,
            "bridge_keeper",
            groups="school_asset_management.group_asset_user",
        )
        cls.teacher = new_test_user(cls.env, "bridge_teacher", groups="base.group_user")
        cls.student = new_test_user(
            cls.env, "bridge_student", groups="base.group_portal"
        )
        cls.team = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Bridge Desk",
                "company_id": cls.env.company.id,
                "user_ids": [(6, 0, cls.agent.ids)],
            }
        )
        Stage = cls.env["helpdesk.ticket.stage"]
        Stage.search([("team_ids", "=", False)]).team_ids = cls.env[
            "helpdesk.ticket.team"
        ].create({"name": "Elsewhere"})
        cls.stages = {
            category: Stage.create(
                {
                    "name": f"Bridge {category}",
                    "sequence": sequence,
                    "status_category": category,
                    "closed": category in ("resolved", "closed", "cancelled"),
                    "team_ids": [(6, 0, cls.team.ids)],
                    "company_id": False,
                }
            )
            for sequence, category in enumerate(
                ["open", "waiting", "resolved", "closed", "cancelled"]
            )
        }
        cls.custodian = cls.env["hr.employee"].create({"name": "Anong Srisuk"})
        cls.room = cls.env["asset.location"].create(
            {"name": "Room 204", "location_type": "room"}
        )
        cls.projectors = cls.env["asset.category"].create({"name": "Projectors"})
        cls.asset = cls._create_asset("TST-001")
        cls.asset_2 = cls._create_asset("TST-002")

    @classmethod
    def _create_asset(cls, code, **values):
        return cls.env["asset.asset"].create(
            {
                "asset_code": code,
                "name": "Projector",
                "brand": "Testar",
                "model": "TX-06",
                "serial_number": f"SN-{code}",
                "purchase_cost": 15000,
                "category_id": cls.projectors.id,
                "location_id": cls.room.id,
                "custodian_id": cls.custodian.id,
                "warranty_end_date": "2099-12-31",
                **values,
            }
        )

    @classmethod
    def _create_ticket(cls, user=None, **values):
        return (
            cls.env["helpdesk.ticket"]
            .with_user(user or cls.env.user)
            .create(
                {
                    "name": "No picture",
                    "description": "<p>Nothing to see.</p>",
                    "team_id": cls.team.id,
                    "user_id": False,
                    "partner_id": cls.student.partner_id.id,
                    **values,
                }
            )
        )

    @classmethod
    def _hold(cls, asset, **values):
        """Create a ticket whose main device is out of service."""
        ticket = cls._create_ticket(asset_id=asset.id, **values)
        ticket.asset_link_ids.out_of_service = True
        return ticket

    @classmethod
    def _move(cls, tickets, category):
        tickets.stage_id = cls.stages[category]
