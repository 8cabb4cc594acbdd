"""The figures of a ticket: stored values from which reports are made.

docs/figures.md defines each of them. ``sync.py`` writes them all. They are stored on
the ticket, so that every chart opens its tickets, and each reader sees only the tickets
that they may read anyway. A ratio is a sum divided by a sum (``measures.py``).

A figure that a ticket does not have, such as the resolution time of an open ticket, is
NULL in the database. Averages leave it out; code reads 0.0.
"""

from odoo import fields, models

from odoo.addons.school_helpdesk_base.models.helpdesk_ticket.ticket import DESK_ONLY

#: Figures are not loaded together with the other fields of a ticket.
FIGURE = {
    "readonly": True,
    "copy": False,
    "groups": DESK_ONLY,
    "prefetch": "figures",
}
TIME_CLASSES = [
    ("1", "Up to 1 hour"),
    ("2", "1 to 4 hours"),
    ("3", "4 to 8 hours"),
    ("4", "8 to 16 hours"),
    ("5", "16 to 40 hours"),
    ("6", "More than 40 hours"),
]


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    figures_date = fields.Datetime(
        string="Figures computed on",
        help="Empty if the figures of the ticket must be computed again.",
        **FIGURE,
    )

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------

    answered = fields.Integer(
        help="1 if the desk has answered the ticket, else 0.", **FIGURE
    )
    first_response_hours = fields.Float(
        string="First Response (Working Hours)",
        aggregator="avg",
        help="From the creation of the ticket to the first answer of the desk.",
        **FIGURE,
    )
    first_response_elapsed_hours = fields.Float(
        string="First Response (All Hours)",
        aggregator="avg",
        help="From the creation of the ticket to the first answer of the desk, with "
        "nights and holidays.",
        **FIGURE,
    )
    first_response_class = fields.Selection(
        selection=TIME_CLASSES, string="Time to First Response", **FIGURE
    )
    answer_count = fields.Integer(
        string="Answers",
        help="Messages of the desk that the requester can read.",
        **FIGURE,
    )
    requester_message_count = fields.Integer(
        string="Messages from Outside",
        help="Messages on the ticket that the desk did not write.",
        **FIGURE,
    )
    response_hours = fields.Float(
        string="Response Time, Total",
        help="Working hours in which people waited for an answer, for all answers of "
        "the ticket.",
        **FIGURE,
    )
    response_count = fields.Integer(
        string="Answered Messages",
        help="Answers for which somebody waited. A second answer in a row is not "
        "counted.",
        **FIGURE,
    )
    touched_agent_count = fields.Integer(
        string="Agents Involved",
        aggregator="avg",
        help="Agents who wrote on the ticket, moved it or are assigned to it.",
        **FIGURE,
    )

    # ------------------------------------------------------------------
    # Resolution
    # ------------------------------------------------------------------

    ever_resolved = fields.Integer(
        string="Resolved",
        help="1 if the ticket was resolved at least once, else 0.",
        **FIGURE,
    )
    reopened = fields.Integer(
        help="1 if the ticket was reopened at least once, else 0.", **FIGURE
    )
    solved_first_contact = fields.Integer(
        string="Solved at First Contact",
        help="1 if the ticket is resolved, was never reopened and needed at most one "
        "answer, else 0.",
        **FIGURE,
    )
    resolution_hours = fields.Float(
        string="Resolution (Working Hours)",
        aggregator="avg",
        help="From the creation of the ticket to its last resolution, without the time "
        "in which it waited for the requester.",
        **FIGURE,
    )
    resolution_elapsed_hours = fields.Float(
        string="Resolution (All Hours)",
        aggregator="avg",
        help="From the creation of the ticket to its last resolution, with nights, "
        "holidays and all waiting.",
        **FIGURE,
    )
    resolution_class = fields.Selection(
        selection=TIME_CLASSES, string="Time to Resolution", **FIGURE
    )
    waiting_requester_hours = fields.Float(
        string="Waited for the Requester (Hours)", **FIGURE
    )
    waiting_vendor_hours = fields.Float(
        string="Waited for the Vendor (Hours)", **FIGURE
    )
    waiting_part_hours = fields.Float(
        string="Waited for a Spare Part (Hours)", **FIGURE
    )
    waiting_approval_hours = fields.Float(
        string="Waited for Approval (Hours)", **FIGURE
    )
    waiting_other_hours = fields.Float(
        string="Waited for Something Else (Hours)", **FIGURE
    )

    # ------------------------------------------------------------------
    # Service levels
    # ------------------------------------------------------------------

    sla_first_response_met = fields.Integer(
        string="First Response in Time",
        help="1 if the first answer was in time, else 0.",
        **FIGURE,
    )
    sla_first_response_judged = fields.Integer(
        string="First Response Judged",
        help="1 if the first answer was in time or too late. 0 if the clock still runs "
        "or the ticket has no such clock.",
        **FIGURE,
    )
    sla_resolution_met = fields.Integer(
        string="Resolution in Time",
        help="1 if the ticket was resolved in time, else 0.",
        **FIGURE,
    )
    sla_resolution_judged = fields.Integer(
        string="Resolution Judged",
        help="1 if the ticket was resolved in time or too late. 0 if the clock still "
        "runs or the ticket has no such clock.",
        **FIGURE,
    )

    # ------------------------------------------------------------------
    # Satisfaction and workload
    # ------------------------------------------------------------------

    rating_sum = fields.Float(
        string="Ratings, Total", help="The sum of the ratings of the ticket.", **FIGURE
    )
    rated_count = fields.Integer(
        string="Ratings Given", help="The number of ratings of the ticket.", **FIGURE
    )
    happy_count = fields.Integer(
        string="Happy Ratings", help="Ratings with the happy face.", **FIGURE
    )
    weight = fields.Float(
        help="How much the ticket counts for the workload, by its priority.", **FIGURE
    )

    # ------------------------------------------------------------------
    # When and where
    # ------------------------------------------------------------------

    created_hour = fields.Integer(
        string="Hour of the Day",
        aggregator=None,
        help="The hour in which the ticket was created, in the time zone of the "
        "school: 8 is from 8:00 to 8:59.",
        **FIGURE,
    )
    created_weekday = fields.Selection(
        selection=[
            ("1", "Monday"),
            ("2", "Tuesday"),
            ("3", "Wednesday"),
            ("4", "Thursday"),
            ("5", "Friday"),
            ("6", "Saturday"),
            ("7", "Sunday"),
        ],
        string="Day of the Week",
        help="The day on which the ticket was created, in the time zone of the school.",
        **FIGURE,
    )
    term_id = fields.Many2one(
        comodel_name="helpdesk.school.term",
        string="Term",
        index="btree_not_null",
        help="The school term in which the ticket was created.",
        **FIGURE,
    )
    term_week = fields.Integer(
        string="Week of the Term",
        aggregator=None,
        help="1 for the first week of the term. Weeks begin on Monday.",
        **FIGURE,
    )
    reported_room_id = fields.Many2one(
        comodel_name="asset.location",
        string="Room When Reported",
        index="btree_not_null",
        help="The room of the first device, or the room that was reported.",
        **FIGURE,
    )
    reported_building_id = fields.Many2one(
        comodel_name="asset.location",
        string="Building When Reported",
        index="btree_not_null",
        **FIGURE,
    )
    reported_device_category_id = fields.Many2one(
        comodel_name="asset.category",
        string="Device Category When Reported",
        index="btree_not_null",
        **FIGURE,
    )
    reported_device_model = fields.Char(string="Device Model When Reported", **FIGURE)

    # ------------------------------------------------------------------
    # Numbers that are no measures
    # ------------------------------------------------------------------

    clocks_version = fields.Integer(aggregator=None)
    color = fields.Integer(aggregator=None)
    escalations_version = fields.Integer(aggregator=None)
    positive_rate_percentage = fields.Integer(aggregator=None)
    progress = fields.Float(aggregator=None)
    # an average that counts tickets without a rating as 0
    rating_last_value = fields.Float(aggregator=None)
    sequence = fields.Integer(aggregator=None)

    #: Finds the tickets whose figures must be computed.
    _figures_due_idx = models.Index("(id) WHERE figures_date IS NULL")
    #: Find the tickets of a period.
    _first_response_date_idx = models.Index(
        "(first_response_date) WHERE first_response_date IS NOT NULL"
    )
    _resolved_date_idx = models.Index("(resolved_date) WHERE resolved_date IS NOT NULL")
