"""A team with SLA clocks that works Monday to Friday, 8-12 and 13-17 (UTC)."""

from datetime import datetime

from freezegun import freeze_time

from odoo.addons.school_helpdesk_base.tests.common import HelpdeskCommon


def at(text):
    """Return a moment in March 2026; the 2nd, 9th, 16th and 23rd are Mondays.

    For example ``at("2 09:30")``.
    """
    return datetime.strptime(f"2026-03-{text}", "%Y-%m-%d %H:%M")


class SlaCommon(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.sla"].search([]).active = False
        cls.env["resource.calendar.leaves"].search([]).unlink()
        cls.team.use_sla = True
        cls.policy = cls._create_policy(name="Solve", hours=8)
        cls.answer_policy = cls._create_policy(
            name="Answer", target="first_response", hours=2
        )

    @classmethod
    def _create_policy(cls, **values):
        return cls.env["helpdesk.sla"].create({"name": "Policy", **values})

    @classmethod
    def _create_holiday(cls, start, end, **values):
        return cls.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": cls.calendar.id,
                "date_from": start,
                "date_to": end,
                **values,
            }
        )

    def _create_at(self, moment, **values):
        """Create a ticket at a moment (naive UTC)."""
        with freeze_time(moment):
            return self._create_ticket(**values)

    def _move(self, tickets, moment, category, **values):
        """Give tickets another status at a moment.

        :param values: parameters of ``_wait`` for the status ``waiting``
        """
        with freeze_time(moment):
            if category == "waiting":
                tickets._wait(**values)
            else:
                tickets._set_status(category)

    def _answer(self, ticket, moment):
        with freeze_time(moment):
            ticket.message_post(
                body="On my way",
                author_id=self.agent.partner_id.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                date=moment,
            )

    def _get_clock(self, ticket, target="resolution"):
        return ticket.ticket_sla_ids.filtered(lambda clock: clock.target == target)

    def _refresh(self):
        """Run the scheduled action that follows a change of setup."""
        with self.enter_registry_test_mode():
            self.env.ref(
                "school_helpdesk_workflow.ir_cron_refresh_clocks"
            ).method_direct_trigger()

    def _assert_clock(self, ticket, state, deadline, target="resolution", **values):
        """Check the clock of a target and return it.

        :param values: expected values of further fields
        """
        clock = self._get_clock(ticket, target)
        self.assertEqual((clock.state, clock.deadline), (state, deadline))
        for name, value in values.items():
            if isinstance(value, float):
                self.assertAlmostEqual(clock[name], value, places=4, msg=name)
            else:
                self.assertEqual(clock[name], value, name)
        return clock
