"""Whether people without an account may report from a label, and how often.

The page is open to everybody who has a label before him, or a picture of one.
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
        help="Whoever scans a label may report by name and school e-mail, and confirms "
        "it by a link sent to that address.",
    )
    helpdesk_guest_domains = fields.Char(
        string="School's mail domains",
        help="What the address of a guest may end in, separated by commas, such as "
        "school.com, students.school.com. Only domains in which the school alone hands "
        "out addresses.",
    )
    helpdesk_guest_address_limit = fields.Integer(
        string="Guest reports per address",
        default=3,
        required=True,
        help="Reports without an account with one e-mail address within an hour.",
    )
    helpdesk_guest_device_limit = fields.Integer(
        string="Guest reports per device",
        default=10,
        required=True,
        help="Reports without an account on one device within an hour.",
    )
    helpdesk_guest_network_limit = fields.Integer(
        string="Guest reports per network",
        default=60,
        required=True,
        help="Reports without an account from one IP address within an hour. All "
        "phones on the school's network often share one.",
    )

    _helpdesk_guest_positive = models.Constraint(
        "CHECK (helpdesk_guest_address_limit BETWEEN 1 AND 1000 "
        "AND helpdesk_guest_device_limit BETWEEN 1 AND 1000 "
        "AND helpdesk_guest_network_limit BETWEEN 1 AND 1000)",
        "The limits of reports without an account are from 1 to 1000.",
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
        """Return what the address of a guest may end in, as it is compared."""
        self.ensure_one()
        text = (self.helpdesk_guest_domains or "").lower()
        return [part.removeprefix("@") for part in re.split(r"[\s,;]+", text) if part]
