"""Every role reads and exports every field, with the portal and the articles."""

from odoo.tests import tagged

from odoo.addons.school_helpdesk_base.tests.every_field_common import EveryFieldCommon


@tagged("post_install", "-at_install")
class TestEveryField(EveryFieldCommon):
    @classmethod
    def _fill_tickets(cls):
        result = super()._fill_tickets()
        person = cls.env["res.partner"].create({"name": "Somchai"})
        for audience in ("public", "portal", "internal"):
            article = cls.env["helpdesk.article"].create(
                {
                    "title": f"Dark projector, {audience}",
                    "content": "<p>Press the button.</p>",
                    "state": "published",
                    "audience": audience,
                    "source_ticket_id": cls.ticket.id,
                }
            )
            article._vote(False, "key", reason="failed")
            article._count_suggestions(article)
            cls.ticket.article_ids |= article
        for ticket in cls.tickets:
            ticket._add_affected(person)
        return result

    def test_read(self):
        self._check_read()

    def test_export(self):
        self._check_export()

    def test_views(self):
        self._check_views()
