"""A team with clocks whose figures are computed at the end of each step."""

from freezegun import freeze_time

from odoo.tests import new_test_user
from odoo.tools import SQL

from odoo.addons.school_helpdesk_workflow.tests.sla_common import SlaCommon


class ReportCommon(SlaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # UTC would count as not chosen, and another team's time zone would be used
        cls.env.company.partner_id.tz = "Etc/GMT"
        cls.manager = new_test_user(
            cls.env, "desk_manager", groups="helpdesk_mgmt.group_helpdesk_manager"
        )

    def _finish(self):
        """Do what happens to the figures at the end of a transaction."""
        self.env["helpdesk.ticket"]._sync_marked_figures()

    def _read_figures(self, tickets):
        """Return the stored figures of tickets, NULL as ``None``.

        :return: dictionary of ticket id to a dictionary of field to value
        """
        computed, _row_hours = tickets._compute_figures()
        names = sorted(set().union(*computed.values()))
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT id, %s FROM helpdesk_ticket WHERE id IN %s",
                SQL(", ").join(SQL.identifier(name) for name in names),
                tuple(tickets.ids),
            )
        )
        return {row.pop("id"): row for row in self.env.cr.dictfetchall()}

    def _assert_up_to_date(self, tickets):
        """Check that the stored figures are those of the whole history."""
        self.env.flush_all()
        computed, row_hours = tickets._compute_figures()
        self.assertEqual(self._read_figures(tickets), computed)
        rows = tickets.status_log_ids
        rows.invalidate_recordset(["working_hours"])
        self.assertEqual(
            {row.id: row.working_hours for row in rows if row.end}, row_hours
        )

    def _say(self, ticket, moment, author, **values):
        """Post a message at a moment; a public one by default."""
        with freeze_time(moment):
            return ticket.message_post(
                **{
                    "author_id": author.partner_id.id,
                    "body": "Words",
                    "date": moment,
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    **values,
                }
            )
