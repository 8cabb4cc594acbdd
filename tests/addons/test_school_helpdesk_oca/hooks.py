"""What the suites take for granted: OCA's own settings and one of its demo records.

The school's choices among OCA's settings are data any administrator may change, and
no behaviour of ours; with them put back, the suites show what our code changes.
"""


def post_init_hook(env):
    env["res.company"].search([]).write(
        {
            "helpdesk_mgmt_ticket_auto_assign": True,
            "helpdesk_mgmt_portal_select_team": False,
        }
    )
    # A stage between two of OCA's, and one that requesters may not choose.
    env.ref("school_asset_helpdesk_bridge.stage_open").active = False
    env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled").close_from_portal = True
    team = env["helpdesk.ticket.team"].create({"name": "Demo team"})
    env["ir.model.data"]._update_xmlids(
        [{"xml_id": "helpdesk_mgmt.helpdesk_team_2", "record": team}]
    )
