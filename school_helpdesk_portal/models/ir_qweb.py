"""Scripts of our pages, which need no script inside the page."""

from odoo import models

#: Part of the address of our bundle of scripts.
BUNDLE = "/school_helpdesk_portal.assets."


class IrQweb(models.AbstractModel):
    _inherit = "ir.qweb"

    def _link_to_node(self, path, *args, **kwargs):
        """Leave out Odoo's note that a script could not be loaded.

        Nothing on our pages reads it, and their content security policy refuses it.
        """
        tag, attributes = super()._link_to_node(path, *args, **kwargs)
        if path and BUNDLE in path:
            attributes.pop("onerror", None)
        return tag, attributes
