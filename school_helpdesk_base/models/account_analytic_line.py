"""The hours of a ticket are found by it, among all that people have ever worked."""

from odoo import fields, models


class AccountAnalyticLine(models.Model):
    _inherit = "account.analytic.line"

    ticket_id = fields.Many2one(index="btree_not_null")
