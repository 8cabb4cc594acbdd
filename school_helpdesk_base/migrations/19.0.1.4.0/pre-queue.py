"""Fill the new stored fields of the queue with SQL: a school may have many tickets.

Odoo computes a new stored field ticket by ticket if its column does not exist.
"""


def migrate(cr, version):
    cr.execute(
        """
        ALTER TABLE helpdesk_ticket
            ADD COLUMN IF NOT EXISTS next_due timestamp,
            ADD COLUMN IF NOT EXISTS queue_rank int4
        """
    )
    cr.execute(
        """
        UPDATE helpdesk_ticket
           SET queue_rank = CASE
                   WHEN status_category IN ('resolved', 'closed', 'cancelled') THEN -1
                   WHEN status_category = 'waiting'
                   THEN 2 * COALESCE(priority, '0')::int
                   ELSE 2 * COALESCE(priority, '0')::int + 1
               END
         WHERE queue_rank IS NULL
        """
    )
