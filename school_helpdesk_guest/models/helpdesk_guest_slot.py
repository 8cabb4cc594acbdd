"""Rate limits of guest reports: numbered slots, each of which is taken for an hour.

Because of the unique index, each slot can be taken only once. So the limit applies to
all workers together, even if their transactions do not see each other's rows yet.
``holder`` is a keyed hash of the e-mail address, the device or the network, so it
reveals neither an address nor a network.
"""

from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.tools import SQL, hmac

SLOT_TIME = timedelta(hours=1)


class HelpdeskGuestSlot(models.Model):
    _name = "helpdesk.guest.slot"
    _description = "Rate Limit Slot of Guest Reports"
    _log_access = False

    holder = fields.Char(required=True)
    number = fields.Integer(required=True)
    until = fields.Datetime(required=True, index=True)

    _holder_number_unique = models.UniqueIndex("(holder, number)")

    @api.model
    def _take(self, scope, value, limit):
        """Take a free slot for a value.

        :param str scope: the kind of the value: "address", "device" or "network"
        :param value: the e-mail address, the id of the device or the network
        :param int limit: how many slots the value has within an hour
        :return: whether a slot was free
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
        """Insert a slot; return False if another transaction has just taken it."""
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
                    # do not log an error if the slot is already taken
                    log_exceptions=False,
                )
        except UniqueViolation:
            return False
        return True
