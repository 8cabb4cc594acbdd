"""The people of a school's desk, and the tickets they may and may not see."""

from odoo.tests import new_test_user

from .common import HelpdeskCommon


class AccessCommon(HelpdeskCommon):
    """Personas of DESIGN's access table around two tickets.

    ``ticket`` is ``owner``'s, reported by ``submitter``; ``other_ticket`` belongs to
    ``stranger``. All portal users are contacts of one and the same company.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env
        cls.school = env["res.partner"].create({"name": "School", "is_company": True})
        for name in ("owner", "submitter", "stranger"):
            user = new_test_user(env, f"access_{name}", groups="base.group_portal")
            user.partner_id.parent_id = cls.school
            setattr(cls, name, user)
        cls.employee = new_test_user(env, "access_employee", groups="base.group_user")
        for level, group in (
            ("own", "group_helpdesk_user_own"),
            ("team", "group_helpdesk_user_team"),
            ("all", "group_helpdesk_user"),
            ("manager", "group_helpdesk_manager"),
        ):
            user = new_test_user(
                env, f"access_agent_{level}", groups=f"helpdesk_mgmt.{group}"
            )
            setattr(cls, f"agent_{level}", user)
        cls.public = env.ref("base.public_user")
        cls.team.user_ids += cls.agent_own | cls.agent_team
        cls.other_team = cls.team.copy(
            {"name": "Second desk", "user_ids": [(6, 0, cls.agent_2.ids)]}
        )
        env["helpdesk.ticket.stage"].search(
            [("team_ids", "=", cls.team.id)]
        ).team_ids += cls.other_team
        cls.stage_closed.close_from_portal = True
        cls.ticket = cls._create_ticket(
            name="Projector of the owner",
            partner_id=cls.owner.partner_id.id,
            submitter_id=cls.submitter.partner_id.id,
        )
        cls.other_ticket = cls._create_ticket(
            name="Laptop of the stranger",
            partner_id=cls.stranger.partner_id.id,
            team_id=cls.other_team.id,
        )
