"""How often guests may report: numbered slots, each taken for an hour.

The database refuses the same slot twice, so all workers together keep the limit, also
those that do not see each other's rows yet. Who has taken a slot is kept as a code
that cannot be read back.
"""

from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.tools import SQL, hmac

SLOT_TIME = timedelta(hours=1)


class HelpdeskGuestSlot(models.Model):
    _name = "helpdesk.guest.slot"
    _description = "Slot of Reports without an Account"
    _log_access = False

    holder = fields.Char(required=True)
    number = fields.Integer(required=True)
    until = fields.Datetime(required=True, index=True)

    _holder_number_unique = models.UniqueIndex("(holder, number)")

    @api.model
    def _take(self, scope, value, limit):
        """Take a free slot of those one value has within an hour.

        :param str scope: what the value is
        :param value: what the reports are counted by
        :return: whether there was one
        """
        now = fields.Datetime.now()
        holder = hmac(self.env, f"helpdesk.guest.{scope}", str(value))
        slots = self.search([("holder", "=", holder)])
        past = slots.filtered(lambda slot: slot.until <= now)
        numbers = set((slots - past).mapped("number"))
        past.unlink()
        return len(numbers) < limit and any(
            self._insert(holder, number, now + SLOT_TIME)
            for number in range(1, limit + 1)
            if number not in numbers
        )

    @api.model
    def _insert(self, holder, number, until):
        """Insert a slot, unless a transaction out of sight has just done so."""
        self.flush_model()
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL(
                        "INSERT INTO helpdesk_guest_slot (holder, number, until) "
                        "VALUES (%s, %s, %s)",
                        holder,
                        number,
                        until,
                    ),
                    # that it is taken is no error
                    log_exceptions=False,
                )
        except UniqueViolation:
            return False
        return True
