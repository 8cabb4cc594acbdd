"""Store which links already hold their asset, without changing a status.

This must run before the new version: otherwise each of these links would begin a new
hold, and would change the status of assets that users had changed by hand.
"""


def migrate(cr, version):
    cr.execute(
        "ALTER TABLE helpdesk_ticket_asset_link"
        " ADD COLUMN IF NOT EXISTS is_holding boolean"
    )
    cr.execute(
        """
        UPDATE helpdesk_ticket_asset_link link
           SET is_holding = TRUE
          FROM helpdesk_ticket ticket
         WHERE ticket.id = link.ticket_id
           AND ticket.active
           AND ticket.status_category IN ('open', 'waiting')
           AND link.out_of_service
           AND link.is_holding IS NOT TRUE
        """
    )
