"""A field that Odoo does not have."""

from odoo import fields


class TranslatedHtml(fields.Html):
    """HTML, cleaned when stored, that is a text of its own in each language.

    Odoo would translate it term by term: then, who adds a step to the Thai text writes
    a Thai step into the English one.
    """

    def _get_attrs(self, model_class, name):
        return {**super()._get_attrs(model_class, name), "translate": True}
