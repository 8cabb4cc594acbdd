"""Give existing tickets their place in the queue, which the deadline decides now.

With SQL: a school may have many tickets. See ``_compute_queue_rank``.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.flush_all()
    cr.execute(
        """
        WITH place AS (
            SELECT id,
                   CASE
                       WHEN status_category IN ('resolved', 'closed', 'cancelled')
                       THEN -1
                       WHEN status_category = 'waiting'
                            AND awaiting IS DISTINCT FROM 'desk'
                       THEN COALESCE(priority, '0')::int
                       WHEN next_due IS NOT NULL
                       THEN 8
                       ELSE 4 + COALESCE(priority, '0')::int
                   END AS rank
              FROM helpdesk_ticket
        )
        UPDATE helpdesk_ticket AS ticket
           SET queue_rank = place.rank
          FROM place
         WHERE place.id = ticket.id
           AND ticket.queue_rank IS DISTINCT FROM place.rank
        """
    )
    env["helpdesk.ticket"].invalidate_model(["queue_rank"])
