"""Checks that searches on all our lists find what is typed, and nothing else.

An addon runs the check on the models it knows by inheriting ``LiteralSearchCase``.
"""

from lxml import etree

from odoo.tests import TransactionCase
from odoo.tools.safe_eval import safe_eval

#: What is typed, and how PostgreSQL has to get it.
TYPED = {"100%": "100\\%", "file_1": "file\\_1", "C:\\x": "C:\\\\x"}


class LiteralSearchCase(TransactionCase):
    #: The first parts of the names of the models.
    prefixes = ("helpdesk.",)

    def _get_models(self):
        """The models with a list or a search view."""
        views = self.env["ir.ui.view"].search([("type", "in", ("list", "search"))])
        return [
            self.env[name]
            for name in sorted(set(views.mapped("model")) - {False})
            if name.startswith(self.prefixes)
            and name in self.env
            and not self.env[name].is_transient()
        ]

    def _get_facets(self, model):
        """Return functions from a typed text to the domain that the search bar makes.

        :return: list of pairs (name of the field, function)
        """
        arch = etree.fromstring(model.get_view(view_type="search")["arch"])
        facets = []
        for node in arch.iter("field"):
            name, written = node.get("name"), node.get("filter_domain")
            if written:
                facets.append(
                    (name, lambda text, d=written: safe_eval(d, {"self": text}))
                )
            elif model._fields[name].type in ("char", "text", "html", "many2one"):
                operator = node.get("operator", "ilike")
                facets.append((name, lambda text, n=name, o=operator: [(n, o, text)]))
        return facets

    def _assert_literal(self, model):
        """Return how many searches were seen with the text in the query."""
        found = 0
        names = [name for name in (model._rec_name, "display_name") if name]
        facets = self._get_facets(model) + [
            (name, lambda text, n=name: [(n, "ilike", text)])
            for name in names
            if model._fields[name].type == "char"
        ]
        for field, make_domain in facets:
            for typed, escaped in TYPED.items():
                with self.subTest(model=model._name, field=field, typed=typed):
                    query = model._search(make_domain(typed))
                    written = [str(value) for value in query.select().params]
                    self.assertFalse(any(typed in value for value in written))
                    # some fields search for the records before: no text in the query
                    found += any(escaped in value for value in written)
        return found
