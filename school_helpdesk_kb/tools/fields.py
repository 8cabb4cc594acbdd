"""HTML field with an independent text per language."""

from odoo import fields


class TranslatedHtml(fields.Html):
    """Sanitized HTML with an independent text in each language.

    Odoo translates HTML term by term: a step added to the Thai text would also appear,
    in Thai, in the English text.
    """

    def _get_attrs(self, model_class, name):
        return {**super()._get_attrs(model_class, name), "translate": True}
