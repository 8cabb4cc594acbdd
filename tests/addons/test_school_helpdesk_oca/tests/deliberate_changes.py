"""The one list of OCA tests that pin a behaviour we change on purpose.

``addon.Class.method`` -> why we behave otherwise. A listed test must still exist and
must still fail, or the run fails: an entry cannot outlive its reason.
"""

DELIBERATE_CHANGES = {
    "helpdesk_mgmt.TestHelpdeskPortal.test_close_ticket_invalid_stage": (
        "A stage the portal does not offer is answered with 400, not passed over in "
        "silence with a redirect to the ticket."
    ),
    "helpdesk_mgmt.TestHelpdeskPortal.test_tickets_2_users": (
        "Another person's ticket is answered with 404, as one that does not exist, "
        "where OCA redirects to the portal's home."
    ),
    "helpdesk_mgmt.TestHelpdeskTicket.test_helpdesk_ticket_datetimes": (
        "The stage Done is Resolved with us and may still be reopened: it sets "
        "resolved_date, and closed_date waits until the ticket is closed for good."
    ),
    "helpdesk_mgmt_sla.TestHelpdeskMgmtSla.test_sla_no_write_permission": (
        "The SLA lines of a ticket out of reach are not even found, where OCA finds "
        "them and refuses later: a search must not list other people's tickets."
    ),
}
