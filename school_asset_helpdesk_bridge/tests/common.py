"""Shared test fixtures: a help desk with users and assets, and readers of label sheets.

The users are agents without access rights on assets, an asset user, and requesters.
"""

from odoo.tests import TransactionCase, new_test_user

#: Resolution of a label sheet that is rendered for the decoder.
DPI = 300


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
        cls.asset_user = new_test_user(
            cls.env,
            "bridge_asset_user",
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


def read_texts(case, pdf):
    """Return per page a dict of line to its positions, in mm from the top left."""
    try:
        import pypdfium2
    except ImportError as error:
        case.skipTest(f"no library to read the sheet: {error}")
    pages = []
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        height = page.get_size()[1]
        text = page.get_textpage()
        found = {}
        for index in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(index)
            line = text.get_text_bounded(left, bottom, right, top).strip()
            found.setdefault(line, []).append(
                (left / 72 * 25.4, (height - bottom) / 72 * 25.4)
            )
        pages.append(found)
    document.close()
    return pages


def read_pdf(case, pdf):
    """Return per page its size (mm) and a dict of payload to the code's center (mm)."""
    try:
        import pypdfium2
        import zxingcpp
    except ImportError as error:
        case.skipTest(f"no decoder to read the sheet: {error}")
    pages = []
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        width, height = (points / 72 * 25.4 for points in page.get_size())
        image = page.render(scale=DPI / 72).to_pil()
        found = {}
        for code in zxingcpp.read_barcodes(image):
            corners = [
                code.position.top_left,
                code.position.top_right,
                code.position.bottom_left,
                code.position.bottom_right,
            ]
            found[code.text] = tuple(
                sum(getattr(corner, axis) for corner in corners) / 4 / DPI * 25.4
                for axis in ("x", "y")
            )
        pages.append(((width, height), found))
    document.close()
    return pages
