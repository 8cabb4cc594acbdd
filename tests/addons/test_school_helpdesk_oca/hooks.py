"""Restores what the OCA tests expect: OCA's default settings and a demo record.

Our data changes some of OCA's settings, but an administrator may change them too. With
the defaults restored, the OCA tests show only the effects of our code.
"""


def post_init_hook(env):
    env["res.company"].search([]).write(
        {
            "helpdesk_mgmt_ticket_auto_assign": True,
            "helpdesk_mgmt_portal_select_team": False,
        }
    )
    # Our data adds a stage between OCA's, and does not let requesters cancel tickets.
    env.ref("school_asset_helpdesk_bridge.stage_open").active = False
    env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled").close_from_portal = True
    team = env["helpdesk.ticket.team"].create({"name": "Demo team"})
    env["ir.model.data"]._update_xmlids(
        [{"xml_id": "helpdesk_mgmt.helpdesk_team_2", "record": team}]
    )
