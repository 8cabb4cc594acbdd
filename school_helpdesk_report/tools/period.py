"""Which figures a report about a period shows, and what they mean for the desk."""

from typing import NamedTuple


class Figure(NamedTuple):
    """How a figure is written, and whether more of it is good.

    ``kind`` is "count", "hours" (working hours), "rate" (0 to 1) or "rating" (1 to 5).
    ``good`` is 1 if more is better, -1 if less is better, 0 if it is neither. ``of`` is
    the key of the number of tickets, clocks or ratings from which a rate is computed.
    """

    kind: str
    good: int
    of: str = ""

    def judge(self, value, before):
        """Compare a figure with the one of the period before.

        :return: ``(arrow, is_better)``: 1 if it has grown, -1 if it has fallen, 0 if
            it has not changed or cannot be compared; and whether this is good,
            ``None`` if it is neither good nor bad
        """
        if value is None or before is None or value == before:
            return 0, None
        arrow = 1 if value > before else -1
        return arrow, arrow == self.good if self.good else None


#: Key of ``helpdesk.period.figures.get_figures`` to what it means, in printed order.
FIGURES = {
    "created": Figure("count", 0),
    "resolved": Figure("count", 1),
    "backlog": Figure("count", -1),
    "first_response_median": Figure("hours", -1),
    "resolution_median": Figure("hours", -1),
    "sla_first_response_rate": Figure("rate", 1, "sla_first_response_judged"),
    "sla_resolution_rate": Figure("rate", 1, "sla_resolution_judged"),
    "reopened_rate": Figure("rate", -1, "resolved"),
    "first_contact_rate": Figure("rate", 1, "resolved"),
    "rating_average": Figure("rating", 1, "rated_count"),
}
