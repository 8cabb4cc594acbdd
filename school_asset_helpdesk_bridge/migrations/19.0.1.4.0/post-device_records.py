"""Set the building of the device and the group of the requester on old tickets."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.flush_all()
    cr.execute(
        """
        UPDATE helpdesk_ticket AS ticket
           SET asset_building = location.building_id
          FROM asset_location AS location
         WHERE location.id = ticket.asset_location
        """
    )
    Ticket = env["helpdesk.ticket"].with_context(active_test=False)
    requesters = env["res.partner"].union(
        *(partner for [partner] in Ticket._read_group([], ["partner_id"]))
    )
    groups = Ticket._get_requester_groups(requesters)
    if rows := [(partner.id, name) for partner, name in groups.items()]:
        cr.execute(
            SQL(
                """
                UPDATE helpdesk_ticket AS ticket
                   SET requester_group = known.name
                  FROM (VALUES %s) AS known (partner_id, name)
                 WHERE known.partner_id = ticket.partner_id
                """,
                SQL(", ").join(SQL("%s", row) for row in rows),
            )
        )
    env.invalidate_all()
