"""Which assets a ticket is about, and in what role.

One ticket may concern many assets (a laptop cart) and one asset many tickets; the
link carries what is true of the pair only.
"""

from odoo import fields, models


class HelpdeskTicketAssetLink(models.Model):
    _name = "helpdesk.ticket.asset.link"
    _description = "Asset of a Ticket"
    _rec_name = "asset_id"
    _order = "ticket_id, role desc, id"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, index=True, ondelete="cascade"
    )
    asset_id = fields.Many2one(
        "asset.asset", required=True, index=True, ondelete="cascade"
    )
    role = fields.Selection(
        [("primary", "Main device"), ("affected", "Also affected")],
        default="affected",
        required=True,
    )
    out_of_service = fields.Boolean(
        help="The asset cannot be used while the ticket is open: its status follows "
        "the work and returns to what it was when the ticket is resolved.",
    )
    note = fields.Char()

    _ticket_asset_unique = models.UniqueIndex(
        "(ticket_id, asset_id)", "This asset is on the ticket already."
    )
    _one_primary = models.UniqueIndex(
        "(ticket_id) WHERE role = 'primary'", "A ticket has one main device."
    )
