from odoo.tests import Form

from .common import HelpdeskCommon


class TestCategory(HelpdeskCommon):
    """A category sets the type of its tickets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hardware, cls.other = cls.env["helpdesk.ticket.type"].create(
            [{"name": "Hardware"}, {"name": "Other"}]
        )
        Category = cls.env["helpdesk.ticket.category"]
        cls.top = Category.create({"name": "Machines", "type_id": cls.hardware.id})
        cls.below = Category.create({"name": "Screens", "parent_id": cls.top.id})
        cls.typeless = Category.create({"name": "Anything"})

    def _new(self, **values):
        return self.env["helpdesk.ticket"].create(
            {"name": "No picture", "description": "<p>Dark.</p>", **values}
        )

    def test_a_subcategory_has_the_type_of_its_parent(self):
        self.assertEqual(self.below.type_id, self.hardware)
        self.top.type_id = self.other
        self.assertEqual(self.below.type_id, self.other)

    def test_a_ticket_gets_the_type(self):
        ticket = self._new(category_id=self.below.id)
        self.assertEqual(ticket.type_id, self.hardware)

    def test_the_chosen_type_stays(self):
        ticket = self._new(category_id=self.below.id, type_id=self.other.id)
        self.assertEqual(ticket.type_id, self.other)
        ticket.category_id = self.typeless
        self.assertEqual(ticket.type_id, self.other)
        ticket.category_id = self.below
        self.assertEqual(ticket.type_id, self.hardware)

    def test_in_the_form(self):
        form = Form(self.env["helpdesk.ticket"].with_user(self.agent))
        form.category_id = self.below
        self.assertEqual(form.type_id, self.hardware)
