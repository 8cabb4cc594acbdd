"""Settings of guest reports: the switch, the mail domains and the rate limits.

The form is open to everybody who has a label or a photo of a label.
"""

import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

DOMAIN_PATTERN = re.compile(
    r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]",
    re.ASCII,
)


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_guest_reports = fields.Boolean(
        string="Reports without an account",
        help="People without an account may report a device from its label, with their "
        "name and school e-mail address. They confirm the report with a link that is "
        "sent to this address.",
    )
    helpdesk_guest_domains = fields.Char(
        string="School's mail domains",
        help="Domains of the e-mail addresses that guests may use, separated by "
        "commas, such as school.com, students.school.com. List only domains in which "
        "nobody but the school gives out addresses.",
    )
    helpdesk_guest_address_limit = fields.Integer(
        string="Guest reports per address",
        default=3,
        required=True,
        help="How many guest reports with the same e-mail address are accepted within "
        "an hour.",
    )
    helpdesk_guest_device_limit = fields.Integer(
        string="Guest reports per device",
        default=10,
        required=True,
        help="How many guest reports on the same device are accepted within an hour.",
    )
    helpdesk_guest_network_limit = fields.Integer(
        string="Guest reports per network",
        default=60,
        required=True,
        help="How many guest reports from the same IP address are accepted within an "
        "hour. All phones on the school's network often share one IP address.",
    )

    _helpdesk_guest_positive = models.Constraint(
        "CHECK (helpdesk_guest_address_limit BETWEEN 1 AND 1000 "
        "AND helpdesk_guest_device_limit BETWEEN 1 AND 1000 "
        "AND helpdesk_guest_network_limit BETWEEN 1 AND 1000)",
        "The limits of guest reports must be between 1 and 1000.",
    )

    @api.constrains("helpdesk_guest_reports", "helpdesk_guest_domains")
    def _check_helpdesk_guest_domains(self):
        for company in self:
            domains = company._get_guest_domains()
            for domain in domains:
                if not DOMAIN_PATTERN.fullmatch(domain):
                    raise ValidationError(
                        self.env._(
                            "%(domain)s is not a mail domain. Write them like "
                            "school.com, students.school.com.",
                            domain=domain,
                        )
                    )
            if company.helpdesk_guest_reports and not domains:
                raise ValidationError(
                    self.env._(
                        "Reports without an account need the school's mail domains."
                    )
                )

    def _get_guest_domains(self):
        """Return the allowed domains of guests' e-mail addresses, in lower case."""
        self.ensure_one()
        text = (self.helpdesk_guest_domains or "").lower()
        return [part.removeprefix("@") for part in re.split(r"[\s,;]+", text) if part]
