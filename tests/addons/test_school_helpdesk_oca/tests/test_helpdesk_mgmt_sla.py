"""The tests of helpdesk_mgmt_sla, with our addons installed."""

from unittest.mock import patch

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket import archive
from odoo.addons.school_helpdesk_base.models.helpdesk_ticket_stage import (
    STATUS_CATEGORIES,
)

from .suites import test_classes


def _allow_archiving(cls):
    """OCA's tests archive all other tickets; we refuse this while they are open."""
    set_up = cls.setUpClass

    def set_up_class(cls):
        statuses = [status for status, _label in STATUS_CATEGORIES]
        with patch.object(archive, "ENDED_CATEGORIES", statuses):
            set_up.__func__(cls)

    cls.setUpClass = classmethod(set_up_class)
    return cls


globals().update(
    {
        name: _allow_archiving(cls)
        for name, cls in test_classes("helpdesk_mgmt_sla", __name__).items()
    }
)
