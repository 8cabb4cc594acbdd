"""Settings of the desk: reopening and closing, limits for new tickets and files."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import ormcache


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_reopen_days = fields.Integer(
        string="Days to reopen a ticket",
        default=5,
        required=True,
        help="Working days after the resolution in which a reply of the requester, or "
        'the button "Not solved", reopens a ticket. Later replies start a new one.',
    )
    helpdesk_auto_close_days = fields.Integer(
        string="Days until a resolved ticket closes",
        default=5,
        required=True,
        help="Working days after which a resolved ticket closes automatically. "
        "0: never.",
    )
    helpdesk_reminder_days = fields.Integer(
        string="Days until a reminder",
        default=3,
        required=True,
        help="Working days after which a requester is reminded that a ticket waits for "
        "their answer. 0: never.",
    )
    helpdesk_unanswered_close_days = fields.Integer(
        string="Days until an unanswered ticket closes",
        default=5,
        required=True,
        help="Working days after the reminder (without reminders: after the beginning "
        "of the wait) after which a ticket closes that its requester does not answer. "
        "0: never.",
    )
    helpdesk_mail_limit = fields.Integer(
        string="Tickets by mail per sender",
        default=20,
        required=True,
        help="The number of new tickets that one address may open by mail in an hour. "
        "Further mails are added to the newest of these tickets. 0: no limit.",
    )
    helpdesk_mail_forward = fields.Boolean(
        string="Forwarded mails belong to their sender",
        default=True,
        help="If an agent forwards a mail to the help desk, the original sender "
        "becomes the requester of the ticket, and not the agent.",
    )
    helpdesk_portal_limit = fields.Integer(
        string="Tickets by portal per person",
        default=20,
        required=True,
        help="The number of new tickets that one person may submit in the portal in an "
        "hour. 0: no limit.",
    )
    helpdesk_upload_max_files = fields.Integer(
        string="Files per ticket",
        default=10,
        required=True,
        help="The number of files that one person may send at once in the portal. "
        "0: no files.",
    )
    helpdesk_upload_max_megabytes = fields.Integer(
        string="Megabytes per file",
        default=25,
        required=True,
        help="The maximum size of one file, in every form and in the chatter. The mail "
        "server limits the size of files in mails.",
    )
    helpdesk_time_zone = fields.Char(
        string="Time Zone of the Help Desk",
        compute="_compute_helpdesk_time_zone",
        compute_sudo=True,
    )

    _helpdesk_days_positive = models.Constraint(
        "CHECK (helpdesk_reopen_days >= 0 AND helpdesk_auto_close_days >= 0 "
        "AND helpdesk_reminder_days >= 0 AND helpdesk_unanswered_close_days >= 0)",
        "The days to reopen, to remind and to close a ticket cannot be negative.",
    )
    _helpdesk_intake_positive = models.Constraint(
        "CHECK (helpdesk_mail_limit >= 0 AND helpdesk_portal_limit >= 0 "
        "AND helpdesk_upload_max_files >= 0 AND helpdesk_upload_max_megabytes > 0)",
        "The limits for new tickets and files cannot be negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        # Odoo clears it before the new companies exist
        self.env.registry.clear_cache()
        return companies

    @api.model
    @ormcache()
    def _get_helpdesk_all_ids(self):
        """Return the ids of all companies, also of archived ones."""
        # sudo: res.company - only to know whether there are others
        companies = self.sudo().with_context(active_test=False).search(Domain.TRUE)
        return frozenset(companies.ids)

    def write(self, vals):
        result = super().write(vals)
        if "helpdesk_auto_close_days" in vals:
            # only resolved tickets close automatically
            # sudo: helpdesk.ticket - settings apply to tickets the user cannot see
            Ticket = self.env["helpdesk.ticket"].sudo()
            self.env.add_to_compute(
                Ticket._fields["auto_close_date"],
                Ticket.with_context(active_test=False).search(
                    [
                        ("company_id", "in", self.ids),
                        ("status_category", "=", "resolved"),
                    ]
                ),
            )
        if vals.keys() & {"helpdesk_reminder_days", "helpdesk_unanswered_close_days"}:
            # sudo: helpdesk.ticket - settings apply to tickets the user cannot see
            self.env["helpdesk.ticket"].sudo()._update_reminder_dates(self)
        return result

    @api.model
    @ormcache()
    def _get_helpdesk_contact_ids(self):
        """Return the ids of the contacts of all companies, also of archived ones."""
        # sudo: res.company - only to know which contacts are those of companies
        companies = self.sudo().browse(self._get_helpdesk_all_ids())
        return frozenset(companies.partner_id.ids)

    def cache_invalidation_fields(self):
        # the name and the time zone are cached
        return super().cache_invalidation_fields() | {
            "name",
            "partner_id",
            "resource_calendar_id",
        }

    @ormcache("self.id")
    def _get_helpdesk_name(self):
        """Return the school's name for a page, without reading the whole company."""
        # sudo: res.company - the name is on public pages
        return self.sudo().name

    @api.depends("partner_id.tz", "resource_calendar_id.tz")
    def _compute_helpdesk_time_zone(self):
        for company in self:
            company.helpdesk_time_zone = company._origin._get_helpdesk_time_zone()

    # each page with a time needs it: companies, their contacts, working hours and teams
    # clear this cache
    @ormcache("self.id")
    def _get_helpdesk_time_zone(self):
        """Return the zone of the company's contact, or else that of working hours.

        Odoo's working hours are in UTC until somebody chooses a time zone, so UTC
        counts as not chosen.
        """
        # The result is cached for everybody: leave archived teams out, also if the
        # context of the first caller includes them.
        # sudo: res.company, helpdesk.ticket.team - only the name of a time zone
        company_sudo = self.sudo().with_context(active_test=True)
        zone = company_sudo.partner_id.tz or company_sudo.resource_calendar_id.tz
        if zone in (False, "UTC"):
            team_sudo = company_sudo.env["helpdesk.ticket.team"].search(
                Domain("company_id", "in", [False, self.id])
                & Domain("resource_calendar_id.tz", "not in", [False, "UTC"]),
                limit=1,
            )
            zone = team_sudo.resource_calendar_id.tz
        return zone or "UTC"
