"""Where a team's events are sent: an address of Slack, Teams, LINE, or any server.

Not Odoo's action "Send Webhook Notification": it writes the address, which is a secret,
to the log, sends once and waits one second, and sends to private servers and redirects,
too.
"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.outgoing_post import PostError, split_address

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
#: The system parameter that allows addresses in the school's own network.
PRIVATE_PARAMETER = "school_helpdesk_base.webhook_private_addresses"
#: LINE has one address for everybody; the token says who sends.
LINE_ADDRESS = "https://api.line.me/v2/bot/message/push"


class HelpdeskWebhook(models.Model):
    _name = "helpdesk.webhook"
    _inherit = ["helpdesk.literal.search.mixin"]
    _description = "Webhook of a Help Desk Team"
    _order = "team_id, sequence, id"

    name = fields.Char(required=True, help="For example the name of the channel.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="team_id.company_id")
    kind = fields.Selection(
        selection=[
            ("json", "Any server (JSON)"),
            ("slack", "Slack"),
            ("teams", "Microsoft Teams"),
            ("line", "LINE"),
        ],
        required=True,
        default="json",
    )
    # secrets: people who know the address and the token can write to the channel
    address = fields.Char(
        string="Web address",
        required=True,
        copy=False,
        groups=MANAGER,
        help="The address that the service gave you. It is a secret.",
    )
    token = fields.Char(
        string="Channel access token",
        copy=False,
        groups=MANAGER,
        help="Of the LINE Official Account; for any server, it is sent in the header "
        "Authorization.",
    )
    recipient = fields.Char(
        string="LINE recipient",
        groups=MANAGER,
        help="The id of the LINE user, group or room.",
    )
    with_title = fields.Boolean(
        string="Send the title",
        default=True,
        help="The title was written by the requester and may name people. The "
        "requester and the words of messages are never sent.",
    )
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        help="Empty: the language of the school.",
    )
    tell_receipt = fields.Boolean(string="A ticket was created")
    tell_assigned = fields.Boolean(string="A ticket was assigned", default=True)
    tell_reopened = fields.Boolean(string="A ticket was reopened")
    tell_resolved = fields.Boolean(string="A ticket was resolved")
    tell_cancelled = fields.Boolean(string="A ticket was cancelled")
    call_ids = fields.One2many(
        comodel_name="helpdesk.webhook.call", inverse_name="webhook_id", readonly=True
    )
    failed_count = fields.Integer(
        string="Not sent", compute="_compute_failed_count", groups=MANAGER
    )

    def _compute_failed_count(self):
        counts = dict(
            self.env["helpdesk.webhook.call"]._read_group(
                [("webhook_id", "in", self.ids), ("state", "=", "failed")],
                ["webhook_id"],
                ["__count"],
            )
        )
        for webhook in self:
            webhook.failed_count = counts.get(webhook, 0)

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind == "line":
            self.address = LINE_ADDRESS
        elif self.address == LINE_ADDRESS:
            self.address = False

    @api.constrains("kind", "address", "token", "recipient")
    def _check_address(self):
        private = self._allows_private()
        for webhook in self:
            try:
                split_address(webhook.address, private)
            except PostError:
                raise ValidationError(
                    self.env._(
                        "Enter the whole address of the service, which begins with "
                        "https://"
                    )
                ) from None
            values = (webhook.token or "", webhook.recipient or "")
            if webhook.kind == "line" and not all(values):
                raise ValidationError(
                    self.env._("LINE needs the channel access token and a recipient.")
                )
            # it becomes part of a header
            if not values[0].isascii() or not "x".join(values[0].split()) == values[0]:
                raise ValidationError(
                    self.env._("The token must not have spaces or Thai letters.")
                )

    @api.model
    def _allows_private(self):
        # sudo: ir.config_parameter - the administrator's setting, for managers
        parameters = self.env["ir.config_parameter"].sudo()
        return parameters.get_param(PRIVATE_PARAMETER) in ("True", "true", "1")

    @api.model
    def _get_event_fields(self):
        """Return the fields that switch events on: event to name of the field."""
        return {
            name.removeprefix("tell_"): name
            for name in self._fields
            if name.startswith("tell_")
        }

    @api.model_create_multi
    def create(self, vals_list):
        webhooks = super().create(vals_list)
        self.env.registry.clear_cache()
        return webhooks

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals and not vals["active"]:
            # switched on again, it does not send news of long ago
            # sudo: helpdesk.webhook.call - only the system writes them
            calls_sudo = self.sudo().call_ids
            calls_sudo.filtered(lambda call: call.state == "pending").unlink()
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # ------------------------------------------------------------------
    # What a manager does
    # ------------------------------------------------------------------

    def action_test(self):
        """Send a test message in a moment."""
        self.check_access("write")
        # sudo: helpdesk.webhook.call - only the system writes them
        self.env["helpdesk.webhook.call"].sudo().create(
            [{"webhook_id": webhook.id, "event": "test"} for webhook in self]
        )._start_sending()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "A test message is sent now. The list below shows the result."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_failed(self):
        """Open the messages of these webhooks that were not sent."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_helpdesk_base.helpdesk_webhook_call_action"
        )
        return {**action, "domain": [("webhook_id", "in", self.ids)]}
