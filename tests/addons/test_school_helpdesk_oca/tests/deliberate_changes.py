"""The OCA tests that expect a behaviour which we change on purpose.

The list maps ``addon.Class.method`` to our reason, and to a part of the message with
which the test must fail (an AssertionError or an AccessError). The run fails if a
listed test no longer exists, passes, or fails with another message. So an entry cannot
become outdated or hide a defect.
"""

from typing import NamedTuple


class Change(NamedTuple):
    reason: str
    fails_with: str


DELIBERATE_CHANGES = {
    "helpdesk_mgmt.TestHelpdeskPortal.test_close_ticket_invalid_stage": Change(
        "For a stage that the portal does not offer, we answer with 400; OCA ignores "
        "the stage and redirects to the ticket.",
        "400 != 302",
    ),
    "helpdesk_mgmt.TestHelpdeskPortal.test_tickets_2_users": Change(
        "For another person's ticket, we answer with 404, as for a missing ticket; OCA "
        "redirects to the portal's home page.",
        "404 != 303",
    ),
    "helpdesk_mgmt.TestHelpdeskTicket.test_helpdesk_ticket_datetimes": Change(
        "The stage Done becomes our Resolved, and a resolved ticket can be reopened. "
        "So it sets resolved_date; closed_date is set when the ticket is closed.",
        "A closed ticket should have a closed_date value",
    ),
    "helpdesk_mgmt_rating.TestHelpdeskMgmtRating.test_ticket_stage_done": Change(
        "Only the requester gives a rating, on the rating page. Agents and "
        "administrators cannot write ratings.",
        "doesn't have 'write' access to:\n- Rating (rating.rating)",
    ),
    "helpdesk_mgmt_sla.TestHelpdeskMgmtSla.test_sla_no_write_permission": Change(
        "A search does not find the SLA lines of tickets the user may not read. OCA "
        "finds them and refuses access only later.",
        "AccessError not raised",
    ),
}
