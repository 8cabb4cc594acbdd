"""A search finds what a person has typed, and nothing else."""

from lxml import etree

from odoo.tests import TransactionCase, tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.school_helpdesk_base.tools.search_text import (
    compose_thai,
    get_spellings,
)

from .common import HelpdeskCommon
from .literal_search_common import LiteralSearchCase

#: What is typed, a title with it, and a title that a wildcard would find.
TYPED = (
    ("100%", "Battery at 100% only", "Battery at 1000 cycles"),
    ("file_1", "Cannot open file_1", "Cannot open file-1"),
    ("\\", "Path C:\\ is full", "Path /home is full"),
    ("\\\\nas\\teachers", "No access to \\\\nas\\teachers", "No access to nasteachers"),
    ("50%_\\", "Code 50%_\\ appears", "Code 50 and more appears"),
    ("%", "Toner at 5%", "Toner is empty"),
    ("_", "Name a_b", "Name ab"),
)


@tagged("post_install", "-at_install")
class TestSearchText(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.titles = {title for row in TYPED for title in row[1:]}
        cls.tickets = cls.env["helpdesk.ticket"].union(
            *(cls._create_ticket(name=title) for title in sorted(cls.titles))
        )

    def _get_expected(self, typed):
        return {title for title in self.titles if typed.lower() in title.lower()}

    def _assert_found(self, find):
        """Check a way to search.

        :param find: a function from the typed text to the tickets
        """
        for typed, title, other in TYPED:
            for text in (typed, title):
                with self.subTest(typed=text):
                    names = set((find(text) & self.tickets).mapped("name"))
                    self.assertEqual(names, self._get_expected(text))
                    self.assertIn(title, names)
                    self.assertNotIn(other, names)

    def test_search_view(self):
        Ticket = self.env["helpdesk.ticket"]
        arch = etree.fromstring(Ticket.get_view(view_type="search")["arch"])
        [domain] = arch.xpath("//field[@name='number']/@filter_domain")
        self._assert_found(
            lambda typed: Ticket.search(safe_eval(domain, {"self": typed}))
        )

    def test_choice_of_a_ticket(self):
        Ticket = self.env["helpdesk.ticket"]
        self._assert_found(
            lambda typed: Ticket.browse(
                ticket_id for ticket_id, _name in Ticket.name_search(typed, limit=None)
            )
        )

    def _assert_literal(self, field):
        """Check that a facet of a search view finds the typed texts in the titles."""
        Ticket = self.env["helpdesk.ticket"]
        self._assert_found(lambda typed: Ticket.search([(field, "ilike", typed)]))
        self._assert_found(lambda typed: Ticket.search([[field, "like", typed]]))
        self._assert_found(
            lambda typed: self.tickets - Ticket.search([(field, "not ilike", typed)])
        )

    def test_texts_of_the_ticket(self):
        for field in ("name", "partner_email", "partner_name"):
            for ticket in self.tickets:
                ticket[field] = ticket.name
            with self.subTest(field):
                self._assert_literal(field)

    def test_linked_records(self):
        for field, model in (
            ("partner_id", "res.partner"),
            ("category_id", "helpdesk.ticket.category"),
            ("user_id", "res.users"),
        ):
            for number, ticket in enumerate(self.tickets):
                values = {"name": ticket.name}
                if model == "res.users":
                    values["login"] = f"literal{number}"
                ticket[field] = self.env[model].create(values)
            with self.subTest(field):
                self._assert_literal(field)
                self._assert_literal(f"{field}.name")
                # the filter that a person puts together
                self._assert_found(
                    lambda typed, field=field: self.env["helpdesk.ticket"].search(
                        [(field, "any", [("name", "ilike", typed)])]
                    )
                )

    def test_a_parent_and_its_children(self):
        Category = self.env["helpdesk.ticket.category"]
        for ticket in self.tickets:
            ticket.category_id = Category.create({"name": ticket.name})
        for wrap in (str, lambda typed: [typed]):
            self._assert_found(
                lambda typed, wrap=wrap: self.env["helpdesk.ticket"].search(
                    [("category_id", "child_of", wrap(typed))]
                )
            )

    def test_patterns_of_programs_stay(self):
        Ticket = self.env["helpdesk.ticket"]
        for operator, pattern, title in (
            ("=ilike", "battery at 100%only", "Battery at 100% only"),
            ("=like", "Name a_b", "Name a_b"),
            ("=ilike", "toner%empty", "Toner is empty"),
        ):
            with self.subTest(pattern):
                found = Ticket.search([("name", operator, pattern)]) & self.tickets
                self.assertEqual(found.mapped("name"), [title])

    def test_each_condition_on_the_words(self):
        Ticket = self.env["helpdesk.ticket"]
        self._assert_found(lambda typed: Ticket.search([("words", "=", typed)]))
        self._assert_found(lambda typed: Ticket.search([("words", "in", [typed])]))
        self._assert_found(lambda typed: Ticket.search([("words", "like", typed)]))
        for operator, value in (
            ("!=", "Toner"),
            ("not in", ["Toner"]),
            ("not ilike", "Toner"),
            ("not =ilike", "Toner%"),
        ):
            with self.subTest(operator):
                found = Ticket.search([("words", operator, value)]) & self.tickets
                names = {title for title in self.titles if "Toner" not in title}
                self.assertEqual(set(found.mapped("name")), names)
        for operator, value, expected in (
            ("=", False, Ticket),
            ("!=", False, self.tickets),
            ("in", [], Ticket),
            ("=ilike", "toner%", self.tickets.filtered(lambda t: "Toner" in t.name)),
        ):
            with self.subTest(operator=operator, value=value):
                found = Ticket.search([("words", operator, value)]) & self.tickets
                self.assertEqual(set(found.ids), set(expected.ids))

    def test_number(self):
        Ticket = self.env["helpdesk.ticket"]
        [ticket, *_others] = self.tickets
        found = [ticket_id for ticket_id, _name in Ticket.name_search(ticket.number)]
        self.assertIn(ticket.id, found)
        self.assertIn(ticket, Ticket.search([("words", "ilike", ticket.number)]))

    def test_thai_am_of_either_spelling(self):
        names = ("ทำงานไม่ได้", "น\u0e49\u0e4d\u0e32หกใส่", "น\u0e4d\u0e49\u0e32ท่วม")
        tickets = [self._create_ticket(name=name) for name in names]
        for typed, ticket in (
            ("ทํางาน", tickets[0]),
            ("ทำงาน", tickets[0]),
            ("น้ำหก", tickets[1]),
            ("น\u0e4d\u0e49\u0e32หก", tickets[1]),
            ("น้ำท่วม", tickets[2]),
        ):
            with self.subTest(typed=typed):
                found = self.env["helpdesk.ticket"].search([("words", "ilike", typed)])
                self.assertIn(ticket, found)


@tagged("post_install", "-at_install")
class TestThaiSpellings(TransactionCase):
    def test_compose(self):
        for written, composed in (
            ("ท\u0e4d\u0e32", "ท\u0e33"),
            ("น\u0e49\u0e4d\u0e32", "น\u0e49\u0e33"),
            ("น\u0e4d\u0e49\u0e32", "น\u0e49\u0e33"),
            ("ยา", "ยา"),
            ("E-049", "E-049"),
        ):
            with self.subTest(written=written):
                self.assertEqual(compose_thai(written), composed)
                self.assertIn(composed, get_spellings(written))
                self.assertIn(written, get_spellings(composed))
        self.assertEqual(get_spellings("E-049"), ["E-049"])


@tagged("post_install", "-at_install")
class TestLiteralSearch(LiteralSearchCase):
    def test_every_list(self):
        models = self._get_models()
        self.assertGreater(sum(map(self._assert_literal, models)), 60)
