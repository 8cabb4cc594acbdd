"""Fill the new stored facts about devices with SQL: a school may have many tickets.

Odoo computes a new stored field ticket by ticket if its column does not exist. Where
the device was when an old ticket was reported is not known, so it stays empty.
"""


def migrate(cr, version):
    cr.execute(
        """
        ALTER TABLE helpdesk_ticket
            ADD COLUMN IF NOT EXISTS asset_model varchar,
            ADD COLUMN IF NOT EXISTS asset_category int4,
            ADD COLUMN IF NOT EXISTS asset_location int4,
            ADD COLUMN IF NOT EXISTS asset_building int4,
            ADD COLUMN IF NOT EXISTS asset_location_reported int4,
            ADD COLUMN IF NOT EXISTS asset_custodian int4,
            ADD COLUMN IF NOT EXISTS requester_group varchar
        """
    )
    cr.execute(
        """
        UPDATE helpdesk_ticket AS ticket
           SET asset_model = NULLIF(
                   concat_ws(' ', NULLIF(asset.brand, ''), NULLIF(asset.model, '')), ''
               ),
               asset_category = asset.category_id,
               asset_location = asset.location_id,
               asset_custodian = asset.custodian_id
          FROM asset_asset AS asset
         WHERE asset.id = ticket.asset_id
        """
    )
