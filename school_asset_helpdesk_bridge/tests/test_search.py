"""Every field of the search above the tickets finds exactly the typed text."""

from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import BridgeCommon

TEXT_TYPES = ("char", "text", "html", "many2one", "one2many", "many2many")


@tagged("post_install", "-at_install")
class TestSearch(BridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.room.parent_id = cls.env["asset.location"].create(
            {"name": "Building 4", "location_type": "building"}
        )
        cls.student.partner_id.parent_id = cls.env["res.partner"].create(
            {"name": "Class 4B"}
        )
        cls.ticket = cls._create_ticket(
            asset_id=cls.asset.id,
            user_id=cls.agent.id,
            category_id=cls.env["helpdesk.ticket.category"]
            .create({"name": "Display", "company_id": False})
            .id,
        )

    def _get_facets(self):
        """Return the domain of each field of the search view, for a typed text."""
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        arch = etree.fromstring(Ticket.get_view(view_type="search")["arch"])
        facets = {}
        for node in arch.iter("field"):
            name, typed_domain = node.get("name"), node.get("filter_domain")
            if Ticket._fields[name].type not in TEXT_TYPES:
                continue
            if typed_domain:
                facets[name] = lambda text, domain=typed_domain: safe_eval(
                    domain, {"self": text, "raw_value": text}
                )
            else:
                operator = node.get("operator", "ilike")
                facets[name] = lambda text, leaf=(name, operator): [(*leaf, text)]
        return facets

    def _get_shown(self, name):
        value = self.ticket[name]
        if not value:
            return ""
        if isinstance(value, str):
            # a description is HTML
            return "Nothing to see." if name == "description" else value
        return value[:1].display_name

    def test_each_field_of_the_search(self):
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        checked = set()
        for name, get_domain in self._get_facets().items():
            shown = self._get_shown(name)
            if len(shown) < 3:
                continue
            checked.add(name)
            with self.subTest(name):
                self.assertIn(self.ticket, Ticket.search(get_domain(shown)))
                for wrong in (f"_{shown[1:]}", f"{shown[:1]}%{shown[2:]}", "%_", "__"):
                    found = Ticket.search(get_domain(wrong))
                    self.assertNotIn(self.ticket, found, wrong)
                    self.assertEqual(Ticket.search_count(get_domain(wrong)), len(found))
        self.assertLessEqual(
            {
                *("asset_building", "asset_category", "asset_code", "asset_custodian"),
                *("asset_location", "asset_model", "category_id", "description"),
                *("partner_id", "requester_group", "user_id"),
            },
            checked,
        )
