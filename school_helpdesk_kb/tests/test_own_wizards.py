"""Users see only their own records of wizards."""

from odoo.addons.school_helpdesk_base.tests.own_wizards_common import OwnWizardsCase


class TestOwnWizards(OwnWizardsCase):
    pass
