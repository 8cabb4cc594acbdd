"""Store which links hold their asset, as they have done until now.

Before anything of the new version runs: a link that was not known to hold its asset
would begin to, and an asset whose status was changed by hand would be held again.
No status changes by this.
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
